"""The morning's page: what to do first, then the figures that finance and operations open at eight.

Law of this module: each figure is finance's, and opens the table of its documents; what is not known says why and
what to do to know it. Nothing is worked out here but how many there are and what they come to.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal

from clarus_bluecherry.finance.exceptions import ExceptionItem
from clarus_bluecherry.finance.morning import Morning, NotKnown, impact_of_items
from clarus_bluecherry.ledger.reasons import Owner
from clarus_bluecherry.report import words
from clarus_bluecherry.report.closing import money_text
from clarus_bluecherry.report.exceptions import unrested
from clarus_bluecherry.report.morning._books import finance_details, finance_sections
from clarus_bluecherry.report.morning._floor import (
    changes_section,
    floor_details,
    integration_sections,
    operations_sections,
)
from clarus_bluecherry.report.morning._parts import (
    EACHES,
    count_figure,
    currency_of,
    detail,
    sum_figures,
    value_cells,
    value_column,
)
from clarus_bluecherry.report.pages import (
    CellKind,
    PageBlock,
    PageCell,
    PageColumn,
    PageFigures,
    PageHead,
    PageOpening,
    PageSection,
    PageTable,
    PageText,
    ReportPage,
    Tone,
)
from clarus_bluecherry.report.steps import (
    EXCEPTIONS,
    OF_RECEIPTS,
    WILL_CHANGE,
    by_impact,
    class_words,
    exceptions_table,
    steps_of,
)
from clarus_bluecherry.x12._findings import printable

_NAMED = 3
"""So many are named in the verdict."""


def morning_page(morning: Morning, owner: Owner | None = None) -> ReportPage:
    """The page of a morning; of an `owner` his steps and exceptions alone, and his sections first."""
    items = tuple(item for item in morning.items if owner in (None, item.owner))
    sections = [
        _first(morning, items),
        *_in_order(morning, owner),
        _exceptions(morning, items),
        changes_section(morning, owner),
        _details(morning, items),
    ]
    return ReportPage(
        name="morning",
        title="Eight o'clock" if owner is None else f"Eight o'clock: {owner.value}",
        verdict=morning_verdict(morning, owner),
        tone=_tone(morning, items),
        head=_head(morning),
        sections=sections,
    )


def morning_verdict(morning: Morning, owner: Owner | None = None) -> str:
    """What a morning comes to, in a sentence that names what to do first."""
    items = [item for item in morning.items if owner in (None, item.owner)]
    awake = by_impact(unrested(items, morning.standings, morning.as_of), currency_of(morning))
    first = "; ".join(map(_named, awake[:_NAMED]))
    if not awake:
        verdict = "Nothing waits for anybody." if owner is None else f"Nothing waits for {owner.value}."
    elif len(awake) == 1:
        verdict = f"1 thing to do: {first}."
    elif len(awake) <= _NAMED:
        verdict = f"{len(awake)} things to do: {first}."
    else:
        verdict = f"{_NAMED} things first, of {len(awake):,}: {first}."
    lacks = words.counted(len(morning.unread), "source")
    return f"{verdict} {lacks} could not be read." if morning.unread else verdict


def _named(item: ExceptionItem) -> str:
    if item.value is not None:
        return f"{item.what} ({item.owner.value}, {money_text(item.value)})"
    units = "" if item.units is None else f", {words.units(item.units)} units"
    return f"{item.what} ({item.owner.value}{units}, value not known)"


def _tone(morning: Morning, items: Sequence[ExceptionItem]) -> Tone:
    awake = unrested(items, morning.standings, morning.as_of)
    if morning.policy.breaches(awake, morning.as_of):
        return Tone.BAD
    return Tone.WARNING if awake or morning.unread else Tone.GOOD


def _head(morning: Morning) -> PageHead:
    books = morning.books
    facts = {"Yesterday": words.day(morning.day)}
    if not isinstance(books, NotKnown):
        facts["Books"] = f"end of {words.day(books.as_of)}, period {books.period.name}"
    else:
        facts["Books"] = "not read"
    looked = morning.looked_at
    if looked != morning.as_of:
        told = "never" if looked is None else f"{looked.astimezone(morning.zone):%Y-%m-%d %H:%M %Z}"
        facts["Systems looked at"] = told
    return PageHead(
        as_of=morning.as_of,
        zone=morning.zone,
        known_until=morning.as_of,
        currency=morning.currency,
        facts=facts,
    )


def _in_order(morning: Morning, owner: Owner | None) -> Iterator[PageSection]:
    """Everybody's sections, an owner's own before the others'."""
    sections = {
        Owner.FINANCE: finance_sections,
        Owner.OPERATIONS: operations_sections,
        Owner.INTEGRATION: integration_sections,
    }
    for each in sorted(sections, key=lambda one: one is not owner):
        yield from sections[each](morning)


def _first(morning: Morning, items: Sequence[ExceptionItem]) -> PageSection:
    steps = steps_of(
        items,
        morning.policy,
        morning.as_of,
        standings=morning.standings,
        currency=currency_of(morning),
        opens=EXCEPTIONS,
    )
    blocks: list[PageBlock] = [steps]
    if morning.unread:
        told = [f"Could not be read: {printable(line)}" for line in morning.unread]
        blocks.append(PageText(paragraphs=told, tone=Tone.WARNING))
    return PageSection(name="first", title="What to do first", blocks=blocks)


def _exceptions(morning: Morning, items: Sequence[ExceptionItem]) -> PageSection:
    columns = (
        PageColumn(name="owner", title="Owner", opens=EXCEPTIONS, by=("owner",)),
        PageColumn(name="count", title="Exceptions", kind=CellKind.COUNT, is_added=True),
        PageColumn(name="units", title="Units", kind=CellKind.UNITS, unit=EACHES, sign=WILL_CHANGE, is_added=True),
        value_column(WILL_CHANGE),
        PageColumn(name="without_value", title="Without a known value", kind=CellKind.COUNT, is_added=True),
        PageColumn(name="oldest", title="Oldest", kind=CellKind.INSTANT),
    )

    told = [each for owner in Owner for each in _owned(owner, items, morning.currency)]
    table = detail(
        "owners", "Exceptions by owner", columns, told, tuple, source="The exceptions.", is_detail=False
    )
    whole = impact_of_items(items)
    opens = PageOpening(table=EXCEPTIONS)
    figures = [
        count_figure("exceptions_count", "Exceptions", whole.count, "exceptions", opens=opens),
        *sum_figures("exceptions", "Exceptions", whole, morning.currency, sign=WILL_CHANGE, opens=opens),
    ]
    missed = sorted(class_words(kind) for kind in morning.not_looked_for)
    note = OF_RECEIPTS + (f" Nobody looked for: {', '.join(missed)}." if missed else "")
    blocks: list[PageBlock] = [PageFigures(figures=figures), table]
    return PageSection(name="exceptions", title="Exceptions by owner", blocks=blocks, note=note)


def _owned(owner: Owner, items: Sequence[ExceptionItem], currency: str) -> Iterator[Sequence[PageCell]]:
    """What an owner has: a row for each currency; the counts and the units stand in the first one."""
    total = impact_of_items(item for item in items if item.owner is owner)
    if total.count:
        first, *others = value_cells(total, currency)
        oldest = "" if total.oldest is None else total.oldest
        yield owner.value, total.count, total.units, first, total.without_value, oldest
        yield from ((owner.value, 0, Decimal(0), value, 0, "") for value in others)


def _details(morning: Morning, items: Sequence[ExceptionItem]) -> PageSection:
    table = exceptions_table(
        items, morning.as_of, morning.standings, morning.policy, currency=currency_of(morning)
    )
    tables: list[PageTable] = [table, *finance_details(morning), *floor_details(morning)]
    return PageSection(name="details", title="Documents", blocks=tables)
