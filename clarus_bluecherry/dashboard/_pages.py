"""The pages of the live view that no file has: what moves, what waits and for whom, whether all is well.

Law of this module: a page is made from one look at the ledger, and says of when it is. What waits for a person
comes first, the oldest before the others.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence

from clarus_bluecherry._version import __version__
from clarus_bluecherry.dashboard import _names as names
from clarus_bluecherry.dashboard._health import Health
from clarus_bluecherry.dashboard._watched import Kind, Watched
from clarus_bluecherry.finance.exceptions import ExceptionItem
from clarus_bluecherry.ledger._watching import WaitingMessage
from clarus_bluecherry.ledger.states import State
from clarus_bluecherry.report import words
from clarus_bluecherry.report.exceptions import unrested
from clarus_bluecherry.report.pages import (
    CellKind,
    PageBlock,
    PageCell,
    PageColumn,
    PageFigure,
    PageFigures,
    PageHead,
    PageOpening,
    PageSection,
    PageSteps,
    PageTable,
    PageText,
    ReportPage,
    Tone,
)
from clarus_bluecherry.report.steps import exceptions_table, first_said, steps_of
from clarus_bluecherry.x12._findings import printable

MOST_SHOWN = 1_000
"""Messages that a page lists, most: it says how many there are."""
FOR_SOMEBODY = (State.IN_DOUBT, State.REJECTED, State.PARKED)
_QUEUED = (State.PENDING, State.RETRYING)
_C = CellKind


# What moves --------------------------------------------------------------------------------------------------


def flows_page(seen: Watched) -> ReportPage:
    """What moves between both systems: how much waits, goes, is refused, and how long it takes."""
    waits = _for_somebody(seen)
    title = "Flows and lag"
    return ReportPage(
        name="flows",
        title=title,
        verdict=_flows_verdict(seen, waits),
        tone=Tone.WARNING if waits else Tone.GOOD,
        head=head_of(seen),
        sections=[
            PageSection(name="now", title="Now", blocks=[_figures(seen, waits)]),
            PageSection(name="kinds", title="By kind of message", blocks=[_kinds_table(seen)]),
            PageSection(name="feeds", title="What was heard", blocks=[_feeds_table(seen), _marks_table(seen)]),
            PageSection(name="workers", title="Who is at work", blocks=[*_workers(seen)]),
        ],
    )


def _for_somebody(seen: Watched) -> int:
    return sum(seen.count(kind, *FOR_SOMEBODY) for kind in seen.kinds)


def _flows_verdict(seen: Watched, waits: int) -> str:
    oldest = seen.oldest(None, *FOR_SOMEBODY)
    if oldest is not None:
        since = f"{oldest.astimezone(seen.terms.zone):%Y-%m-%d %H:%M %Z}"
        told = words.counted(waits, "message waits", "messages wait")
        return f"{told} for somebody, the oldest of {since}: begin at Waiting."
    return "No message is refused, in doubt or waiting for a person: nothing has to be done here."


def _figures(seen: Watched, waits: int) -> PageFigures:
    done = sum(count for (_, _, state), count in seen.done().items() if state is State.POSTED)

    def count(name: str, title: str, *states: State, tone: Tone = Tone.PLAIN) -> PageFigure:
        value = sum(seen.count(kind, *states) for kind in seen.kinds)
        return PageFigure(
            name=name,
            title=title,
            value=value,
            kind=_C.COUNT,
            unit="messages",
            tone=tone if value else Tone.PLAIN,
            opens=PageOpening(table="kinds"),
        )

    oldest = seen.oldest()
    return PageFigures(
        figures=[
            count("queued", "Waiting to be sent", *_QUEUED),
            count("accepted", "Accepted, not booked yet", State.ACCEPTED),
            count("for_person", "Waiting for a person", State.PARKED, tone=Tone.WARNING),
            count("refused", "Refused", State.REJECTED, tone=Tone.BAD),
            count("in_doubt", "In doubt", State.IN_DOUBT, tone=Tone.BAD),
            PageFigure(
                name="done",
                title="Done in the last 24 hours",
                value=done,
                kind=_C.COUNT,
                unit="messages",
                opens=PageOpening(table="kinds"),
            ),
            PageFigure(
                name="oldest",
                title="Age of the oldest that is open",
                value=None if oldest is None else _age(seen, oldest),
                kind=_C.SPAN,
                why_not="Nothing is open." if oldest is None else "",
                opens=PageOpening(table="kinds"),
            ),
        ]
    )


def _kinds_table(seen: Watched) -> PageTable:
    return PageTable(
        name="kinds",
        title="Messages by kind",
        columns=[
            PageColumn(name="to", title="To"),
            PageColumn(name="what", title="What"),
            _counted("queued", "Waiting to be sent"),
            _counted("sending", "Being sent"),
            _counted("accepted", "Accepted"),
            _counted("refused", "Refused"),
            _counted("in_doubt", "In doubt"),
            _counted("for_person", "For a person"),
            _counted("done", "Done in 24 h"),
            PageColumn(
                name="median", title="Half took less than", kind=_C.SPAN, note="From the event to the books."
            ),
            PageColumn(name="p95", title="19 of 20 took less than", kind=_C.SPAN),
            PageColumn(name="oldest", title="Oldest open", kind=_C.INSTANT, is_wide_only=True),
            PageColumn(name="age", title="Age of the oldest", kind=_C.SPAN),
            PageColumn(name="kind", title="In the ledger", kind=_C.CODE, is_wide_only=True),
        ],
        rows=[_kind_row(seen, kind) for kind in seen.kinds],
        note="How long: of what was done in the last 24 hours, of the newest 5,000 steps.",
        source="The ledger's messages and their steps.",
        empty="Nothing is open, and nothing was done in the last 24 hours.",
    )


def _counted(name: str, title: str) -> PageColumn:
    return PageColumn(name=name, title=title, kind=_C.COUNT, unit="messages", is_added=True)


def _kind_row(seen: Watched, kind: Kind) -> Sequence[PageCell]:
    lag, oldest = seen.lags().get(kind), seen.oldest(kind)
    return (
        names.SYSTEMS.get(kind[0], kind[0]),
        names.kind_name(kind[1]),
        seen.count(kind, *_QUEUED),
        seen.count(kind, State.SENDING),
        seen.count(kind, State.ACCEPTED),
        seen.count(kind, State.REJECTED),
        seen.count(kind, State.IN_DOUBT),
        seen.count(kind, State.PARKED),
        seen.done().get((*kind, State.POSTED), 0),
        None if lag is None else lag.median,
        None if lag is None else lag.p95,
        oldest,
        None if oldest is None else _age(seen, oldest),
        f"{kind[0]} {kind[1]}",
    )


def _feeds_table(seen: Watched) -> PageTable:
    return PageTable(
        name="feeds",
        title="Feeds",
        columns=[
            PageColumn(name="feed", title="Feed"),
            PageColumn(name="last", title="Newest record", kind=_C.INSTANT, note="By the source's own time."),
            PageColumn(name="age", title="Its age", kind=_C.SPAN),
            PageColumn(name="silent", title="Silent", kind=_C.YES_NO, note="For much longer than it usually is."),
        ],
        rows=[
            (
                feed.title,
                feed.last,
                None if feed.last is None else _age(seen, feed.last),
                feed.is_silent,
            )
            for feed in seen.feeds
        ],
        source="What the ledger recorded of both systems.",
    )


def _marks_table(seen: Watched) -> PageTable:
    return PageTable(
        name="marks",
        title="How far each feed was read",
        columns=[
            PageColumn(name="mark", title="Mark", kind=_C.CODE),
            PageColumn(name="at", title="Read up to", kind=_C.INSTANT),
            PageColumn(name="age", title="That long ago", kind=_C.SPAN),
        ],
        rows=[(printable(name), at, _age(seen, at)) for name, at in seen.marks.items()],
        note="The newest change that a source showed; a source in which nothing changes keeps its mark.",
        is_detail=True,
        empty="No feed was read yet.",
    )


def _workers(seen: Watched) -> Iterator[PageBlock]:
    read = seen.read_at
    yield PageFigures(
        figures=[
            PageFigure(
                name="read",
                title="Both systems were read last",
                value=read,
                kind=_C.INSTANT,
                why_not=""
                if read
                else "No worker has read them yet. To start one, run: clarus-bluecherry worker --site site.toml",
            )
        ]
    )
    yield PageTable(
        name="at_work",
        title="Sending at this moment",
        columns=[
            PageColumn(name="worker", title="Worker", kind=_C.CODE),
            _counted("messages", "How many"),
            PageColumn(name="until", title="Has until", kind=_C.INSTANT),
            PageColumn(name="over", title="Stopped on the way", kind=_C.YES_NO),
        ],
        rows=[(each.worker, each.count, each.lease_until, each.lease_until < seen.at) for each in seen.at_work],
        empty="Nobody sends anything at this moment.",
    )
    yield PageTable(
        name="left_alone",
        title="Systems that do not answer as they should",
        columns=[
            PageColumn(name="system", title="System"),
            PageColumn(name="failures", title="Failures in a row", kind=_C.COUNT),
            PageColumn(name="until", title="Left alone until", kind=_C.INSTANT),
        ],
        rows=[
            (names.SYSTEMS.get(each.system, each.system), each.failures, each.until) for each in seen.left_alone
        ],
        empty="Both answer.",
    )
    yield PageTable(
        name="alerts",
        title="Alerts that were not told yet",
        columns=[
            PageColumn(name="channel", title="Channel"),
            PageColumn(name="about", title="About", kind=_C.CODE),
            PageColumn(name="since", title="Called for", kind=_C.INSTANT),
            PageColumn(name="due", title="Told at the earliest", kind=_C.INSTANT),
            PageColumn(name="attempts", title="Times tried", kind=_C.COUNT),
            PageColumn(name="error", title="Why not yet"),
        ],
        rows=[
            (
                printable(each.channel),
                printable(each.identity),
                each.called_at,
                each.due,
                each.attempts,
                printable(each.error),
            )
            for each in seen.alerts
        ],
        empty="Everything was told.",
        group_by=("channel", "error"),
    )


# What waits --------------------------------------------------------------------------------------------------


def waiting_page(seen: Watched, items: Sequence[ExceptionItem], messages: Sequence[WaitingMessage]) -> ReportPage:
    """What waits and for whom: today's exceptions, then every message that waits for somebody."""
    standings = {standing.identity: standing for standing in seen.exceptions}
    policy, count = seen.terms.policy, _for_somebody(seen)
    over = len(policy.breaches(unrested(items, standings, seen.at), seen.at))
    currency = seen.terms.currency
    steps = steps_of(items, policy, seen.at, standings=standings, currency=currency, opens="exceptions")
    blocks: list[PageBlock] = [_messages_table(seen, messages)]
    if count > len(messages):
        told = f'The oldest {len(messages):,} of {count:,} are listed; "clarus-bluecherry ledger show" lists all.'
        blocks.insert(0, PageText(paragraphs=[told], tone=Tone.WARNING))
    return ReportPage(
        name="waiting",
        title="What waits, and for whom",
        verdict=_waiting_verdict(len(items), over, count, steps),
        tone=Tone.WARNING if items or count else Tone.GOOD,
        head=head_of(seen),
        sections=[
            PageSection(
                name="first",
                title="What to do first",
                blocks=[
                    steps,
                    exceptions_table(items, seen.at, standings, policy, currency=currency),
                ],
                note=_looked(seen),
            ),
            PageSection(name="reasons", title="Messages by reason", blocks=[_reasons_table(seen)]),
            PageSection(name="messages", title="Messages", blocks=blocks),
            PageSection(name="inbox", title="Heard, and still to be looked at", blocks=[_inbox_table(seen)]),
        ],
    )


def _looked(seen: Watched) -> str:
    if seen.looked_at is None:
        asks = "clarus-bluecherry exceptions --site site.toml"
        return f"By the ledger alone. What both systems tell nobody has looked for yet, as {asks} does."
    looked_at = f"{seen.looked_at.astimezone(seen.terms.zone):%Y-%m-%d %H:%M %Z}"
    return f"What the ledger tells, as of now; what both systems tell, as it was looked for at {looked_at}."


def _waiting_verdict(exceptions: int, over: int, count: int, steps: PageSteps) -> str:
    if not exceptions and not count:
        return "Nothing waits for anybody."
    told = f"{words.counted(exceptions, 'exception is', 'exceptions are')} open"
    told += f", {over:,} of them over a limit" if over else ""
    told += f", and {words.counted(count, 'message waits', 'messages wait')} for somebody"
    return f"{told}. {first_said(steps)}".rstrip()


def _reasons_table(seen: Watched) -> PageTable:
    groups = sorted((each for each in seen.open if each.state in FOR_SOMEBODY), key=lambda each: each.occurred_at)
    return PageTable(
        name="reasons",
        title="Why messages wait",
        columns=[
            PageColumn(name="owner", title="Owner"),
            PageColumn(name="why", title="Why"),
            PageColumn(name="action", title="What to do"),
            PageColumn(name="what", title="What"),
            PageColumn(name="state", title="Where it stands"),
            _counted("messages", "How many"),
            PageColumn(name="oldest", title="Oldest", kind=_C.INSTANT),
            PageColumn(name="age", title="Its age", kind=_C.SPAN),
            PageColumn(name="code", title="Code", kind=_C.CODE, opens="messages", by=("code",), is_wide_only=True),
        ],
        rows=[
            (
                names.waits_for(each.state, each.reason_code).value,
                printable(names.reason_words(each.state, each.reason_code)),
                names.action_words(each.state, each.reason_code),
                names.kind_name(each.kind),
                names.STATES[each.state],
                each.count,
                each.occurred_at,
                _age(seen, each.occurred_at),
                printable(each.reason_code),
            )
            for each in groups
        ],
        empty="No message waits for anybody.",
        group_by=("owner", "why"),
    )


def _messages_table(seen: Watched, messages: Iterable[WaitingMessage]) -> PageTable:
    return PageTable(
        name="messages",
        title="Messages that wait for somebody",
        columns=[
            PageColumn(name="name", title="What"),
            PageColumn(name="owner", title="Owner"),
            PageColumn(name="state", title="Where it stands"),
            PageColumn(name="why", title="Why"),
            PageColumn(name="since", title="Happened", kind=_C.INSTANT),
            PageColumn(name="age", title="Age", kind=_C.SPAN),
            PageColumn(name="order", title="Order", kind=_C.CODE, story="order"),
            PageColumn(name="to", title="To", is_wide_only=True),
            PageColumn(name="kind", title="Kind", is_wide_only=True),
            PageColumn(name="dated", title="Dated in the books", kind=_C.DAY, is_wide_only=True),
            PageColumn(name="attempts", title="Times sent", kind=_C.COUNT, is_wide_only=True),
            PageColumn(name="code", title="Code", kind=_C.CODE, is_wide_only=True),
            PageColumn(
                name="key",
                title="For the command ledger",
                kind=_C.CODE,
                note='What "ledger release" is told.',
                is_wide_only=True,
            ),
        ],
        rows=[
            (
                printable(each.record_name),
                names.waits_for(each.state, each.reason_code).value,
                names.STATES[each.state],
                printable(each.reason),
                each.occurred_at,
                _age(seen, each.occurred_at),
                printable(each.reference) if each.kind in names.OF_ORDERS else "",
                names.SYSTEMS.get(each.target, each.target),
                names.kind_name(each.kind),
                each.accounting_date,
                each.attempts,
                printable(each.reason_code),
                each.key,
            )
            for each in messages
        ],
        source="The ledger's messages.",
        empty="No message waits for anybody.",
        group_by=("owner", "state", "kind"),
    )


def _inbox_table(seen: Watched) -> PageTable:
    return PageTable(
        name="inbox",
        title="What was heard",
        columns=[
            PageColumn(name="what", title="What"),
            PageColumn(name="waits_for", title="Waits for"),
            _counted("count", "How many"),
            PageColumn(name="since", title="Oldest heard", kind=_C.INSTANT),
            PageColumn(name="age", title="Its age", kind=_C.SPAN),
        ],
        rows=[
            (
                names.INBOX.get(each.kind, each.kind),
                "integration" if each.is_for_person else "a worker",
                each.count,
                each.heard_at,
                _age(seen, each.heard_at),
            )
            for each in seen.inbox
        ],
        empty="Everything was looked at.",
    )


# Whether all is well -----------------------------------------------------------------------------------------


def health_page(health: Health, head: PageHead) -> ReportPage:
    """Whether all is well, check by check; what a monitor reads at `/health`."""
    return ReportPage(
        name="health",
        title="Health",
        verdict=health.verdict,
        tone=Tone.GOOD if health.is_well else Tone.BAD,
        head=head,
        sections=[
            PageSection(
                name="checks",
                title="What is checked",
                blocks=[
                    PageTable(
                        name="checks",
                        title="Checks",
                        columns=[
                            PageColumn(name="check", title="Check"),
                            PageColumn(name="well", title="In order", kind=_C.YES_NO),
                            PageColumn(name="told", title="What was found"),
                        ],
                        rows=[(check.title, check.holds, printable(check.told)) for check in health.checks],
                    )
                ],
                note="Programs read this page as JSON; it is answered with 503 where a check fails.",
            )
        ],
    )


# What all have -----------------------------------------------------------------------------------------------


def said_page(name: str, title: str, verdict: str, paragraphs: Sequence[str], head: PageHead) -> ReportPage:
    """A page that says one thing: what is not there, what went wrong."""
    section = PageSection(name="what", title="What to do", blocks=[PageText(paragraphs=paragraphs)])
    return ReportPage(name=name, title=title, verdict=verdict, tone=Tone.WARNING, head=head, sections=[section])


def head_of(seen: Watched) -> PageHead:
    """Of which minute it is: what is the same in a minute is the same page."""
    minute = seen.at.astimezone(seen.terms.zone).replace(second=0, microsecond=0)
    return PageHead(
        as_of=minute, zone=seen.terms.zone, currency=seen.terms.currency, facts={"Version": __version__}
    )


def _age(seen: Watched, since: dt.datetime) -> dt.timedelta:
    """To the minute, and nothing where a source's clock is ahead."""
    seconds = max((seen.at - since).total_seconds(), 0)
    return dt.timedelta(minutes=seconds // 60)
