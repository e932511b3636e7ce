"""The two ends of the go-live audit at a site: both lists from the systems, and the correction file for Clarus.

Law of this flow: it only reads. What should change in Clarus is written as its own import template for a person to
load; a product that Clarus already has is never overwritten by one that is only missing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from decimal import Decimal

from clarus_bluecherry.clarus import calls
from clarus_bluecherry.clarus._paging import Told
from clarus_bluecherry.clarus.files import ImportRecord
from clarus_bluecherry.clarus.files._imports import Cells
from clarus_bluecherry.errors import InvalidRecord
from clarus_bluecherry.flows.site import Site
from clarus_bluecherry.flows.sku_audit._reading import Read
from clarus_bluecherry.mapping import bluecherry
from clarus_bluecherry.mapping.clarus_files import product_document
from clarus_bluecherry.model import Product
from clarus_bluecherry.sku import AGREED, Audit, AuditClass, FindingKind, MasterRow, ProductRow, gtin14
from clarus_bluecherry.sku.audit._rows import ColumnarRows


def master_of(site: Site) -> Read[MasterRow]:
    """Every SKU of Blue Cherry's item master, at its standard cost.

    Blue Cherry tells its stock in reports only, so no row has any; the inventory report brings it. A style that
    cannot be read is a problem, and the others go on.
    """
    found = Read(ColumnarRows(MasterRow))
    for style in site.bluecherry.styles():
        try:
            if isinstance(style, InvalidRecord):
                raise style
            products = bluecherry.products(style, currency=site.currency)
        except InvalidRecord as error:
            found.problems.append(error)
            continue
        found.rows.extend(_master_row(product, style.division) for product in products)
        found.descriptions[style.style] = style.style_name
    return found


def _master_row(product: Product, division: str) -> MasterRow:
    sku = product.sku
    return MasterRow(
        sku.style,
        sku.color,
        sku.label,
        sku.dimension,
        sku.size,
        division,
        product.upc,
        product.ean,
        cost=product.unit_cost.amount if product.unit_cost else Decimal(0),
    )


def products_of(site: Site) -> Read[ProductRow]:
    """Every product of Clarus, with what the site's warehouses hold of it, in whatever condition.

    A product or a stock record that cannot be read is a problem, and the others go on.
    """
    found = Read(ColumnarRows(ProductRow))
    stock = _stock(site, unread=lambda row: found.problems.append(row.problem))
    for node in site.clarus.iterate(calls.products.list(), unread=lambda row: found.problems.append(row.problem)):
        held = stock.pop(node.code, Decimal(0))
        found.rows.extend([ProductRow(node.code, node.barcode or "", node.id, held)])
        found.descriptions[node.code] = node.description or ""
    for code, held in stock.items():
        what = f"{held:f} units are in stock of a product that is not listed"
        found.problems.append(InvalidRecord(what, record=f"product {code!r}", field="code"))
    return found


def _stock(site: Site, unread: Told) -> dict[str, Decimal]:
    account = site.clarus.ids.account(site.account)
    held: defaultdict[str, Decimal] = defaultdict(Decimal)
    for warehouse in site.warehouses:
        listing = calls.stocks.list(account_id=account, warehouse_id=site.clarus.ids.warehouse(warehouse))
        for stock in site.clarus.iterate(listing, unread=unread):
            held[(stock.product and stock.product.code) or ""] += stock.quantity
    return held


def products_to_create(audit: Audit, account: str, descriptions: Mapping[str, str]) -> Iterator[ImportRecord]:
    """The SKUs that Clarus lacks, for its product import (`clarus.files.PRODUCTS`); what it has is not changed.

    `descriptions` are Blue Cherry's, by style; a style without one is described by its SKU. A barcode is given
    only where it is valid and no other SKU has it.
    """
    shared = _sharing_a_barcode(audit)
    for case in audit.cases[AuditClass.MISSING_IN_CLARUS]:
        if case.left is not None:
            row, code = audit.master[case.left], audit.codes[case.left]
            product = Product(
                sku=row.sku,
                description=descriptions.get(row.style, ""),
                upc="" if code in shared else _valid_barcode(row),
            )
            yield product_document(product, code, account, allow_update=False)


def barcodes_to_correct(audit: Audit, account: str, descriptions: Mapping[str, str]) -> Iterator[ImportRecord]:
    """Products that agree with a SKU and have no valid barcode where Blue Cherry has one, for the product import.

    `descriptions` are Clarus's, by product code. The import asks for one and would overwrite what is there, so a
    product whose description is not known has none here, and `write_import` refuses it.
    """
    shared = _sharing_a_barcode(audit)
    for kind in AGREED:
        for case in audit.cases[kind]:
            if case.left is None or case.right is None or audit.codes[case.left] in shared:
                continue
            product, barcode = audit.products[case.right], _valid_barcode(audit.master[case.left])
            if barcode and not gtin14(product.barcode):
                row: Cells = {
                    "Code": product.code,
                    "Description": " ".join(descriptions.get(product.code, "").split()),
                    "allow_update": True,
                    "Account Code": account,
                    "Barcode": barcode,
                }
                yield ImportRecord(f"product {product.code}", row)


def _valid_barcode(row: MasterRow) -> str:
    return next((barcode.strip() for barcode in (row.upc, row.ean) if gtin14(barcode)), "")


def _sharing_a_barcode(audit: Audit) -> set[str]:
    kind = FindingKind.BARCODE_SHARED_BY_SKUS
    return {code for finding in audit.findings if finding.kind is kind for code in finding.codes}
