"""Availability from files, and its feed: what a folder of exports says, and what channels are told of it.

`read_selling_folder` reads one; `told_before` and `post_changes` are the feed's memory and its webhook.
"""

from typing import TYPE_CHECKING

from clarus_bluecherry._lazy import homes, lazy

if TYPE_CHECKING:
    from clarus_bluecherry.flows.availability._feed import post_changes, told_before
    from clarus_bluecherry.flows.availability._folder import SellingFolder, read_selling_folder

__all__ = ["SellingFolder", "post_changes", "read_selling_folder", "told_before"]

__getattr__ = lazy(
    __name__,
    homes("""
    _feed: post_changes told_before
    _folder: SellingFolder read_selling_folder
    """),
)
