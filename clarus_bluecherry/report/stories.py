"""The story of an order, or of a SKU: its documents, each message with what was sent, what came back, who decided.

Law of this module: nothing of a person is in a story. Of what was sent those fields are shown that are known to
hold nothing of one, and of all others that there is something; who decided is named, since it is their decision.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from zoneinfo import ZoneInfo

from attrs import frozen

from clarus_bluecherry.finance.exceptions import ExceptionItem
from clarus_bluecherry.ledger.states import FINAL, State
from clarus_bluecherry.model import Plain, Sku
from clarus_bluecherry.model._values import SKU_PARTS
from clarus_bluecherry.report.drift import HIDDEN
from clarus_bluecherry.report.pages import (
    CellKind,
    PageCell,
    PageColumn,
    PageFigure,
    PageFigures,
    PageHead,
    PageOpening,
    PageSection,
    PageTable,
    PageText,
    ReportPage,
    Tone,
)
from clarus_bluecherry.report.steps import EXCEPTIONS, exceptions_table, first_said, steps_of
from clarus_bluecherry.report.words import counted, units
from clarus_bluecherry.x12._findings import printable


@frozen
class StoryLine:
    """So many units (eaches) of a SKU in a document; `what` says which way: see `WHAT`. `item` is its key, or a
    code that is tied to no SKU.

    `is_booked` says whether they stand in Blue Cherry's books by this document; None where no message tells them.
    """

    number: str
    item: str
    what: str
    quantity: Decimal
    is_booked: bool | None = None


@frozen(kw_only=True)
class StoryDocument:
    """What a system said: `happened_at` in the world, `learnt_at` by us; `own_day` is its day in the books' zone.

    `order` is the number of the order that it is, or that it is of; empty where there is none.
    """

    key: str
    system: str
    kind: str
    number: str
    name: str
    happened_at: dt.datetime
    learnt_at: dt.datetime
    own_day: dt.date
    order: str = ""
    location: str = ""
    carrier: str = ""
    lines: tuple[StoryLine, ...] = ()


@frozen(kw_only=True)
class StoryStep:
    """One step of a message: who took it, and what it changed.

    `by` is a person or a part of the library, empty for a worker.
    """

    at: dt.datetime
    before: State | None
    after: State
    by: str = ""
    note: str = ""
    changed: str = ""


@frozen(kw_only=True)
class StoryMessage:
    """A message to `system`, what of it may be shown (`sent`, by field), and where it stands.

    `own_day` is the day that it belongs to, `asked_day` the one it is sent under, `booked_day` the one under which
    it stands there, where a person said so. `there` is the other side's document.
    """

    key: str
    document: str
    system: str
    kind: str
    name: str
    reference: str
    control_number: str
    there: str
    state: State
    made_at: dt.datetime
    own_day: dt.date | None = None
    asked_day: dt.date | None = None
    booked_day: dt.date | None = None
    attempts: int = 0
    reason: str = ""
    reason_code: str = ""
    sent: tuple[tuple[str, str], ...] = ()
    steps: tuple[StoryStep, ...] = ()


@frozen(kw_only=True)
class OrderStory:
    """All that is known of an order, by its number in Blue Cherry, in the order in which it happened."""

    number: str
    as_of: dt.datetime
    zone: ZoneInfo
    documents: tuple[StoryDocument, ...]
    messages: tuple[StoryMessage, ...]
    waits: tuple[ExceptionItem, ...] = ()


@frozen(kw_only=True)
class SkuStory:
    """What is known of a SKU since `since`: `codes` are the warehouse's codes for it.

    `is_cut` says that there is more since then than is told here: the latest documents are.
    """

    sku: Sku
    codes: tuple[str, ...]
    since: dt.datetime
    as_of: dt.datetime
    zone: ZoneInfo
    documents: tuple[StoryDocument, ...]
    messages: tuple[StoryMessage, ...]
    waits: tuple[ExceptionItem, ...] = ()
    is_cut: bool = False


# What is shown of a message ----------------------------------------------------------------------------------

_SHOWN = frozenset(
    {
        # Blue Cherry's messages
        *(
            "kind",
            "pick_num",
            "ord_num",
            "po_num",
            "prod_num",
            "prod_line",
            "adj_num",
            "doc_num",
            "order_reference",
        ),
        *(
            "location",
            "shipper",
            "scac_code",
            "ship_date",
            "receipt_date",
            "adj_date",
            "adjustment",
            "reason_code",
        ),
        *("shipment_num", "part", "lines", "cartons", "carton_num", "carton_wgt", "ctn_volume", "line_seq"),
        *("article", "division", "style", "color_code", "lbl_code", "dimension", "size_desc", "upc", "ean"),
        *("size_qty", "total_qty", "ship_qty"),
        # Clarus's, over its API and by file
        *("goods_out_type", "reference", "account_id", "warehouse_id", "carrier_id", "product_id", "rows"),
        *("external_system_reference1", "external_system_reference2", "external_system_reference3"),
        *("expected_date_of_dispatch", "expected_date_of_arrival", "order_quantity", "expected_quantity"),
        *("alt_line_number", "alt_line_reference", "alt_product_code", "product_code", "quantity"),
        *("account_code", "warehouse_code", "carrier_code", "code", "barcode"),
    }
)
"""Fields of messages that hold nothing of a person. What is in no field of these is not shown."""


def shown_fields(message: Plain | None) -> tuple[tuple[str, str], ...]:
    """What of a message may be shown, by field; of each other field that is filled only that there is something.

    >>> shown_fields({"reference": "1001", "address": {"name": "Jo"}, "lines": [{"order_quantity": "5"}]})
    (('reference', '1001'), ('address', '(not shown)'), ('lines/1/order_quantity', '5'))
    """
    return tuple(_fields(message or {}, ""))


def _fields(value: object, place: str) -> Iterator[tuple[str, str]]:
    match value:
        case Mapping():
            for name, member in value.items():
                where = f"{place}/{name}".removeprefix("/")
                if member in (None, "", [], {}, ()):
                    continue
                if name in _SHOWN:
                    yield from _fields(member, where)
                else:
                    yield where, HIDDEN
        case list() | tuple():
            for number, member in enumerate(value, 1):
                yield from _fields(member, f"{place}/{number}")
        case _:
            yield place, printable(str(value))


def changes_text(changes: Plain | None) -> str:
    """What a step changed: as it was, and as it is. A message is told by its digest."""
    pairs = ((name, pair) for name, pair in (changes or {}).items() if isinstance(pair, list | tuple))
    return "; ".join(f"{name}: {_value(pair[0])} -> {_value(pair[1])}" for name, pair in pairs if len(pair) == 2)


def _value(value: object) -> str:
    """A value as a person reads it."""
    if isinstance(value, Mapping) and "style" in value:
        return " ".join(str(value[part]) for part in SKU_PARTS if value.get(part))
    if isinstance(value, Mapping):
        return " ".join(str(each) for each in value.values() if each)
    return "nothing" if value in (None, "") else str(value)


# Words -------------------------------------------------------------------------------------------------------

ORDERED, EXPECTED, BEFORE = "ordered", "expected", "in an older version"
LEFT, TAKEN_BACK, RECEIVED, RETURNED = "left", "taken back", "received", "returned"
ADJUSTED, HELD = "adjusted", "held"
WHAT = (ORDERED, EXPECTED, BEFORE, LEFT, TAKEN_BACK, RECEIVED, RETURNED, ADJUSTED, HELD)
"""What a line tells of its units: ordered of us, or expected from a supplier; `BEFORE` is of a version that
another one replaced, or of a line that went out after the others. Adjusted and held: + is more."""

_STANDS: Mapping[State, str] = {
    State.PENDING: "to be sent",
    State.SENDING: "being sent",
    State.ACCEPTED: "taken, and not in the books yet",
    State.POSTED: "done there",
    State.REJECTED: "refused",
    State.RETRYING: "to be sent again",
    State.IN_DOUBT: "in doubt: sent, and nobody knows whether it took effect",
    State.PARKED: "waits",
    State.CANCELLED: "ended",
}
_MESSAGES: Mapping[str, str] = {
    "goods_out": "order",
    "goods_out_line": "line of an order",
    "pre_receipt": "receipt to expect",
    "product": "new product",
    "product_update": "change of a product",
    "order_shipment": "ship confirm",
    "production_receipt_advice": "receipt",
    "inventory_adjustment": "adjustment",
    "return_to_stock": "return",
    "shipment_reversal": "shipment to be voided by hand",
    "broken_pack": "pieces of a prepack",
}
SYSTEMS: Mapping[str, str] = {"clarus": "Clarus", "bluecherry": "Blue Cherry"}
"""What people call the systems that messages go to."""


def state_words(state: State, system: str = "") -> str:
    """Where a message to `system` stands, in words.

    >>> state_words(State.PARKED), state_words(State.POSTED, "bluecherry")
    ('waits', 'in the books')
    """
    return "in the books" if state is State.POSTED and system == "bluecherry" else _STANDS[state]


def message_words(kind: str) -> str:
    """What a kind of message is called.

    >>> message_words("order_shipment"), message_words("unread")
    ('ship confirm', 'unread')
    """
    return _MESSAGES.get(kind, kind.replace("_", " "))


def system_words(system: str) -> str:
    """What a system is called."""
    return SYSTEMS.get(system, system)


# Pages -------------------------------------------------------------------------------------------------------


def order_story_page(story: OrderStory) -> ReportPage:
    """The page of an order: what waits, where it stands, what happened when, each message with what was sent."""
    return ReportPage(
        name="order-story",
        title=f"Order {printable(story.number)}",
        verdict=_order_verdict(story),
        tone=_tone(story),
        head=_head(story),
        sections=[_first(story), _section("stands", "Where it stands", _order_figures(story)), *_sections(story)],
    )


def sku_story_page(story: SkuStory) -> ReportPage:
    """The page of a SKU: what waits, what moved, and the documents and messages of each movement."""
    facts = {
        "Codes in the warehouse": printable(", ".join(story.codes)) or "none is tied to it",
        "Since": f"{story.since.astimezone(story.zone):%Y-%m-%d}",
    }
    cut = (
        ["There is more since then than stands here: these are the latest. Ask for a later day to begin with."]
        if story.is_cut
        else []
    )
    figures = _sku_figures(story)
    moved = PageSection(
        name="moved",
        title="What moved",
        blocks=[*([PageText(paragraphs=cut, tone=Tone.WARNING)] if cut else []), figures],
        note="As the warehouse told it; what was before is not counted here.",
    )
    return ReportPage(
        name="sku-story",
        title=f"SKU {printable(str(story.sku))}",
        verdict=_sku_verdict(story),
        tone=_tone(story),
        head=_head(story, facts),
        sections=[_first(story), moved, *_sections(story)],
    )


Story = OrderStory | SkuStory


def _head(story: Story, facts: Mapping[str, str] | None = None) -> PageHead:
    return PageHead(
        as_of=story.as_of.astimezone(story.zone), zone=story.zone, made_at=story.as_of, facts=facts or {}
    )


def _tone(story: Story) -> Tone:
    if story.waits:
        return Tone.WARNING
    is_over = bool(story.messages) and all(message.state in FINAL for message in story.messages)
    return Tone.GOOD if is_over else Tone.PLAIN


def _order_verdict(story: OrderStory) -> str:
    left, booked = _sum(story, LEFT), _sum(story, LEFT, booked=True)
    received, in_books = _sum(story, RECEIVED), _sum(story, RECEIVED, booked=True)
    ordered, expected, back = (_sum(story, what) for what in (ORDERED, EXPECTED, TAKEN_BACK))
    if received:
        said = f"{units(received)} of {units(expected)} units were received, {units(in_books)} are in the books"
    elif left:
        undone = f", {units(back)} were taken back" if back else ""
        said = f"{units(left)} of {units(ordered)} units left{undone}, {units(booked)} are in the books"
    elif expected:
        said = f"{units(expected)} units are expected, and nothing has come yet"
    else:
        said = f"{units(ordered)} units are ordered, and nothing has left yet"
    return f"Order {printable(story.number)}: {said}. {_waiting(story)}"


def _sku_verdict(story: SkuStory) -> str:
    moved = counted(len(story.documents), "document")
    return f"{printable(str(story.sku))}: {moved} since {_day(story, story.since)}. {_waiting(story)}"


def _waiting(story: Story) -> str:
    if story.waits:
        return first_said(steps_of(story.waits, None, story.as_of), acts=True)
    under_way = sum(message.state not in FINAL for message in story.messages)
    if under_way:
        return f"{counted(under_way, 'message')} under way; nothing waits for anybody."
    return "Nothing waits for anybody."


def _day(story: Story, moment: dt.datetime) -> str:
    return moment.astimezone(story.zone).date().isoformat()


def _first(story: Story) -> PageSection:
    steps = steps_of(story.waits, None, story.as_of, opens=EXCEPTIONS)
    return PageSection(name="first", title="What to do first", blocks=[steps])


def _section(name: str, title: str, *blocks: PageFigures | PageTable) -> PageSection:
    return PageSection(name=name, title=title, blocks=blocks)


def _sections(story: Story) -> Iterator[PageSection]:
    names = _names(story.messages)
    yield _section("events", "What happened", _events(story, names))
    yield _section("messages", "Messages", _message_table(story, names))
    details = [_lines(story), _sent(story, names), _steps(story, names)]
    waits = exceptions_table(story.waits, story.as_of)
    yield _section("details", "In detail", *details, waits)


# Figures -----------------------------------------------------------------------------------------------------


def _sum(story: Story, what: str, *, booked: bool = False) -> Decimal:
    lines = (line for document in story.documents for line in document.lines if line.what == what)
    return sum((line.quantity for line in lines if not booked or line.is_booked), Decimal(0))


def _order_figures(story: OrderStory) -> PageFigures:
    wanted, way = (EXPECTED, RECEIVED) if _sum(story, EXPECTED) else (ORDERED, LEFT)
    figures = [_figure(story, what, what.capitalize(), what) for what in (wanted, way)]
    figures.append(_figure(story, "booked", f"{way.capitalize()}, and in Blue Cherry's books", way, booked=True))
    others = (what for what in (TAKEN_BACK, RETURNED) if _sum(story, what))
    figures.extend(_figure(story, what.replace(" ", "_"), what.capitalize(), what) for what in others)
    return PageFigures(figures=figures)


def _sku_figures(story: SkuStory) -> PageFigures:
    signs = {ADJUSTED: "+ more in the warehouse", HELD: "+ more on hold"}
    return PageFigures(
        figures=[
            _figure(story, what.replace(" ", "_"), what.capitalize(), what, sign=signs.get(what, ""))
            for what in WHAT
            if what != BEFORE
        ]
    )


def _figure(story: Story, name: str, title: str, what: str, *, sign: str = "", booked: bool = False) -> PageFigure:
    where: dict[str, PageCell] = {"what": what, **({"booked": True} if booked else {})}
    return PageFigure(
        name=name,
        title=title,
        value=_sum(story, what, booked=booked),
        kind=CellKind.UNITS,
        unit="eaches",
        sign=sign,
        opens=PageOpening(table="lines", where=where),
        sums="units",
    )


# Tables ------------------------------------------------------------------------------------------------------


def _names(messages: Iterable[StoryMessage]) -> Mapping[str, str]:
    """What each message is called on the page: its number there, and what it is."""
    return {
        message.key: f"{number}. {message_words(message.kind)} {printable(message.reference)}".rstrip()
        for number, message in enumerate(messages, 1)
    }


_MESSAGE = PageColumn(name="message", title="Message", opens="messages", by=("message",))
_KEY = PageColumn(
    name="key",
    title="For the command ledger",
    kind=CellKind.CODE,
    note='What "ledger show" is told.',
    is_wide_only=True,
)
_DOCUMENT = PageColumn(name="document", title="Document", opens="lines", by=("document",))


def _events(story: Story, names: Mapping[str, str]) -> PageTable:
    return PageTable(
        name="events",
        title="What happened",
        columns=(
            PageColumn(name="at", title="Happened", kind=CellKind.INSTANT),
            PageColumn(name="learnt", title="Learnt", kind=CellKind.INSTANT, is_wide_only=True),
            PageColumn(name="system", title="Where"),
            PageColumn(name="what", title="What"),
            PageColumn(name="by", title="By"),
            _DOCUMENT,
            _MESSAGE,
            _KEY,
        ),
        rows=sorted([*_told(story), *_moved(story, names)], key=lambda row: (row[0], row[1])),
        source="The ledger: what both systems said, and the history of each message.",
    )


_Row = tuple[dt.datetime, dt.datetime, *tuple[PageCell, ...]]


def _told(story: Story) -> Iterator[_Row]:
    for document in story.documents:
        system, name = system_words(document.system), printable(document.name)
        times = document.happened_at.astimezone(story.zone), document.learnt_at.astimezone(story.zone)
        yield (*times, system, f"{name}{_amounts(document)}", "", name, "", document.key)


def _moved(story: Story, names: Mapping[str, str]) -> Iterator[_Row]:
    for message in story.messages:
        system, name = system_words(message.system), names[message.key]
        for step in message.steps:
            if step.after is State.SENDING:
                continue
            at = step.at.astimezone(story.zone)
            said = f"{message_words(message.kind)} {message.reference}: {state_words(step.after, message.system)}"
            told = printable(f"{said} ({step.note})" if step.note else said)
            yield (at, at, system, told, printable(step.by), "", name, message.key)


def _amounts(document: StoryDocument) -> str:
    """How many units of a document moved which way."""
    totals: dict[str, Decimal] = {}
    for line in document.lines:
        totals[line.what] = totals.get(line.what, Decimal(0)) + line.quantity
    said = ", ".join(f"{units(total)} {what}" for what, total in totals.items())
    return f": {said}" if said else ""


def _message_table(story: Story, names: Mapping[str, str]) -> PageTable:
    opens_sent = PageColumn(name="message", title="Message", opens="sent", by=("message",))
    day = CellKind.DAY
    return PageTable(
        name="messages",
        title="Messages",
        columns=(
            opens_sent,
            PageColumn(name="to", title="To"),
            PageColumn(name="about", title="About"),
            PageColumn(name="state", title="Stands", opens="steps", by=("message",)),
            PageColumn(name="reference", title="Sent as", kind=CellKind.CODE),
            PageColumn(name="there", title="There it is", kind=CellKind.CODE),
            PageColumn(name="own", title="Own day", kind=day, note="The day that it belongs to."),
            PageColumn(name="asked", title="Sent under", kind=day, note="The day that the books were asked for."),
            PageColumn(name="booked", title="Booked", kind=day, note="Where somebody said the day in the books."),
            PageColumn(name="reason", title="Why"),
            PageColumn(name="owner", title="Owner"),
            PageColumn(name="action", title="What to do"),
            PageColumn(name="made", title="Made", kind=CellKind.INSTANT, is_wide_only=True),
            PageColumn(name="attempts", title="Attempts", kind=CellKind.COUNT, is_wide_only=True),
            PageColumn(name="control_number", title="Control number", kind=CellKind.CODE, is_wide_only=True),
            _KEY,
        ),
        rows=[_message_row(story, message, names[message.key]) for message in story.messages],
        empty="No message was called for.",
        source="The ledger.",
    )


def _message_row(story: Story, message: StoryMessage, name: str) -> Sequence[PageCell]:
    wait = next((item for item in story.waits if message.key in item.postings), None)
    return (
        *(
            name,
            system_words(message.system),
            printable(message.name),
            state_words(message.state, message.system),
        ),
        *(printable(message.reference), printable(message.there)),
        *map(_given, (message.own_day, message.asked_day, message.booked_day)),
        printable(message.reason),
        *((wait.owner.value, wait.action) if wait else ("", "")),
        *(message.made_at.astimezone(story.zone), message.attempts, message.control_number, message.key),
    )


def _given(value: PageCell) -> PageCell:
    """A value, or nothing where it says nothing: what enters no books has no day there."""
    return "" if value is None else value


def _lines(story: Story) -> PageTable:
    return PageTable(
        name="lines",
        title="Lines of the documents",
        columns=(
            PageColumn(name="document", title="Document"),
            PageColumn(name="what", title="What"),
            PageColumn(name="line", title="Line", kind=CellKind.CODE),
            PageColumn(name="sku", title="SKU", kind=CellKind.CODE, story="sku"),
            PageColumn(
                name="units",
                title="Units",
                kind=CellKind.UNITS,
                unit="eaches",
                sign="adjusted and held: + is more",
            ),
            PageColumn(name="booked", title="In the books", kind=CellKind.YES_NO),
            PageColumn(name="day", title="Day", kind=CellKind.DAY),
            PageColumn(name="order", title="Order", kind=CellKind.CODE, story="order"),
            PageColumn(name="location", title="Location", kind=CellKind.CODE),
            PageColumn(name="carrier", title="Carrier", kind=CellKind.CODE, is_wide_only=True),
        ),
        rows=[
            (
                *(
                    printable(document.name),
                    line.what,
                    printable(line.number),
                    printable(line.item),
                    line.quantity,
                ),
                *(_given(line.is_booked), document.own_day),
                *map(printable, (document.order, document.location, document.carrier)),
            )
            for document in story.documents
            for line in document.lines
        ],
        is_detail=True,
        group_by=("what", "document"),
        source="The ledger: what both systems said.",
    )


def _sent(story: Story, names: Mapping[str, str]) -> PageTable:
    return PageTable(
        name="sent",
        title="What was sent",
        columns=(
            PageColumn(name="message", title="Message"),
            PageColumn(name="field", title="Field", kind=CellKind.CODE),
            PageColumn(name="value", title="Value", kind=CellKind.CODE),
        ),
        rows=[(names[message.key], field, value) for message in story.messages for field, value in message.sent],
        note=f"As it is kept for sending. {HIDDEN}: a field that may be about a person.",
        is_detail=True,
        group_by=("message",),
        source="The ledger.",
    )


def _steps(story: Story, names: Mapping[str, str]) -> PageTable:
    return PageTable(
        name="steps",
        title="Each step, and who decided",
        columns=(
            PageColumn(name="message", title="Message"),
            PageColumn(name="at", title="At", kind=CellKind.INSTANT),
            PageColumn(name="before", title="Before"),
            PageColumn(name="after", title="After"),
            PageColumn(name="by", title="By"),
            PageColumn(name="note", title="Why"),
            PageColumn(name="changed", title="Changed"),
        ),
        rows=[
            (
                *(names[message.key], step.at.astimezone(story.zone)),
                "" if step.before is None else state_words(step.before, message.system),
                state_words(step.after, message.system),
                *map(printable, (step.by, step.note, step.changed)),
            )
            for message in story.messages
            for step in message.steps
        ],
        is_detail=True,
        group_by=("message",),
        source="The ledger's history.",
    )
