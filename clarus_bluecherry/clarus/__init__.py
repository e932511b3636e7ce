"""Everything that knows Clarus WMS: its records (`wire`), every call as plain data (`calls`), the clients.

`calls` and `wire` cost no HTTP library; the names below that need it load on first use.
"""

from typing import TYPE_CHECKING

from clarus_bluecherry._lazy import lazy

if TYPE_CHECKING:
    from clarus_bluecherry.clarus.client import AsyncClarus, Clarus
    from clarus_bluecherry.clarus.create import AsyncSafeCreate, SafeCreate
    from clarus_bluecherry.clarus.graphql import UnreadRow
    from clarus_bluecherry.clarus.lookups import IdCache
    from clarus_bluecherry.clarus.paging import Portion
    from clarus_bluecherry.clarus.tenant import Tenant
    from clarus_bluecherry.clarus.webhooks import WebhookNotice, read_notice

__all__ = [
    "AsyncClarus",
    "AsyncSafeCreate",
    "Clarus",
    "IdCache",
    "Portion",
    "SafeCreate",
    "Tenant",
    "UnreadRow",
    "WebhookNotice",
    "read_notice",
]

__getattr__ = lazy(
    __name__,
    {
        "AsyncClarus": "client",
        "AsyncSafeCreate": "create",
        "SafeCreate": "create",
        "Clarus": "client",
        "IdCache": "lookups",
        "WebhookNotice": "webhooks",
        "Portion": "paging",
        "Tenant": "tenant",
        "UnreadRow": "graphql",
        "read_notice": "webhooks",
    },
)
