"""What was kept is answered, also where the same number was answered before; the same again is answered once."""

import io

import pytest
from attrs import evolve
from edi_world import NOON, PICK, PROFILE, encoded
from test_files_settled import HOUR, NO, TAKEN, There, pick

from clarus_bluecherry.bluecherry.edi import X12Codec
from clarus_bluecherry.bluecherry.kinds.pick_ticket import PICK_TICKET
from clarus_bluecherry.bluecherry.transport import KEPT
from clarus_bluecherry.exchange.intake import Intake
from clarus_bluecherry.x12 import Document, read

REJECTED = ["AK5*R*5", "AK9*R*1*1*0"]
NAMES = ["{kind}_{control_number}.x12", "{kind}_{control_number}_{date:%Y%m%d}.x12"]


@pytest.fixture(params=NAMES, ids=["by number", "by number and day"])
def there(tmp_path, request):
    there = There(tmp_path, request.param)
    yield there
    for transport, _ in there.workers:
        transport.close()


def settled(worker, outcome):
    for delivery in worker.read(PICK_TICKET):
        delivery.settle(outcome)


def numbers(there):
    parts = [part for name in there.answers for part in read(io.BytesIO((there.root / "out" / name).read_bytes()))]
    return [part.interchange_control for part in parts if isinstance(part, Document)]


def all_told(there):
    """The verdicts of every answer, whatever the files are called."""
    return sorted(tuple(there.verdicts[at : at + 2]) for at in range(0, len(there.verdicts), 2))


def test_what_is_put_right_comes_under_the_number_that_was_refused_and_is_answered_as_it_ended(there):
    worker = there.open()
    there.drop(pick("1001"))
    settled(worker, NO)
    assert there.verdicts == REJECTED
    there.drop(pick("1002"), name="again.x12")
    settled(worker, KEPT)
    assert all_told(there) == sorted([tuple(REJECTED), tuple(TAKEN)])
    assert there.files("quarantine") == []
    assert len(set(numbers(there))) == 2, "each answer has a number of its own"
    there.drop(pick("1002"), name="once more.x12")
    settled(worker, KEPT)
    assert len(there.answers) == 2, "what comes twice is answered once"


def test_of_what_was_kept_the_number_stays_taken(there):
    worker = there.open()
    there.drop(pick("1001"))
    settled(worker, KEPT)
    there.drop(pick("1002"), name="again.x12")
    settled(worker, KEPT)
    assert there.verdicts == TAKEN
    assert len(there.files("quarantine")) == 2, "the file, and why"


@pytest.mark.parametrize("second", [KEPT, NO], ids=["kept at last", "refused again"])
def test_a_worker_that_died_behind_its_answer_has_not_answered_for_the_next_one(there, second, monkeypatch):
    first = there.open()
    there.drop(PICK)
    (delivery,) = first.read(PICK_TICKET)

    def killed(*given, **more):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(Intake, "done", killed)
        with pytest.raises(KeyboardInterrupt):
            delivery.settle(NO)
    there.die(first)
    there.now += HOUR
    settled(there.open(), second)
    told = [tuple(REJECTED)] + [tuple(TAKEN)] * (second is KEPT)
    assert all_told(there) == sorted(told)
    assert there.files("archive") == ["in.x12"]


def test_two_senders_may_use_one_number(tmp_path):
    there = There(tmp_path)
    other = evolve(PROFILE, partners=evolve(PROFILE.partners, receiver="BRAND2"))
    worker = there.open(codec=X12Codec(evolve(PROFILE, also_from=frozenset({"BRAND2"})), now=lambda: there.now))
    for name, profile in (("1.x12", PROFILE), ("2.x12", other)):
        (there.root / "in" / name).write_bytes(encoded(profile, PICK, "000000007", NOON))
    settled(worker, KEPT)
    assert there.verdicts == TAKEN * 2
    assert len(set(numbers(there))) == 2
    worker.close()
