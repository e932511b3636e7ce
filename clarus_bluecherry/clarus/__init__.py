"""Everything that knows Clarus WMS: the clients, the same calls as plain data (`calls`), its records (`wire`).

`calls`, `wire` and the filter helpers cost no HTTP library; what needs it loads on first use.
"""

from typing import TYPE_CHECKING

from clarus_bluecherry._lazy import homes, lazy

if TYPE_CHECKING:
    from clarus_bluecherry.clarus import create, feeds, introspection
    from clarus_bluecherry.clarus._client import AsyncClarus, Clarus
    from clarus_bluecherry.clarus._filters import (
        Operators,
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
    from clarus_bluecherry.clarus._graphql import Listing, Page, UnreadRow
    from clarus_bluecherry.clarus._lookups import IdCache
    from clarus_bluecherry.clarus._paging import Portion
    from clarus_bluecherry.clarus._resources._doors import AsyncListed, Listed
    from clarus_bluecherry.clarus._resources.automations import automation_action
    from clarus_bluecherry.clarus._resources.picking import PickProgress
    from clarus_bluecherry.clarus._rooms import calls
    from clarus_bluecherry.clarus._tenant import Tenant
    from clarus_bluecherry.clarus._undocumented import UNDOCUMENTED_FIELDS
    from clarus_bluecherry.clarus._writing.lines import LineChange, added, removed, updated
    from clarus_bluecherry.clarus.create import AsyncSafeCreate, SafeCreate
    from clarus_bluecherry.clarus.webhooks import WebhookNotice, read_notice, read_notices

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
    "create",
    "eq",
    "feeds",
    "filled",
    "gt",
    "gteq",
    "ilike",
    "introspection",
    "like",
    "lt",
    "lteq",
    "read_notice",
    "read_notices",
    "removed",
    "since",
    "until",
    "updated",
]

__getattr__ = lazy(
    __name__,
    homes("""
    _client: AsyncClarus Clarus
    create: AsyncSafeCreate SafeCreate
    _filters: Operators Where any_of between eq filled gt gteq ilike like lt lteq since until
    _graphql: Listing Page UnreadRow
    _lookups: IdCache
    _paging: Portion
    _resources._doors: AsyncListed Listed
    _resources.automations: automation_action
    _resources.picking: PickProgress
    _rooms: calls
    _tenant: Tenant
    _undocumented: UNDOCUMENTED_FIELDS
    webhooks: WebhookNotice read_notice read_notices
    _writing.lines: LineChange added removed updated
    .: create feeds introspection
    """),
)
