"""Stories: what happened to an order or a SKU, from the ledger alone.

Law of this module: a story shows no person. Whose order it is stands in a section of its own, for who asked for it
and was let.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from zoneinfo import ZoneInfo

from attrs import evolve

from clarus_bluecherry.errors import InvalidRecord, LedgerError
from clarus_bluecherry.flows.names import BLUECHERRY, PICK
from clarus_bluecherry.flows.stories import order_story, sku_called, sku_story
from clarus_bluecherry.flows.wall import ledger_is_gone
from clarus_bluecherry.ledger.store import Ledger
from clarus_bluecherry.model import SalesOrder
from clarus_bluecherry.report.pages import PageColumn, PageSection, PageTable, ReportPage
from clarus_bluecherry.report.stories import order_story_page, sku_story_page
from clarus_bluecherry.x12._findings import printable


def story_of(of: str, ledger: Ledger, name: str, zone: ZoneInfo, *, personal: bool = False) -> ReportPage | None:
    """The story of an `order` or a `sku`, by its number or name; None where nothing is known of it.

    With `personal`, an order's story ends with whose it is. Raises `LedgerError` where the ledger cannot be read.
    """
    with ledger.transaction():
        try:
            page = _page(of, ledger, name, zone)
            return evolve(page, sections=[*page.sections, _whose(ledger, name)]) if personal else page
        except (LedgerError, InvalidRecord) as error:
            if ledger_is_gone(error):
                raise
            return None


def _page(of: str, ledger: Ledger, name: str, zone: ZoneInfo) -> ReportPage:
    if of == "order":
        return order_story_page(order_story(ledger, name, zone))
    return sku_story_page(sku_story(ledger, sku_called(ledger, name), zone))


def _whose(ledger: Ledger, number: str) -> PageSection:
    """For whom an order is, by its newest version."""
    table = PageTable(
        name="whose",
        title="Address and notes",
        columns=[PageColumn(name="field", title="Field"), PageColumn(name="value", title="As Blue Cherry has it")],
        rows=[*_told(ledger, number).items()],
        empty="Nothing is held, or it was erased.",
    )
    return PageSection(
        name="whose",
        title="For whom it is",
        blocks=[table],
        note="Personal data: that you looked is in the log of the dashboard.",
    )


def _told(ledger: Ledger, number: str) -> Mapping[str, str]:
    head = ledger.head(BLUECHERRY, PICK, number.strip())
    fact = None if head is None or head.newest_key is None else ledger.fact(head.newest_key)
    record = None if fact is None else fact.record
    return dict(_fields(record)) if isinstance(record, SalesOrder) else {}


def _fields(order: SalesOrder) -> Iterator[tuple[str, str]]:
    to = order.ship_to
    told = {
        "Name": to.name,
        "Street": ", ".join(to.lines),
        "City": f"{to.postcode} {to.city}",
        "Region": to.region,
        "Country": to.country,
        "Phone": to.phone,
        "E-mail": to.email,
        "Contact": to.contact,
        "Note": order.note,
    }
    yield from ((name, printable(text.strip())) for name, text in told.items() if text.strip())
