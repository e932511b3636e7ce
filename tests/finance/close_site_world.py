"""A site between both sandboxes on loopback, and the same month end by its exports alone."""

from __future__ import annotations

import shutil

from clarus_bluecherry.finance.close import close_books
from clarus_bluecherry.flows.close_files import read_folder
from clarus_bluecherry.flows.close_site import read_site
from clarus_bluecherry.model import Sku
from clarus_bluecherry.sandbox.exports import write_exports
from clarus_bluecherry.tables import csv_bytes
from tests.unit.flows_world import CODES

NUMBERS = "(?:TO|CV|AT)-[0-9]+"
_CROSSWALK = ("product_code", "sku", "style", "color_code", "lbl_code", "dimension", "size_desc")


def exported(here, folder):
    """Both systems' exports of this moment, with what a site's finance keeps beside them."""
    write_exports(folder, here.warehouse, here.erp)
    rows = [(code, sku_of(article).key, *article.key) for article, code in tied(here).items()]
    (folder / "crosswalk.csv").write_bytes(csv_bytes([_CROSSWALK, *rows]))
    (folder / "close.toml").write_text("\n".join(_settings(here)) + "\n", "utf-8")
    return folder


def tied(here):
    """The articles that the site's crosswalk ties, with their codes."""
    return {article: code for article, code in CODES.items() if here.site.crosswalk.code_of(sku_of(article))}


def sku_of(article):
    style, color, label, dimension, size = article.key
    return Sku(style, color, label=label, dimension=dimension, size=size)


def _settings(here):
    taken = here.time.isoformat()
    yield from ('zone = "America/New_York"', 'clarus_zone = "UTC"', 'account = "BRAND"', 'currency = "USD"')
    yield from ('basis = "standard"', f'numbers = "{NUMBERS}"', "", "[files]", 'sku_master = "crosswalk.csv"')
    yield from ("", "[warehouses]", 'WH-NJ = "NJ"')
    yield from ("", "[taken_at]", f'stock = "{taken}"', f'inventory_report = "{taken}"')


def without_warehouse(folder):
    """The same folder, without anything of the warehouse's or of a ledger's."""
    books = folder.with_name(f"{folder.name} of the books")
    shutil.copytree(folder, books)
    for name in ("clarus_stock", "clarus_transactions", "clarus_products", "postings", "crosswalk", "skus"):
        (books / f"{name}.csv").unlink()
    text = (books / "close.toml").read_text("utf-8").replace('sku_master = "crosswalk.csv"', "")
    (books / "close.toml").write_text(text, "utf-8")
    return books


def by_site(here, books, **asked):
    read = read_site(here.site, books, **asked)
    return close_books(read.given, read.as_of, read.known)


def by_files(folder, **asked):
    read = read_folder(folder, **asked)
    return close_books(read.given, read.as_of, read.known)


def causes(close):
    """Every cause and what is unexplained, in words."""
    told = []
    for line in close.lines:
        place = line.item, line.location
        told += [(*place, str(c.moved), str(c.status), c.document, int(c.units)) for c in line.causes]
        if line.unexplained:
            told.append((*place, "", "unexplained", "", int(line.unexplained)))
    return sorted(told)
