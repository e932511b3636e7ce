"""A site, as what availability looks at: its warehouse, its ledger, and Blue Cherry's exports.

Law of this module: a site is read as a close of it is, so that both say the same of one moment.
"""

from __future__ import annotations

from pathlib import Path

from clarus_bluecherry.flows.availability._folder import SellingRead, selling_read
from clarus_bluecherry.flows.availability._settings import SellingSettings, load_selling
from clarus_bluecherry.flows.close_files._given import CloseRead
from clarus_bluecherry.flows.close_site import read_site
from clarus_bluecherry.flows.exports.kinds_channels import CHANNEL_ORDERS
from clarus_bluecherry.flows.exports.rows import FileRows, read_file
from clarus_bluecherry.flows.site import Site


def read_selling_site(site: Site, books: Path | None = None) -> SellingRead:
    """Read what may be sold of `site`: the warehouse and the ledger now, Blue Cherry's exports, the channels'
    orders and `availability.toml` in the folder `books`.

    Without such a folder the ledger's own lines of the books are all that is known of Blue Cherry. Raises
    `ConfigurationError` for what is no site to close, and the wire's errors when the warehouse does not answer.
    """
    return selling_of(read_site(site, books), books)


def selling_of(read: CloseRead, books: Path | None = None) -> SellingRead:
    """What may be sold, by what was `read` for a close already."""
    if books is None:
        selling, shop = SellingSettings(), FileRows(CHANNEL_ORDERS)
    else:
        selling, shop = load_selling(books), read_file(books, CHANNEL_ORDERS, read.settings)
    return selling_read(read.settings, selling, read.files, shop, read.given.years)
