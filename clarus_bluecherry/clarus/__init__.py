"""Everything that knows Clarus WMS: the clients, the same calls as plain data (`calls`), its records (`wire`).

`calls`, `wire` and the filter helpers cost no HTTP library; what needs it loads on first use.
"""

from typing import TYPE_CHECKING

from clarus_bluecherry._lazy import homes, lazy

if TYPE_CHECKING:
    from clarus_bluecherry.clarus.client import AsyncClarus, Clarus
    from clarus_bluecherry.clarus.create import AsyncSafeCreate, SafeCreate
    from clarus_bluecherry.clarus.graphql import (
        Listing,
        Operators,
        Page,
        UnreadRow,
        Where,
        any_of,
        between,
        eq,
        filled,
        gt,
        gteq,
        ilike,
        like,
        lt,
        lteq,
        since,
        until,
    )
    from clarus_bluecherry.clarus.lookups import IdCache
    from clarus_bluecherry.clarus.paging import Portion
    from clarus_bluecherry.clarus.resources._doors import AsyncListed, Listed
    from clarus_bluecherry.clarus.resources.automations import automation_action
    from clarus_bluecherry.clarus.resources.picking import PickProgress
    from clarus_bluecherry.clarus.rooms import calls
    from clarus_bluecherry.clarus.tenant import Tenant
    from clarus_bluecherry.clarus.undocumented import UNDOCUMENTED_FIELDS
    from clarus_bluecherry.clarus.webhooks import WebhookNotice, read_notice
    from clarus_bluecherry.clarus.writing.lines import LineChange, added, removed, updated

__all__ = [
    "UNDOCUMENTED_FIELDS",
    "AsyncClarus",
    "AsyncListed",
    "AsyncSafeCreate",
    "Clarus",
    "IdCache",
    "LineChange",
    "Listed",
    "Listing",
    "Operators",
    "Page",
    "PickProgress",
    "Portion",
    "SafeCreate",
    "Tenant",
    "UnreadRow",
    "WebhookNotice",
    "Where",
    "added",
    "any_of",
    "automation_action",
    "between",
    "calls",
    "eq",
    "filled",
    "gt",
    "gteq",
    "ilike",
    "like",
    "lt",
    "lteq",
    "read_notice",
    "removed",
    "since",
    "until",
    "updated",
]

__getattr__ = lazy(
    __name__,
    homes("""
    client: AsyncClarus Clarus
    create: AsyncSafeCreate SafeCreate
    graphql: Listing Operators Page UnreadRow Where any_of between eq filled gt gteq ilike like lt lteq since until
    lookups: IdCache
    paging: Portion
    resources._doors: AsyncListed Listed
    resources.automations: automation_action
    resources.picking: PickProgress
    rooms: calls
    tenant: Tenant
    undocumented: UNDOCUMENTED_FIELDS
    webhooks: WebhookNotice read_notice
    writing.lines: LineChange added removed updated
    """),
)
