"""Blue Cherry's products beside the warehouse's: what is to be created, to be changed, or to be asked about.

Law of this module: pure functions. A field is written only where Blue Cherry owns it and tells it, so nothing is
ever blanked; the warehouse's own fields are written by nobody. A product is new only when its code is certainly
not there: what may be there already waits for a person, with the codes that it may be.
"""

from __future__ import annotations

import enum
import re
from collections.abc import Iterable, Iterator, Mapping
from string import Formatter

from attrs import evolve, field, frozen

from clarus_bluecherry.clarus import wire
from clarus_bluecherry.errors import ConfigurationError, InvalidRecord, SkuError
from clarus_bluecherry.mapping.clarus import DESCRIPTION_LENGTH, product_fields
from clarus_bluecherry.model import Product, Sku
from clarus_bluecherry.model._values import SKU_PARTS
from clarus_bluecherry.sku import Crosswalk, gtin14

__all__ = [
    "OWNED",
    "ChangedProduct",
    "FieldChange",
    "NewProduct",
    "ProductField",
    "ProductLists",
    "ProductOutcome",
    "ProductRefusal",
    "ProductTerms",
    "RefusedProduct",
    "SameProduct",
]


class ProductField(enum.StrEnum):
    """A field of a Clarus product that Blue Cherry can tell, by Clarus's own name."""

    DESCRIPTION = "description"
    """As `ProductTerms.description` says, its first 150 characters."""
    BARCODE = "barcode"
    """The unit's: the UPC, or the EAN where there is none."""
    REFERENCE = "external_system_reference1"
    """The SKU's parts as one text: `Sku.key`."""
    STYLE = "string1"
    COLOR = "string2"
    SIZE = "string3"
    LABEL = "string4"
    DIMENSION = "string5"


OWNED = frozenset({ProductField.DESCRIPTION, ProductField.BARCODE, ProductField.REFERENCE})
"""The fields that Blue Cherry owns where a site says nothing else."""


def _fields(names: Iterable[str]) -> frozenset[ProductField]:
    return frozenset(map(ProductField, names))


_NAME = "name"
_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f]")
_DESCRIBING = frozenset({_NAME, *SKU_PARTS})


def _describes(terms: object, attribute: object, value: str) -> None:
    try:
        words = [word for _, *word in Formatter().parse(value) if word[0] is not None]
    except ValueError:
        words = []
    named = {name for name, *rest in words if rest == ["", None]}
    if _NAME not in named or len(named) < len(words) or not named <= _DESCRIBING:
        what = f"{value!r} is no description: it has {{name}}, and of other words in braces only parts of a SKU"
        raise ConfigurationError(what, record="ProductTerms", field="description")


@frozen(kw_only=True)
class ProductTerms:
    """What a site lets happen to the warehouse's products.

    `create` and `update` allow either; `owned` are the fields that Blue Cherry owns, every other one is the
    warehouse's; `stock_unit` is the code of the stock unit type in which new products are counted. `description`
    is made of the style's `{name}` and parts of the SKU. Unless `beside_untied`, nothing is created while the
    warehouse lists products that are tied to no SKU, because it may be one of them.
    """

    create: bool = False
    update: bool = False
    owned: frozenset[ProductField] = field(default=OWNED, converter=_fields)
    stock_unit: str = "EACH"
    description: str = field(default="{name} {color} {dimension} {size}", validator=_describes)
    beside_untied: bool = False

    def described(self, product: Product) -> Product:
        """`product` with the description that the warehouse is told; none where Blue Cherry tells no name.

        It is on one line, and without control characters: no label, list or terminal can show them.

        >>> ProductTerms().described(Product(sku=Sku("01234", "BLK", size="M"), description="Dress")).description
        'Dress BLK M'
        """
        if not _CONTROLS.sub(" ", product.description).strip():
            return evolve(product, description="")
        parts = {name: getattr(product.sku, name) for name in SKU_PARTS}
        text = self.description.format(**parts, name=product.description)
        return evolve(product, description=" ".join(_CONTROLS.sub(" ", text).split()))


# What comes of comparing -------------------------------------------------------------------------------------


@frozen
class FieldChange:
    """One field that is to change. `old` is empty where there is nothing in it."""

    field: ProductField
    old: str
    new: str


@frozen(kw_only=True)
class NewProduct:
    """A product that the warehouse certainly lacks, with all that it is created with but its unit.

    `remark` says what Blue Cherry tells and the warehouse is not told, and why; empty where that is nothing.
    """

    product: Product
    code: str
    fields: Mapping[str, str]
    remark: str = ""


@frozen(kw_only=True)
class ChangedProduct:
    """A product of the warehouse, known there as `id`, in which Blue Cherry's fields say something else."""

    product: Product
    code: str
    id: str
    changes: tuple[FieldChange, ...]
    remark: str = ""


@frozen(kw_only=True)
class SameProduct:
    """A product of the warehouse that says what Blue Cherry says."""

    product: Product
    code: str
    remark: str = ""


class ProductRefusal(enum.StrEnum):
    """Why nothing is done about a product."""

    AMBIGUOUS = "ambiguous_sku"
    """It may be there already, or its code could mean another SKU as well."""
    INVALID = "invalid_record"
    """It cannot be written: its code is too long, or a part of it is missing."""
    UNTIED = "untied_products"
    """The warehouse has products that are tied to no SKU, and it may be one of them."""
    OTHER_OWNER = "other_owner"
    """The warehouse holds it for another account."""
    UNREADABLE_LIST = "unreadable_list"
    """A row of the warehouse's list cannot be read: what is not seen is not known to be absent."""
    NOT_LEARNT = "not_learnt"
    """The lists have changed since the crosswalk was learnt."""

    @property
    def passes(self) -> bool:
        """Whether it goes by itself, without anybody's word on this product."""
        return self in (ProductRefusal.UNREADABLE_LIST, ProductRefusal.NOT_LEARNT)


@frozen(kw_only=True)
class RefusedProduct:
    """A product about which nothing is done, and why. `candidates` are codes that it may be, or SKUs.

    `is_new`: it would be created, otherwise changed.
    """

    product: Product
    code: str
    is_new: bool
    why: ProductRefusal
    reason: str
    candidates: tuple[str, ...] = ()


ProductOutcome = NewProduct | ChangedProduct | SameProduct | RefusedProduct


# Comparing ---------------------------------------------------------------------------------------------------


@frozen
class _Barcode:
    """The barcode that may be written, or why none of those that Blue Cherry tells may."""

    text: str = ""
    problem: str = ""


class ProductLists:
    """The warehouse's whole product list, and the crosswalk that says which product is which SKU.

    Without `is_whole` rows of the list could not be read, and nothing counts as absent.

    >>> from clarus_bluecherry.sku import Recipe
    >>> dress = Product(sku=Sku("01234", "BLK", size="M"), description="Dress")
    >>> lists = ProductLists([], Crosswalk.build([dress], [], Recipe()), ProductTerms())
    >>> lists.compare(dress).code
    '01234-BLK-M'
    """

    def __init__(
        self,
        nodes: Iterable[wire.ProductNode],
        crosswalk: Crosswalk,
        terms: ProductTerms,
        *,
        is_whole: bool = True,
    ) -> None:
        self._crosswalk = crosswalk
        self._terms = terms
        self._owned = [each for each in ProductField if each in terms.owned]
        self._is_whole = is_whole
        self._strangers = crosswalk.untied
        self._nodes: dict[str, list[wire.ProductNode]] = {}
        self._carriers: dict[str, set[str]] = {}
        for node in nodes:
            self._nodes.setdefault(node.code, []).append(node)
            if gtin := gtin14(node.barcode or ""):
                self._carriers.setdefault(gtin, set()).add(node.code)

    def compare(self, product: Product) -> ProductOutcome:
        """What has to be done about `product`, as Blue Cherry tells it."""
        code = self._crosswalk.code_of(product.sku)
        return self._new(product) if code is None else self._known(product, code)

    def _told(self, product: Product, barcode: _Barcode) -> dict[str, str]:
        """What Blue Cherry tells, without what is blank, and without a barcode that may not be written."""
        told = product_fields(evolve(self._terms.described(product), upc=barcode.text, ean=""))
        return {name: value for name, value in told.items() if value.strip()}

    # A product that is there ---------------------------------------------------------------------------------

    def _known(self, product: Product, code: str) -> ProductOutcome:
        nodes = self._nodes.get(code, [])
        if len(nodes) != 1:
            what = f"the warehouse lists {len(nodes)} products of this code since the crosswalk was learnt"
            return _refused(product, code, ProductRefusal.NOT_LEARNT, what, is_new=False)
        barcode = self._barcode(product, nodes[0])
        told = self._told(product, barcode)
        changes = tuple(self._changes(told, nodes[0]))
        if not changes:
            return SameProduct(product=product, code=code, remark=barcode.problem)
        return ChangedProduct(product=product, code=code, id=nodes[0].id, changes=changes, remark=barcode.problem)

    def _changes(self, told: Mapping[str, str], node: wire.ProductNode) -> Iterator[FieldChange]:
        seen = shown(node)
        for name in self._owned:
            new, old = told.get(name, ""), seen.get(name)
            if new and old is not None and not are_the_same(name, old, new):
                yield FieldChange(name, old, new)

    # A product that is not there -----------------------------------------------------------------------------

    def _new(self, product: Product) -> NewProduct | RefusedProduct:
        sku, catalogue = product.sku, self._crosswalk.catalogue
        code = catalogue.code(sku)
        try:
            catalogue.recipe.code(sku)
        except InvalidRecord as error:
            return _refused(product, code, ProductRefusal.INVALID, error.what)
        others = [other for other in catalogue.read(code).folded if other != sku]
        if others:
            what = "other SKUs have this code, or one that differs only in how it is spelled"
            return _refused(product, code, ProductRefusal.AMBIGUOUS, what, map(str, others))
        codes = self._crosswalk.in_the_way(sku)
        if codes:
            return _refused(product, code, ProductRefusal.AMBIGUOUS, "the warehouse may have it already", codes)
        if code in self._nodes:
            what = "the warehouse lists this code since the crosswalk was learnt"
            return _refused(product, code, ProductRefusal.NOT_LEARNT, what)
        if not self._is_whole:
            what = "rows of the warehouse's list cannot be read, and it may be one of them"
            return _refused(product, code, ProductRefusal.UNREADABLE_LIST, what)
        if self._strangers and not self._terms.beside_untied:
            what = "the warehouse has products that are tied to no SKU, and it may be one of them"
            return _refused(product, code, ProductRefusal.UNTIED, what, self._nearest(sku))
        barcode = self._barcode(product, None)
        told = {"description": str(sku)[:DESCRIPTION_LENGTH], **self._told(product, barcode)}
        sent = (ProductField.DESCRIPTION, *self._owned)  # without a description Clarus creates nothing
        fields = {name.value: told[name] for name in sent if name in told}
        return NewProduct(product=product, code=code, fields=fields, remark=barcode.problem)

    def _nearest(self, sku: Sku) -> tuple[str, ...]:
        """The products without a SKU that look most like it: an order for a person to look in, no evidence."""
        try:
            self._crosswalk.require_code(sku)
        except SkuError as error:
            return error.candidates
        return ()

    # Barcodes ------------------------------------------------------------------------------------------------

    def _barcode(self, product: Product, node: wire.ProductNode | None) -> _Barcode:
        """The first barcode of the SKU that is valid and nobody else's; none where a good one is there already."""
        if ProductField.BARCODE not in self._owned:
            return _Barcode()
        if node is not None and gtin14(node.barcode or "") in self._crosswalk.catalogue.gtins(product.sku):
            return _Barcode()
        problems = []
        for text in product.barcodes:
            problem = self._problem(text, product.sku, "" if node is None else node.code)
            if not problem:
                return _Barcode(text.strip())
            problems.append(f"the barcode {text.strip()!r} is not sent: {problem}")
        return _Barcode(problem="; ".join(problems))

    def _problem(self, barcode: str, sku: Sku, code: str) -> str:
        gtin = gtin14(barcode)
        if not gtin:
            return "it is no UPC, EAN or GTIN with the right check digit"
        others = [str(other) for other in self._crosswalk.catalogue.with_gtin(gtin) if other != sku]
        if others:
            return f"{', '.join(others)} has it too"
        carriers = sorted(self._carriers.get(gtin, set()) - {code})
        return f"the product {', '.join(map(repr, carriers))} carries it" if carriers else ""


def shown(node: wire.ProductNode) -> dict[str, str]:
    """What the warehouse's list shows of the fields that Blue Cherry can tell: an empty one as empty text.

    A field that the list does not show, or that cannot be read, is not among them: nobody knows what is in it.
    """
    extra = node.model_extra or {}
    named = {name: getattr(node, name) for name in ProductField if name in node.model_fields_set - extra.keys()}
    named |= {name: extra[name] for name in ProductField if name in extra and name not in named}
    texts = {name: "" if value is None else value for name, value in named.items()}
    return {name.value: value for name, value in texts.items() if isinstance(value, str)}


def are_the_same(name: str, old: str, new: str) -> bool:
    """Whether a field says the same with `old` as with `new`: with fewer blanks, or an EAN for a UPC.

    >>> are_the_same("barcode", "0036000291452", "036000291452"), are_the_same("description", "Dress ", "dress")
    (True, False)
    """
    is_one_barcode = name == ProductField.BARCODE and gtin14(old) == gtin14(new) != ""
    return is_one_barcode or old.split() == new.split()


def _refused(
    product: Product,
    code: str,
    why: ProductRefusal,
    reason: str,
    candidates: Iterable[str] = (),
    *,
    is_new: bool = True,
) -> RefusedProduct:
    return RefusedProduct(
        product=product, code=code, is_new=is_new, why=why, reason=reason, candidates=tuple(candidates)
    )
