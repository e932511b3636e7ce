"""A process that works on a ledger until it is killed, and says on its standard output what it was told."""

import datetime as dt
import random
import sys

from clarus_bluecherry.ledger import Fact, Ledger, Posting, State
from clarus_bluecherry.model import Adjustment, Sku

NOON = dt.datetime(2026, 3, 2, 12, tzinfo=dt.UTC)
OUTCOMES = (State.POSTED, State.ACCEPTED, State.RETRYING, State.IN_DOUBT, State.REJECTED, State.PARKED)


def say(*words):
    print(*words, flush=True)


def work(ledger, seed):
    """Record, post, take and settle, in an order that `seed` decides, for ever."""
    dice = random.Random(seed)
    for number in range(1_000_000):
        at = NOON + dt.timedelta(seconds=number)
        record = Adjustment(id=str(number), occurred_at=at, location="WH1", item=Sku("A"), quantity=number + 1)
        fact = Fact(source="clarus", kind="adjustment", source_id=record.id, occurred_at=at, record=record)
        with ledger.transaction():
            ledger.record(fact)
            ledger.post(Posting(fact_key=fact.key, target="bluecherry", kind="adjustment", occurred_at=at))
            ledger.set_watermark("feed", at)
        say("kept", fact.key)
        for posting in ledger.claim("bluecherry", worker="w", limit=dice.randint(0, 2)):
            say("took", posting.key)
            to = dice.choice(OUTCOMES)
            ledger.advance(posting.key, to, worker="w", control_number=ledger.next_control_number("isa"))
            say(to.name, posting.key)


def drain(ledger, worker):
    """Take everything that is due, three at a time."""
    say("ready")
    sys.stdin.readline()
    while found := ledger.claim("bluecherry", worker=worker, limit=3):
        for posting in found:
            say("took", posting.key)
        say("number", ledger.next_control_number("isa"))


if __name__ == "__main__":
    task, place, name = sys.argv[1:]
    with Ledger.open(place, now=lambda: NOON) as opened:
        {"work": work, "drain": drain}[task](opened, name)
