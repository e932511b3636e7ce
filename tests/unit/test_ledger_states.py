from clarus_bluecherry.ledger.states import DUE, FINAL, FIRST, NEXT, OPEN, State, mermaid


def reachable() -> set[State]:
    seen, front = set(), set(FIRST)
    while front:
        seen |= front
        front = {after for state in front for after in NEXT[state]} - seen
    return seen


def test_every_state_can_be_reached_and_left_unless_it_is_final():
    assert reachable() == set(State)
    assert {State.POSTED, State.CANCELLED} == FINAL
    assert all(NEXT[state] for state in OPEN)


def test_nothing_is_sent_but_what_is_due():
    assert {state for state in State if State.SENDING in NEXT[state]} == DUE


def test_what_is_in_doubt_is_never_sent_again_unasked():
    assert State.SENDING not in NEXT[State.IN_DOUBT]
    assert State.PENDING not in NEXT[State.IN_DOUBT]


def test_the_diagram_draws_every_arrow_of_the_table():
    arrows = {line.strip() for line in mermaid().splitlines() if "-->" in line and "[*]" not in line}
    assert arrows == {f"{before} --> {after}" for before in State for after in NEXT[before]}
