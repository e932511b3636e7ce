"""Deliver: postings go out once each, and every one ends in a state that somebody owns.

Law of this flow: sent is not posted. After an ambiguous failure a posting is in doubt and is asked about, never
blindly sent again; a worker that dies leaves what it had begun in doubt, one that is only paused keeps it;
refusals wait for a person. Whatever one posting raises, the others end where they would without it; what every
other posting would meet as well stops the run for that system, and what was not begun stays due. It may run at any
time, in as many workers as anyone likes: the ledger hands each posting to one of them.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Collection

from clarus_bluecherry.flows.asking import Asking
from clarus_bluecherry.flows.delivered import Delivered, DeliveryRun
from clarus_bluecherry.flows.sending import Sending
from clarus_bluecherry.flows.site import Site
from clarus_bluecherry.flows.systems import Systems
from clarus_bluecherry.ledger import Posting, State


def deliver(
    site: Site,
    *,
    limit: int | None = None,
    confirm: bool = True,
    kinds: Collection[str] = (),
    on_progress: Callable[[Posting], None] = lambda posting: None,
) -> Delivered:
    """Settle what is in doubt, send what is due, and ask what became of what was accepted.

    What has failed before comes last, so that it stands in nobody's way. What was accepted is asked about more
    rarely with its age, and as many at a time as the site allows; `confirm=False` leaves it alone. `limit` is how
    many are sent at most, `kinds` are the only kinds of postings that are sent and asked about, all by default.
    `on_progress` is called with each posting that has moved. Stops early for a system that cannot be reached, that
    refuses the credentials or whose answers are not its own; what it did not get to stays due. A failed posting
    rests, longer each time. Raises `LedgerError` when the ledger itself fails, and nothing of any one record's.
    """
    with site.ledger.guarded() as worker:
        run = DeliveryRun(site=site, worker=worker, kinds=kinds, on_progress=on_progress)
        systems = Systems(run)
        sending, asking = Sending(run, systems, limit), Asking(run, systems)
        site.ledger.recover()
        asking.ask(State.IN_DOUBT)
        sending.send(State.PENDING)
        if confirm:
            asking.ask(State.ACCEPTED)
            asking.ask(State.POSTED)
        with systems.trying_again():
            sending.send(State.RETRYING)
            sending.send(State.PENDING)  # what got another date when it was to be sent again
        with systems.trying_again():
            asking.ask_again()
        systems.finish()
        return run.delivered


def confirm_all(site: Site) -> Delivered:
    """Ask about everything that was accepted, however short ago it was asked about last.

    For who is about to compare the books: what they show by now is known then. It sends nothing. Raises
    `LedgerError` when the ledger itself fails.
    """
    run = DeliveryRun(site=site, worker=uuid.uuid4().hex)
    Asking(run, Systems(run)).ask_all(State.ACCEPTED)
    return run.delivered
