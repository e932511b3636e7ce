"""Ready compositions that a script, a worker or an iPaaS step calls, at any time, as often as you like.

`open_site` opens a site, `learn` learns its crosswalk, and `turn` takes one turn of the loop, whose steps
(`process_inbox`, `collect_periods`, `collect_products`, `collect_orders`, `collect_movements`, `reprocess`,
`deliver`) can be taken alone; `reconcile_now` compares both sides, and `read_site` reads what a close of it is
made of, `exceptions_of` lists what is wrong, and `morning_of` gathers what people open at eight. The names below
load on first use.
"""

from typing import TYPE_CHECKING

from clarus_bluecherry._lazy import homes, lazy

if TYPE_CHECKING:
    from clarus_bluecherry.flows.close_site import read_site
    from clarus_bluecherry.flows.crosswalk import learn, learn_crosswalk
    from clarus_bluecherry.flows.deciding import (
        Decided,
        cancel_posting,
        decide_all,
        edit_posting,
        retry_posting,
        settle_posting,
    )
    from clarus_bluecherry.flows.deliver import deliver
    from clarus_bluecherry.flows.delivered import Delivered
    from clarus_bluecherry.flows.drift import Drifts, drift_of
    from clarus_bluecherry.flows.drift_calls import send_changes
    from clarus_bluecherry.flows.exceptions import ExceptionList, exceptions_of, healed_by
    from clarus_bluecherry.flows.exceptions_kept import (
        ExceptionTally,
        acknowledge_exception,
        assign_exception,
        exception_history,
        exception_trend,
        keep_exceptions,
        keep_look,
        open_exceptions,
        resolve_exception,
    )
    from clarus_bluecherry.flows.ingest import Collected, Kept
    from clarus_bluecherry.flows.morning import morning_of, morning_of_ledger
    from clarus_bluecherry.flows.movements_back import collect_movements
    from clarus_bluecherry.flows.opening import open_site
    from clarus_bluecherry.flows.orders_out import collect_orders
    from clarus_bluecherry.flows.periods import collect_periods, shown_periods, with_shown_periods
    from clarus_bluecherry.flows.personal import PERSONAL
    from clarus_bluecherry.flows.products import ProductPlan, collect_products, keep_products, plan_products
    from clarus_bluecherry.flows.reconcile import physical_stock, reconcile_now
    from clarus_bluecherry.flows.reprocess import reprocess
    from clarus_bluecherry.flows.returns import ReturnedStock, returned_stock
    from clarus_bluecherry.flows.reversals import UndoneDispatch, undone_dispatches
    from clarus_bluecherry.flows.site import Site, utc_now
    from clarus_bluecherry.flows.stories import order_story, sku_called, sku_story
    from clarus_bluecherry.flows.turn import StepOutcome, Turned, TurnStep, turn
    from clarus_bluecherry.flows.webhooks import LedgerInbox, process_inbox

__all__ = [
    "PERSONAL",
    "Collected",
    "Decided",
    "Delivered",
    "Drifts",
    "ExceptionList",
    "ExceptionTally",
    "Kept",
    "LedgerInbox",
    "ProductPlan",
    "ReturnedStock",
    "Site",
    "StepOutcome",
    "TurnStep",
    "Turned",
    "UndoneDispatch",
    "acknowledge_exception",
    "assign_exception",
    "cancel_posting",
    "collect_movements",
    "collect_orders",
    "collect_periods",
    "collect_products",
    "decide_all",
    "deliver",
    "drift_of",
    "edit_posting",
    "exception_history",
    "exception_trend",
    "exceptions_of",
    "healed_by",
    "keep_exceptions",
    "keep_look",
    "keep_products",
    "learn",
    "learn_crosswalk",
    "morning_of",
    "morning_of_ledger",
    "open_exceptions",
    "open_site",
    "order_story",
    "physical_stock",
    "plan_products",
    "process_inbox",
    "read_site",
    "reconcile_now",
    "reprocess",
    "resolve_exception",
    "retry_posting",
    "returned_stock",
    "send_changes",
    "settle_posting",
    "shown_periods",
    "sku_called",
    "sku_story",
    "turn",
    "undone_dispatches",
    "utc_now",
    "with_shown_periods",
]

__getattr__ = lazy(
    __name__,
    homes("""
    close_site: read_site
    crosswalk: learn learn_crosswalk
    deciding: Decided cancel_posting decide_all edit_posting retry_posting settle_posting
    deliver: deliver
    delivered: Delivered
    drift: Drifts drift_of
    drift_calls: send_changes
    exceptions_kept: ExceptionTally acknowledge_exception assign_exception exception_history exception_trend
    keep_exceptions keep_look open_exceptions resolve_exception
    exceptions: ExceptionList exceptions_of healed_by
    ingest: Collected Kept
    morning: morning_of morning_of_ledger
    movements_back: collect_movements
    opening: open_site
    orders_out: collect_orders
    periods: collect_periods shown_periods with_shown_periods
    personal: PERSONAL
    products: ProductPlan collect_products keep_products plan_products
    reconcile: physical_stock reconcile_now
    reprocess: reprocess
    returns: ReturnedStock returned_stock
    reversals: UndoneDispatch undone_dispatches
    site: Site utc_now
    stories: order_story sku_called sku_story
    turn: StepOutcome TurnStep Turned turn
    webhooks: LedgerInbox process_inbox
    """),
)
