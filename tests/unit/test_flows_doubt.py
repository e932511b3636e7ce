"""What is in doubt is sent again when it can no longer appear; what appears all the same is told by name."""

import datetime as dt

from attrs import evolve
from flows_world import BLACK, loop
from wall_world import MORNING, wall

from clarus_bluecherry.bluecherry.messages import DeliveryStatus as Said
from clarus_bluecherry.errors import PostedTwice, ServerFailed
from clarus_bluecherry.finance.exceptions import ExceptionTerms, ledger_exceptions
from clarus_bluecherry.flows.deliver import deliver
from clarus_bluecherry.flows.movements_back import collect_movements
from clarus_bluecherry.flows.reprocess import reprocess
from clarus_bluecherry.ledger import State
from clarus_bluecherry.sandbox.faults import Fault

MINUTE = dt.timedelta(minutes=1)


def lost(here, number=0):
    """The message is sent, and no answer says what became of it."""

    def fail():
        raise ServerFailed("oh", status=500)

    here.books.sending[str(number)] = fail
    here.deliver()
    here.books.sending.clear()


def slow(here):
    here.site = evolve(here.site, latest_effect=MINUTE)


def test_absent_counts_only_when_it_can_no_longer_appear_and_when_it_was_said_twice():
    with wall(1) as here:
        slow(here)
        lost(here)
        here.deliver()
        here.later(seconds=50)
        here.deliver()
        assert (here.states(), here.books.sent) == ([State.IN_DOUBT], ["0"])
        assert here.books.asked == ["0"]  # asked at once, and then left alone until an answer can count
        here.later(seconds=10)
        here.deliver()
        here.later(seconds=50)
        here.deliver()
        assert (here.states(), here.books.asked) == ([State.IN_DOUBT], ["0", "0"])
        here.later(seconds=10)
        here.deliver(confirm=False)
        assert (here.states(), here.books.asked, here.books.sent) == ([State.ACCEPTED], ["0"] * 3, ["0", "0"])


def test_what_appears_before_the_second_question_is_not_sent_again():
    with wall(1) as here:
        slow(here)
        lost(here)
        here.later(minutes=1)
        here.deliver()
        here.books.taken[here.posting(0).control_number] = "0"
        here.books.means = Said.POSTED
        here.later(minutes=1)
        here.deliver()
        assert (here.states(), here.books.sent) == ([State.POSTED], ["0"])


def test_what_is_found_there_counts_at_once():
    with wall(1) as here:
        slow(here)
        lost(here)
        here.books.taken[here.posting(0).control_number] = "0"
        here.deliver()
        assert here.states() == [State.ACCEPTED]


def test_an_answer_of_an_earlier_doubt_does_not_count_for_a_later_one():
    with wall(1) as here:
        slow(here)
        lost(here)
        for _ in range(2):
            here.later(minutes=1)
            here.deliver(limit=0)
        here.later(minutes=1)
        lost(here)
        assert here.books.sent == ["0", "0"]
        here.later(minutes=1)
        here.deliver()
        assert (here.states(), here.books.sent) == ([State.IN_DOUBT], ["0", "0"])
        here.later(minutes=1)
        here.deliver()
        assert here.books.sent == ["0", "0", "0"]


def test_a_worker_that_died_may_have_sent_until_shortly_before_its_lease_ended():
    with wall(1) as here:
        slow(here)
        posting = here.site.ledger.claim("bluecherry", worker="dead", lease=10 * MINUTE)[0]
        here.later(minutes=10)
        here.deliver()
        assert here.posting(0).state is State.IN_DOUBT
        assert here.posting(0).not_after == posting.not_after == MORNING + 9 * MINUTE


# Posted twice


def resent(here):
    """An adjustment whose first message seems lost, so that it is sent a second time."""
    here.warehouse.adjust("1234_blk_m", 5, "FOUND")
    collect_movements(here.site)
    here.bluecherry_faults.next(Fault.FAILED_BEFORE, path_contains="PhysicalInventoryTM")
    deliver(here.site)
    here.later(hours=1)
    deliver(here.site)
    assert here.states("inventory_adjustment") == [State.ACCEPTED]
    (second,) = here.erp.staged
    return second


def late(here, second):
    """The first message takes effect after all."""
    return here.erp.stage(second.entity, second.isa_num, second.body)


def told_twice(here):
    return here.site.ledger.in_state(State.PARKED, kind="posted_twice")


def check_told(here, second, first):
    (told,) = told_twice(here)
    assert told.reason_code == "posted_twice"
    assert f"reverse {first.pkey}" in told.reason
    assert second.pkey in told.reason
    assert told.external_id == first.pkey
    assert told.control_number == second.isa_num
    assert here.states("inventory_adjustment") == [State.POSTED]
    (item,) = ledger_exceptions(here.site.ledger, ExceptionTerms(now=here.time))
    assert (item.what, item.units) == (f"adjustment {told.reference}, posted twice", -5)
    assert "reverse" in item.action.lower()
    assert reprocess(here.site) == 0
    for _ in range(3):
        here.turn()
    assert told_twice(here) == [told]
    assert len(here.erp.staged) == 2


def test_what_appears_beside_what_was_sent_again_comes_out_as_posted_twice():
    with loop() as here:
        second = resent(here)
        first = late(here, second)
        here.later(hours=1)
        found = deliver(here.site)
        check_told(here, second, first)
        assert any("posted twice" in failure.name for failure in found.failures)


def test_so_it_does_when_it_appears_after_the_second_is_in_the_books():
    with loop() as here:
        second = resent(here)
        here.erp.process_staging()
        here.later(hours=1)
        deliver(here.site)
        assert here.states("inventory_adjustment") == [State.POSTED]
        first = late(here, second)
        here.later(days=1)
        deliver(here.site)
        check_told(here, second, first)


def test_what_was_sent_once_is_not_looked_at_again():
    with loop() as here:
        here.warehouse.adjust("1234_blk_m", 5, "FOUND")
        collect_movements(here.site)
        deliver(here.site)
        here.erp.process_staging()
        here.later(hours=1)
        deliver(here.site)
        (posted,) = here.postings("inventory_adjustment")
        assert (posted.state, posted.next_attempt_at) == (State.POSTED, None)


def test_what_was_sent_twice_is_looked_at_for_a_week_and_no_longer():
    with loop() as here:
        second = resent(here)
        here.erp.process_staging()
        for _ in range(15):
            here.later(days=1)
            deliver(here.site)
        (posted,) = here.postings("inventory_adjustment")
        assert (posted.state, posted.next_attempt_at) == (State.POSTED, None)
        assert here.erp.on_hand()[BLACK.key, "NJ"] == 25
        assert second.worked


def test_one_that_was_refused_there_and_corrected_is_not_there_twice():
    with loop() as here:
        second = resent(here)
        second.standing = type(second.standing).REJECTED
        here.erp.stage(second.entity, second.isa_num, second.body)
        here.later(hours=1)
        deliver(here.site)
        assert told_twice(here) == []


def test_two_orders_of_one_reference_in_the_warehouse_are_told_as_well():
    with loop() as here:
        here.release()
        here.clarus_faults.next(Fault.DROPPED_AFTER, path_contains="/api/goods_outs")
        here.turn()
        (order,) = here.warehouse.goods_outs
        told = {"reference": order.reference, "account_id": order.account.id, "goods_out_type": "sales_order"}
        told["expected_date_of_dispatch"] = "2026-03-03T00:00:00Z"
        twin = here.warehouse.create_goods_out({**told, "warehouse_id": order.warehouse.id})
        here.turn()
        (told,) = told_twice(here)
        assert f"reverse {twin.id}" in told.reason
        assert here.states("goods_out") == [State.POSTED]


def test_so_is_what_a_person_had_sent_again():
    with loop() as here:
        here.warehouse.adjust("1234_blk_m", 5, "FOUND")
        collect_movements(here.site)
        here.bluecherry_faults.next(Fault.FAILED_BEFORE, path_contains="PhysicalInventoryTM")
        deliver(here.site, confirm=False)
        (doubtful,) = here.postings("inventory_adjustment")
        here.site.ledger.advance(doubtful.key, State.RETRYING, note="it is not there", actor="Jo")
        deliver(here.site)
        (second,) = here.erp.staged
        here.erp.process_staging()
        deliver(here.site)
        first = late(here, second)
        here.later(hours=1)
        deliver(here.site)
        check_told(here, second, first)


def test_one_that_is_told_to_be_there_twice_without_numbers_stays_in_doubt_with_that():
    with wall(1) as here:
        lost(here)

        def tell():
            raise PostedTwice("two of it")

        here.books.asking["0"] = tell
        here.deliver()
        doubtful = here.posting(0)
        assert doubtful.state is State.IN_DOUBT
        assert doubtful.reason.endswith("asking failed: two of it")
