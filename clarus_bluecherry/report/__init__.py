"""Renderings of what finance found and the ledger knows: pages for people (see `pages`), and JSON for programs."""

from typing import TYPE_CHECKING

from clarus_bluecherry._lazy import homes, lazy

if TYPE_CHECKING:
    from clarus_bluecherry.report.closing import (
        Check,
        Closing,
        money_text,
        plain_number,
        to_json,
        total_text,
    )
    from clarus_bluecherry.report.stories import OrderStory, SkuStory, order_story_page, sku_story_page

__all__ = [
    "Check",
    "Closing",
    "OrderStory",
    "SkuStory",
    "money_text",
    "order_story_page",
    "plain_number",
    "sku_story_page",
    "to_json",
    "total_text",
]

__getattr__ = lazy(
    __name__,
    homes("""
    closing: Check Closing money_text plain_number to_json total_text
    stories: OrderStory SkuStory order_story_page sku_story_page
    """),
)
