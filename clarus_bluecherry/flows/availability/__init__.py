"""Availability from files or of a site, and its feed: what they say, and what channels are told of it.

`read_selling_folder` reads a folder of exports, `read_selling_site` a site; `told_before` and `post_changes` are
the feed's memory and its webhook.
"""

from typing import TYPE_CHECKING

from clarus_bluecherry._lazy import homes, lazy

if TYPE_CHECKING:
    from clarus_bluecherry.flows.availability._feed import post_changes, told_before
    from clarus_bluecherry.flows.availability._folder import SellingRead, read_selling_folder
    from clarus_bluecherry.flows.availability._site import read_selling_site

__all__ = ["SellingRead", "post_changes", "read_selling_folder", "read_selling_site", "told_before"]

__getattr__ = lazy(
    __name__,
    homes("""
    _feed: post_changes told_before
    _folder: SellingRead read_selling_folder
    _site: read_selling_site
    """),
)
