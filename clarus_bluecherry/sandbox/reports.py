"""What Blue Cherry's books report as messages of the library: the stock ledger, invoiced picks, periods.

Law of this module: no way to ask for these is public, so only files carry them: those of an exchange where
`quirks.leaves_reports` says so, and the exports of a month's end.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping

from pydantic import BaseModel

from clarus_bluecherry.bluecherry.messages import PeriodStatus, ShipmentStatus, StockMovement
from clarus_bluecherry.finance import Months
from clarus_bluecherry.model import PeriodState
from clarus_bluecherry.sandbox.erp import Erp
from clarus_bluecherry.sandbox.erp.columns import moment_of, stock_movements


def stock_ledger(erp: Erp) -> Iterator[StockMovement]:
    """Each movement since the beginning, under the day it is booked on."""
    yield from map(StockMovement.model_validate, stock_movements(erp))


def invoiced(erp: Erp) -> Iterator[ShipmentStatus]:
    """The picks that have an invoice."""
    for one in {line.pick_num: line for line in erp.invoices}.values():
        yield ShipmentStatus(
            pick_num=one.pick_num, ord_num=one.ord_num, inv_num=one.inv_num, inv_date=one.inv_date.isoformat()
        )


def periods(erp: Erp) -> Iterator[PeriodStatus]:
    """The months from the first entry to the present one, as they are now."""
    entered = [one.entered_at.astimezone(erp.zone).date() for one in erp.truth() if one.entered_at]
    today = erp.clock().astimezone(erp.zone).date()
    month = Months().of(min([*entered, today]))
    while month.first_day <= today:
        is_closed = erp.closed_through is not None and month.last_day <= erp.closed_through
        closings = [one.at for one in erp.closings if one.through and month.last_day <= one.through]
        yield PeriodStatus(
            period=month.name,
            first_day=month.first_day,
            last_day=month.last_day,
            state=PeriodState.CLOSED if is_closed else PeriodState.OPEN,
            since=moment_of(erp, closings[-1]) if is_closed and closings else "",
        )
        month = Months().of(month.last_day + dt.timedelta(days=1))


REPORTS: Mapping[str, Callable[[Erp], Iterator[BaseModel]]] = {
    "stock_movement": stock_ledger,
    "shipment_status": invoiced,
    "period_status": periods,
}
"""The reports, by the name of their kind."""
