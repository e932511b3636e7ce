"""The warehouse's side of a site: its stock and its transactions, as its API tells them.

Law of this module: the warehouse is asked and never told. Every transaction of the account's since the beginning
is a row, whatever the ledger made of it; what cannot be read is a problem, and the others go on.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from attrs import define, evolve, field

from clarus_bluecherry.clarus import calls, eq, since, until, wire
from clarus_bluecherry.clarus._filters import Where
from clarus_bluecherry.clarus._graphql import Listing
from clarus_bluecherry.errors import InvalidRecord, QueryFailed
from clarus_bluecherry.finance.close import Trouble
from clarus_bluecherry.flows.close_site._lines import SiteLine, SiteLines, moment, number
from clarus_bluecherry.flows.site import Site
from clarus_bluecherry.mapping import WarehouseTerms, clarus

STOCKS, TRANSACTIONS = "clarus stocks", "clarus transactions"
_SECOND = dt.timedelta(seconds=1)
_TICK = _SECOND - dt.timedelta.resolution
"""A server tells its time in whole seconds: what it showed may be of the end of that second."""
_STOCK_COLUMNS = ("product_code", "account", "warehouse", "location", "status", "quantity")
TRANSACTION_COLUMNS = (
    *("id", "subtype", "category", "quantity", "created_at", "product_code", "account", "warehouse"),
    *("location_from", "location_to", "goods_out", "goods_in", "goods_in_line", "receipt_type", "goes_back_to"),
    *("reference", "reason_code"),
)
NumberOf = Callable[[str, str], str]
_ITS_ORDER = "goods_out { id reference }"
"""What no sample of the vendor's shows (L): asked for here alone, and done without where a tenant refuses it."""


@define
class Taken:
    """Between which instants something was read, by the source's own clock where it tells one."""

    ours: dt.datetime
    served: list[dt.datetime] = field(factory=list)

    def show(self, at: dt.datetime | None) -> None:
        """Take note of when an answer was given."""
        if at is not None:
            self.served.append(at)

    @property
    def first(self) -> dt.datetime:
        """When the first of it was read."""
        return min(self.served, default=self.ours)

    @property
    def last(self) -> dt.datetime:
        """When the last of it was read, at the latest."""
        return max(self.served) + _TICK if self.served else self.ours

    @property
    def clock(self) -> str:
        """Whose clock it is."""
        return "the warehouse's" if self.served else "the site's: the warehouse did not tell its own"


# Stock -------------------------------------------------------------------------------------------------------


def stock_lines(site: Site, taken: Taken) -> SiteLines:
    """What lies in the site's buildings now, a row for each stock record; `taken` hears when."""
    account = site.clarus.ids.account(site.account)
    problems: list[InvalidRecord] = []
    lines: list[SiteLine] = []
    for code in site.warehouses:
        listing = calls.stocks.list(account_id=account, warehouse_id=site.clarus.ids.warehouse(code))
        for page in site.clarus.pages(listing):
            taken.show(page.served_at)
            problems += [row.problem for row in page.unread]
            lines += _stock_of(page.nodes, code, site, problems)
    return SiteLines(
        lines=lines,
        source=STOCKS,
        columns=_STOCK_COLUMNS,
        problems=tuple(problems),
        parameters={
            "account": site.account,
            "warehouses": ", ".join(site.warehouses),
            "first_taken": taken.first.isoformat(),
            "clock": taken.clock,
        },
    )


def _stock_of(
    nodes: Iterable[wire.StockNode], warehouse: str, site: Site, problems: list[InvalidRecord]
) -> Iterator[SiteLine]:
    terms = site.terms_as_written
    for node in nodes:
        try:
            clarus.item_in_stock(node, terms)
        except InvalidRecord as error:
            problems.append(error)
            continue
        cells = {
            "product_code": _code(node.product),
            "account": _code(node.account) or site.account,
            "warehouse": warehouse,
            "location": _code(node.location),
            "status": node.status or "",
            "quantity": number(node.quantity),
        }
        yield SiteLine(f"stock {node.id}", STOCKS, cells)


# Transactions ------------------------------------------------------------------------------------------------


def transaction_lines(site: Site, begin: dt.datetime, number_of: NumberOf) -> SiteLines:
    """Every transaction of the account's from `begin` (aware) on, archived ones too, and the other half of what
    went to another account. `number_of` is the number of a transfer or conversion by its description, of which
    nothing else is kept: it may say anything, of people too.
    """
    account = {"account_id": eq(site.clarus.ids.account(site.account))}
    problems: list[InvalidRecord] = []
    nodes = _read(site, {**account, "created_at": since(begin)}, problems)
    known = {node.id for node in nodes}
    nodes += [node for node in _other_halves(site, nodes, problems) if node.id not in known]
    numbers = _converted_together(nodes)
    numbers |= {node.id: told for node in nodes if (told := number_of(node.description or "", node.subtype))}
    terms = site.terms_as_written
    lines = [line for node in nodes for line in _line_of(node, numbers, site, terms, problems)]
    return SiteLines(
        lines=lines,
        source=TRANSACTIONS,
        columns=TRANSACTION_COLUMNS,
        problems=tuple(problems),
        parameters={"account": site.account, "created_at from": begin.isoformat(), "archived": "included"},
    )


def moved_while_read(told: SiteLines, taken: Taken) -> Iterator[Trouble]:
    """What was written while the stock was being read: nobody can say on which side of the reading it is."""
    instants = (dt.datetime.fromisoformat(line.cells["created_at"]) for line in told.lines)
    rows = sum(taken.first < each <= taken.last for each in instants)
    if rows:
        what = (
            f"{rows} transactions were written while the stock was being read, from {taken.first} to {taken.last}"
        )
        yield Trouble("moved_while_read", f"{what}: they are taken to be in it")


def _read(site: Site, where: Where, problems: list[InvalidRecord]) -> list[wire.TransactionNode]:
    """The transactions, with their orders where the tenant shows them."""
    listing: Listing[wire.TransactionNode] = calls.transactions.list(where=where, include_archived=True)
    told: list[InvalidRecord] = []
    try:
        asked = evolve(listing, extra_fields=(_ITS_ORDER,))
        nodes = site.clarus.all(asked, unread=lambda row: told.append(row.problem))
    except QueryFailed:
        told.clear()
        nodes = site.clarus.all(listing, unread=lambda row: told.append(row.problem))
    problems += told
    return nodes


def _other_halves(
    site: Site, nodes: Sequence[wire.TransactionNode], problems: list[InvalidRecord]
) -> Iterator[wire.TransactionNode]:
    """What happened at the same instant to the same product, where ours has left a bin and come to none, or the
    other way round: goods may have changed their owner, which the other account's transactions tell.
    """
    by_product: defaultdict[str, set[dt.datetime]] = defaultdict(set)
    for node in nodes:
        if node.subtype.upper() == "TRAN" and node.product is not None and _is_half(node):
            by_product[node.product.id].add(node.created_at)
    for product, instants in by_product.items():
        when = {**since(min(instants)), **until(max(instants) + _SECOND)}
        for node in _read(site, {"product_id": eq(product), "subtype": eq("TRAN"), "created_at": when}, problems):
            if node.created_at in instants:
                yield node


def _is_half(node: wire.TransactionNode) -> bool:
    return bool(_code(node.location_from)) != bool(_code(node.location_to))


def _converted_together(nodes: Iterable[wire.TransactionNode]) -> dict[str, str]:
    """The number of a conversion that no field tells: the first of what was written in the same breath."""
    breath: defaultdict[tuple[object, ...], list[str]] = defaultdict(list)
    for node in nodes:
        if node.subtype.upper().startswith("CONV"):
            breath[node.created_at, _code(node.warehouse), node.description].append(node.id)
    return {each: min(ids, key=lambda one: (len(one), one)) for ids in breath.values() for each in ids}


def _line_of(
    node: wire.TransactionNode,
    numbers: Mapping[str, str],
    site: Site,
    terms: WarehouseTerms,
    problems: list[InvalidRecord],
) -> Iterator[SiteLine]:
    try:
        if node.product is not None:
            clarus.item_of(node, terms)
    except InvalidRecord as error:
        problems.append(error)
        return
    receipt, line = node.goods_in_receipt, node.goods_in_receipt_line
    is_return = receipt is not None and terms.is_return(receipt.receipt_type)
    own, theirs = (receipt.reference or "", receipt.external_system_reference1 or "") if receipt else ("", "")
    only = next(iter(site.warehouses)) if len(site.warehouses) == 1 else ""
    cells = {
        "id": node.id,
        "subtype": node.subtype,
        "category": node.category or "",
        "quantity": number(node.quantity),
        "created_at": moment(node.created_at),
        "product_code": _code(node.product),
        "account": _code(node.account) or site.account,
        "warehouse": _code(node.warehouse) or only,
        "location_from": _code(node.location_from),
        "location_to": _code(node.location_to),
        "goods_out": _order_of(node),
        "goods_in": (own or theirs) if is_return else (theirs or own),
        "goods_in_line": (line and line.alt_line_number) or "",
        "receipt_type": "return" if is_return else "",
        "goes_back_to": ((line and line.alt_line_reference) or theirs) if is_return else "",
        "reference": numbers.get(node.id, ""),
        "reason_code": (node.reason_code and node.reason_code.code) or "",
    }
    yield SiteLine(f"transaction {node.id}", TRANSACTIONS, cells)


def _order_of(node: wire.TransactionNode) -> str:
    """The order that left, where the tenant shows it."""
    told = (node.model_extra or {}).get("goods_out")
    found = told.get("reference") if isinstance(told, Mapping) else None
    return found if isinstance(found, str) else ""


def _code(reference: wire.CodedReference | None) -> str:
    return (reference and reference.code) or ""
