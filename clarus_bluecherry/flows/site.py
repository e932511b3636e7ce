"""A site at work: both clients, the ledger and everything the mappings need, in one value.

Law of this module: flows take a `Site` and nothing else; whoever opens the clients closes them. A site that
learns a new crosswalk is a new value (`Site.with_crosswalk`), so no flow changes its mind half way.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Literal

from attrs import evolve, field, frozen
from attrs.validators import optional

from clarus_bluecherry.finance import FiscalYears, Months, PeriodHistory, PostingCalendar
from clarus_bluecherry.finance.exceptions import ExceptionPolicy
from clarus_bluecherry.flows.alerts._rules import AlertTerms
from clarus_bluecherry.flows.quiet import QuietWindows, quiet_windows
from clarus_bluecherry.mapping import ErpTerms, ProductTerms, WarehouseTerms
from clarus_bluecherry.model import Item, Product, Sku, Units, UnmatchedCode
from clarus_bluecherry.model._values import aware
from clarus_bluecherry.sku import Crosswalk

if TYPE_CHECKING:
    from clarus_bluecherry.bluecherry.client import BlueCherry
    from clarus_bluecherry.bluecherry.kinds import Kind
    from clarus_bluecherry.clarus._client import Clarus
    from clarus_bluecherry.clarus.files import ClarusFiles
    from clarus_bluecherry.flows.alerts._channels import AlertChannel
    from clarus_bluecherry.ledger.store import Ledger


LOOK_AGAIN = (
    dt.timedelta(minutes=5),
    dt.timedelta(hours=1),
    dt.timedelta(days=1),
    dt.timedelta(days=7),
)
"""A carrier's label, a late posting, a night's correction, a week's (our reading, L)."""


def utc_now() -> dt.datetime:
    """The present instant."""
    return dt.datetime.now(dt.UTC)


class TimeIsUp(BaseException):
    """Nothing more is begun. It passes the walls round records as an interruption does: nothing failed."""


def never() -> bool:
    """There is no end."""
    return False


def _lower(words: Iterable[str]) -> frozenset[str]:
    return frozenset(word.lower() for word in words)


def _ascending(spans: Iterable[dt.timedelta]) -> tuple[dt.timedelta, ...]:
    return tuple(sorted(spans))


def _joined(earlier: Product | None, later: Product) -> Product:
    if earlier is None:
        return later
    return evolve(
        later,
        description=later.description or earlier.description,
        upc=later.upc or earlier.upc,
        ean=later.ean or earlier.ean,
    )


@frozen(kw_only=True)
class Site:
    """Everything a flow works with.

    `account` is the stock owner's code in Clarus; `warehouses` maps Clarus warehouse codes to Blue Cherry
    locations; `erp_zone` is the time zone of Blue Cherry's own dates; `calendar` says whose day it is where and
    what is closed for good, `periods` what is closed and opened again at which instant, for `section` of the books
    (`with_calendar` takes others), and `years` how those are divided. What the warehouse did before `go_live` is
    history and not brought to the ERP. `feed_overlap` is how far feeds are read again before their watermark,
    because neither vendor says when a record becomes visible; `latest_effect` how long after a message left the
    other side may still apply it: only then may it be called absent, and it is asked twice, as long apart. Of what
    was accepted `most_questions` are asked about in a turn, for each system. A system gets `messages_per_minute`
    from all workers together, as many as come where it is not named. In the `quiet` windows of a system, by its
    name (`clarus`, `bluecherry`) and in the zone of the books, nothing is sent there and nothing asked. A
    `Retry-After` is obeyed up to `longest_retry_after`, however much it asks for. A ship confirm whose parcels
    have no tracking number yet waits `label_wait` for it. What was told once is looked at again: a dispatch after
    each span of `look_again`, then every `reversal_interval` for the `reopen_window` in which an order may be
    reopened; a feed after each span, that far and once more back (none of it is published: our advice, L).
    `unmatched` says what waits when a line of a pick ticket has no product in the warehouse: the whole document,
    or only the line. `withdrawn_statuses` are words of `ord_status`, in any case, by which Blue Cherry says that a
    pick ticket is withdrawn (none is published).
    `kinds` are the names of the kinds of messages that this site's Blue Cherry tells; None: all usual ones.
    `clarus_units` are the words for units of which Clarus's products say how many pieces they are (see
    `mapping.units`). `products` says what may happen to the warehouse's products, `exceptions`
    when something is on the list of exceptions, and when it is too much; `alerts` who is told of them and when,
    over which of `alert_channels`, by name. `master` is the item master from
    which the crosswalk was learnt, `divided` its SKUs that stand in several divisions, by what they are without
    one, and `learnt_at` the instant before which Blue Cherry said it.
    `files` is how the warehouse is reached where that is by file; `has_api` says whether it can be asked as well.
    `time_is_up` is asked before anything is begun; from then on flows begin nothing more.
    """

    clarus: Clarus
    bluecherry: BlueCherry
    ledger: Ledger
    account: str
    warehouses: Mapping[str, str]
    erp_zone: dt.tzinfo
    currency: str
    warehouse_terms: WarehouseTerms
    erp_terms: ErpTerms
    calendar: PostingCalendar
    periods: PeriodHistory = field(factory=PeriodHistory)
    section: str = ""
    years: FiscalYears = field(factory=Months)
    go_live: dt.datetime = field(validator=aware)
    feed_overlap: dt.timedelta = dt.timedelta(minutes=15)
    latest_effect: dt.timedelta = dt.timedelta(minutes=5)
    most_questions: int = 200
    messages_per_minute: Mapping[str, int] = field(default=MappingProxyType({}))
    quiet: QuietWindows = field(default=MappingProxyType({}), converter=quiet_windows)
    lease: dt.timedelta = dt.timedelta(minutes=5)
    longest_retry_after: dt.timedelta = dt.timedelta(hours=1)
    label_wait: dt.timedelta = dt.timedelta(minutes=10)
    look_again: tuple[dt.timedelta, ...] = field(default=LOOK_AGAIN, converter=_ascending)
    reopen_window: dt.timedelta = dt.timedelta(days=31)
    reversal_interval: dt.timedelta = dt.timedelta(days=1)
    unmatched: Literal["document", "line"] = "document"
    withdrawn_statuses: frozenset[str] = field(default=frozenset(), converter=_lower)
    kinds: frozenset[str] | None = None
    clarus_units: Mapping[str, str] = field(factory=dict)
    files: ClarusFiles | None = None
    has_api: bool = True
    clock: Callable[[], dt.datetime] = utc_now
    time_is_up: Callable[[], bool] = never
    crosswalk: Crosswalk | None = None
    products: ProductTerms = field(factory=ProductTerms)
    exceptions: ExceptionPolicy = field(factory=ExceptionPolicy)
    alerts: AlertTerms = field(factory=AlertTerms)
    alert_channels: Mapping[str, AlertChannel] = field(factory=dict, repr=False)
    master: Mapping[Sku, Product] = field(factory=dict, repr=False)
    divided: Mapping[Sku, tuple[Sku, ...]] = field(factory=dict, repr=False)
    learnt_at: dt.datetime | None = field(default=None, validator=optional(aware))

    def go_on(self) -> None:
        """Raise `TimeIsUp` unless something more may be begun."""
        if self.time_is_up():
            raise TimeIsUp

    def with_crosswalk(
        self, crosswalk: Crosswalk, products: Iterable[Product], *, learnt_at: dt.datetime | None = None
    ) -> Site:
        """The same site with `crosswalk` and the product master it was built from.

        `learnt_at` is an instant before the master was read, now by default. A SKU that comes more than once (a
        row for each season) is one product: the later row's word counts, where it has none the earlier one's.
        """
        master: dict[Sku, Product] = {}
        for product in products:
            master[product.sku] = _joined(master.get(product.sku), product)

        def barcode_of(sku: Sku) -> str:
            product = master.get(sku)
            return "" if product is None else next(iter(product.barcodes), "")

        divided: dict[Sku, tuple[Sku, ...]] = {}
        for sku in sorted(sku for sku in master if sku.division):
            bare = evolve(sku, division="")
            divided[bare] = (*divided.get(bare, ()), sku)
        return evolve(
            self,
            crosswalk=crosswalk,
            master=master,
            divided=divided,
            learnt_at=learnt_at or self.clock(),
            warehouse_terms=evolve(self.warehouse_terms, sku_of=crosswalk.sku),
            erp_terms=evolve(self.erp_terms, barcode_of=barcode_of),
        )

    def in_division(self, item: Item, division: str) -> Item:
        """`item` in `division`, where it stands in several and that is one of them; else as it is."""
        several = self.divided.get(item, ()) if isinstance(item, Sku) else ()
        return next((sku for sku in several if sku.division == division), item)

    def with_units(self, units: Units) -> Site:
        """The same site, whose Blue Cherry counts in `units`."""
        return evolve(self, erp_terms=evolve(self.erp_terms, units=units))

    @property
    def terms_as_written(self) -> WarehouseTerms:
        """Terms that keep every product code as the warehouse wrote it."""
        return evolve(self.warehouse_terms, sku_of=UnmatchedCode)

    def has(self, kind: Kind[Any]) -> bool:
        """Whether this site's Blue Cherry tells messages of `kind`."""
        return kind.is_usual if self.kinds is None else kind.name in self.kinds

    def with_calendar(
        self, calendar: PostingCalendar, periods: PeriodHistory | None = None, *, section: str = ""
    ) -> Site:
        """The same site under `calendar`, and what `periods` say of `section`; by default nothing."""
        return evolve(self, calendar=calendar, periods=periods or PeriodHistory(), section=section)

    @property
    def calendar_now(self) -> PostingCalendar:
        """The calendar with what is closed at this moment, by the ledger's clock: each time asked anew."""
        return self.calendar_at(self.ledger.now()) if self.periods.events else self.calendar

    def calendar_at(self, instant: dt.datetime) -> PostingCalendar:
        """The calendar with what is closed at an instant (aware)."""
        return self.periods.on(self.calendar, instant, self.section) if self.periods.events else self.calendar

    def told_by_file(self, kind: str) -> bool:
        """Whether the warehouse's exports tell what was `dispatched`, or `received`: then nothing else does."""
        return self.files is not None and self.files.tells(kind)

    def warehouse_at(self, location: str) -> str:
        """The Clarus warehouse code for a Blue Cherry location (the same code when it is not in the table)."""
        return next((code for code, named in self.warehouses.items() if named == location), location)
