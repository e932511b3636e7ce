"""Making the go-live audit: both lists in, every row in exactly one class out.

Law of this module: it says what the crosswalk would do and has no opinion of its own. What a look at both whole
lists settles is settled in bulk; everything else is asked of the very crosswalk that the flows use.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import partial
from itertools import chain
from operator import eq

from clarus_bluecherry.errors import ClarusBluecherryError
from clarus_bluecherry.model import Product, Sku
from clarus_bluecherry.sku.audit._audited import Audit, AuditClass, Case, Cases
from clarus_bluecherry.sku.audit._halves import Group, Halves, by_barcodes, by_numbers
from clarus_bluecherry.sku.audit._merge import barcodes_of, merged_master, merged_products, values_of
from clarus_bluecherry.sku.audit._partition import Partition, Side, duplicates_by_twins, partition
from clarus_bluecherry.sku.audit._rows import (
    ColumnarRows,
    MasterRow,
    Pairs,
    ProductRow,
    invalid_rows,
    places_of_duplicates,
    without,
)
from clarus_bluecherry.sku.audit._writer import codes_of
from clarus_bluecherry.sku.codes._barcode import fault, gtins14, is_internal
from clarus_bluecherry.sku.codes._damage import (
    Damage,
    made_a_date,
    made_a_number,
    made_dates,
    malformed,
    may_be_a_number,
    may_be_dates,
    may_hold_a_date,
    suspicions,
)
from clarus_bluecherry.sku.codes._near_duplicates import are_near_duplicates, changes_a_zero_part
from clarus_bluecherry.sku.codes._originals import Damaged, Originals, may_be_damaged, spreadsheets_marks
from clarus_bluecherry.sku.codes._signs import may_be_signed
from clarus_bluecherry.sku.codes._text import fold, key, keys
from clarus_bluecherry.sku.matching._crosswalk import Crosswalk
from clarus_bluecherry.sku.matching._decision import Decision
from clarus_bluecherry.sku.matching._matcher import DEFAULT_STAGES, SkuRule, Stage
from clarus_bluecherry.sku.matching._outcome import Ambiguous, Doubt, FindingKind, Matched, Origin, SkuFinding
from clarus_bluecherry.sku.recipe._recipe import Recipe

_BARCODE_FINDINGS = frozenset(
    {
        FindingKind.BARCODE_INVALID,
        FindingKind.BARCODE_SHARED_BY_SKUS,
        FindingKind.BARCODE_SHARED_BY_PRODUCTS,
    }
)
_UNMISTAKABLE = frozenset({Damage.SCIENTIFIC, Damage.QUOTES, Damage.ENCODING, Damage.ESCAPED})
"""Damages that leave what nobody writes as a code on purpose; a date or a trailing .0 may be one."""
_ABOVE_ALL_UNTRADED = "03"
_OF_DOUBT = {
    Doubt.COLLISION: AuditClass.COLLISION,
    Doubt.DUPLICATE: AuditClass.DUPLICATE,
    Doubt.CONFLICT: AuditClass.CONFLICT,
    Doubt.DAMAGED: AuditClass.DAMAGED,
}


def audit(
    master: Iterable[MasterRow],
    products: Iterable[ProductRow],
    recipe: Recipe | None = None,
    *,
    stages: Sequence[Stage | SkuRule] = DEFAULT_STAGES,
    decisions: Iterable[Decision] = (),
) -> Audit:
    """Compare both whole lists: see `Audit`. `decisions` are those of the reviewed crosswalk, if there is one.

    >>> found = audit([MasterRow("01234", "BLK", size="M")], [ProductRow("1234-blk-m"), ProductRow("9999-RED")])
    >>> [(str(line.kind), line.code) for line in found.entries()]
    [('same after normalising', '01234-BLK-M'), ('missing in Blue Cherry', '9999-RED')]
    """
    return _Auditor(master, products, recipe or Recipe(), tuple(stages), tuple(decisions)).audit()


class _Auditor:
    """Both lists as columns, and the classes while they fill."""

    def __init__(
        self,
        master: Iterable[MasterRow],
        products: Iterable[ProductRow],
        recipe: Recipe,
        stages: tuple[Stage | SkuRule, ...],
        decisions: tuple[Decision, ...],
    ) -> None:
        self.recipe, self.stages, self.decisions = recipe, stages, decisions
        rows, items = ColumnarRows.of(MasterRow, master), ColumnarRows.of(ProductRow, products)
        self.master, self.codes = rows, codes_of(recipe, rows)
        self.left = Side(_keys(self.codes, rows))
        if len(self.left.row_of) < len(rows):
            self.master, gone = merged_master(rows, places_of_duplicates(self.left.keys))
            self.codes = without(gone, self.codes)
            self.left = Side(without(gone, self.left.keys))
        self.barcodes = barcodes_of(self.master)
        self.left.barcodes = list(map(gtins14, self.barcodes))
        theirs = keys(items.texts("code"))
        twins = list(map(self.left.row_of.get, theirs))
        self.products, gone = merged_products(items, duplicates_by_twins(theirs, twins))
        self.twins = without(gone, twins)
        self.listed = self.products.texts("code")
        self.right = Side(without(gone, theirs), [gtins14(self.products.texts("barcode"))])
        self.cases = {kind: Cases() for kind in AuditClass}
        self.findings: list[SkuFinding] = []

    def audit(self) -> Audit:
        split = partition(self.left, self.right, self._apart(), self.twins, self._is_open)
        identical, others = self._identical(split.plain)
        self.cases[AuditClass.IDENTICAL] = Cases(identical)
        pairs = (others, split.by_text, split.by_barcode)
        if self.stages == DEFAULT_STAGES:
            for left, right in chain(*pairs):
                self._pair(left, right)
            unread_left, unread_right = self._judge(split.unresolved_left, split.unresolved_right)
            self._leave(sorted([*split.left, *unread_left]), sorted([*split.right, *unread_right]))
        else:
            left_rows = [*split.unresolved_left, *split.left, *chain(*(some.left for some in pairs))]
            right_rows = [*split.unresolved_right, *split.right, *chain(*(some.right for some in pairs))]
            self._leave(*self._judge(left_rows, right_rows))
        self._look_at_barcodes(split)
        return Audit(
            master=self.master,
            products=self.products,
            codes=self.codes,
            values=values_of(self.master),
            cases=self.cases,
            findings=self.findings,
        )

    def _apart(self) -> Iterable[str]:
        """The keys that a person or a rule of the site has something to say of."""
        for one in self.decisions:
            yield from (key(one.code), self.recipe.folded(one.sku))
        for seen in may_be_dates(self.right.keys):
            yield from (seen, *map(key, made_a_date(seen)))
        written = set(self.codes)
        for seen, code in zip(self.right.keys, self.listed, strict=True):
            if code not in written and may_hold_a_date(seen):
                yield from (seen, *map(key, made_dates(seen)))
        yield from map(key, filter(may_be_signed, written.symmetric_difference(self.listed)))
        for rule in self.stages:
            if not isinstance(rule, Stage):
                for code in self.listed:
                    if text := rule.reading(code):
                        yield from (key(code), key(text))

    def _is_open(self, right: int) -> bool:
        """Whether a code may be a number that a spreadsheet wrote, and so another SKU's than it looks."""
        return may_be_a_number(self.right.keys[right]) and bool(made_a_number(fold(self.listed[right]).text))

    def _add(self, kind: AuditClass, case: Case) -> None:
        self.cases[kind].others.append(case)

    # Pairs -------------------------------------------------------------------------------------------------

    def _identical(self, pairs: Pairs) -> tuple[Pairs, Pairs]:
        """Of pairs whose barcodes do not differ those with one code, which are nearly all, and the others."""
        if Stage.EXACT not in self.stages:
            return Pairs(), pairs
        ours = map(self.codes.__getitem__, pairs.left)
        return pairs.split(list(map(eq, ours, map(self.listed.__getitem__, pairs.right))))

    def _pair(self, left: int, right: int) -> None:
        """Two rows that nothing else is like: what the crosswalk says of them can be seen from the two alone."""
        theirs = self.right.barcodes[0][right]
        ours = [column[left] for column in self.left.barcodes if column[left]]
        if not theirs or not ours or theirs in ours:
            kind, code = self._likeness(left, right), self.codes[left]
            seen = self.listed[right]
            if theirs not in ours and (why := spreadsheets_marks(self.left.keys[left], seen)):
                self._add(AuditClass.DAMAGED, Case(left, right, False, why, (code,)))
            else:
                self.cases[kind].pairs.add(left, right)
            return
        why = f"the codes agree, the barcodes differ: {', '.join(ours)} here, {theirs} in Clarus"
        spelled = self.left.keys[left] == self.right.keys[right]
        self._add(AuditClass.CONFLICT, Case(left, right, spelled, why))

    def _likeness(self, left: int, right: int) -> AuditClass:
        seen = self.listed[right]
        if self.codes[left] == seen:
            return AuditClass.IDENTICAL
        ours, theirs = self.left.keys[left], self.right.keys[right]
        if ours == theirs:
            return AuditClass.NORMALISED
        if not are_near_duplicates(ours, theirs) or changes_a_zero_part(ours, theirs):
            return AuditClass.BARCODE
        return AuditClass.DAMAGED if suspicions(seen) else AuditClass.NORMALISED

    # What needs the crosswalk ------------------------------------------------------------------------------

    def _judge(self, left: Sequence[int], right: Sequence[int]) -> tuple[list[int], list[int]]:
        """Class the unresolved rows by what the crosswalk says; return those it knows nothing of."""
        skus = {sku: row for row in left if (sku := self._sku(row))}
        listed = [row for row in right if self._listed(row)]
        if not (skus or listed or self.decisions):
            return [], []
        crosswalk = Crosswalk.build(
            [Product(sku=sku, upc=barcode) for sku, row in skus.items() for barcode in self._barcodes(row)],
            [self.products[row].product for row in listed],
            self.recipe,
            self.decisions,
            stages=self.stages,
        )
        self.findings += [one for one in crosswalk.findings if one.kind not in _BARCODE_FINDINGS]
        differing = {
            code for one in crosswalk.findings if one.kind is FindingKind.BARCODE_DIFFERS for code in one.codes
        }
        open_left, open_right = dict.fromkeys(skus.values()), []
        for row in listed:
            code = self.listed[row]
            match crosswalk.match(code):
                case Matched() as outcome:
                    self._tie(skus.get(outcome.sku), row, outcome, open_left, is_differing=code in differing)
                case Ambiguous(doubt=doubt, reason=reason) as outcome:
                    self._add(_OF_DOUBT[doubt], Case(None, row, False, reason, partial(_codes_of, outcome)))
                case _:
                    open_right.append(row)
        known = {row: sku for sku, row in skus.items()}
        return [row for row in open_left if not self._doubted(row, known[row], crosswalk)], open_right

    def _barcodes(self, row: int) -> Iterable[str]:
        """All barcodes of a SKU as the list has them, the first one also when it is empty."""
        first, *others = (column[row] for column in self.barcodes)
        return first, *filter(None, others)

    def _tie(
        self, left: int | None, right: int, outcome: Matched, open_left: dict[int, None], *, is_differing: bool
    ) -> None:
        """A SKU stands in the first of its pairs; a product that a person tied to it as well stands alone."""
        first = left if left in open_left else None
        if first is not None:
            del open_left[first]
        by_person, why = outcome.origin is Origin.PERSON, ""
        kind = AuditClass.DECIDED if left is None else self._likeness(left, right)
        if left is not None and is_differing:
            kind, why = AuditClass.CONFLICT, "the codes agree, the barcodes differ"
        elif by_person and kind is not AuditClass.IDENTICAL:
            kind = AuditClass.DECIDED
        elif outcome.origin is Origin.RULE and kind is AuditClass.BARCODE:
            kind, why = AuditClass.NORMALISED, "; ".join(outcome.rules)
        self._add(kind, Case(first, right, True, "a person decided it" if by_person else why))

    def _doubted(self, row: int, sku: Sku, crosswalk: Crosswalk) -> bool:
        """Class a SKU that no product got although something speaks for it."""
        codes = crosswalk.in_doubt(sku)
        if codes:
            outcome = crosswalk.match(codes[0])
            if isinstance(outcome, Ambiguous):
                why = f"{codes[0]!r}: {outcome.reason}"
                self._add(_OF_DOUBT[outcome.doubt], Case(row, None, False, why, codes))
                return True
        sharing = crosswalk.catalogue.read(self.codes[row]).folded
        if len(sharing) > 1:
            why = f"{len(sharing)} SKUs get the product code {self.codes[row]!r} or spell it alike"
            self._add(AuditClass.COLLISION, Case(row, None, False, why))
        return len(sharing) > 1

    def _sku(self, row: int) -> Sku | None:
        try:
            return self.master[row].sku
        except ClarusBluecherryError as error:
            self._add(AuditClass.MALFORMED, Case(row, None, False, error.what))
            return None

    def _listed(self, row: int) -> bool:
        if self.listed[row].strip():
            return True
        self._add(AuditClass.MALFORMED, Case(None, row, False, "it has no code"))
        return False

    # What is left ------------------------------------------------------------------------------------------

    def _leave(self, left: Sequence[int], right: Sequence[int]) -> None:
        """Class the rows that nothing ties: malformed, damaged, or missing on the other side."""
        right = [row for row in right if not self._is_malformed(row)]
        originals = Originals(self.left.row_of, [self.listed[row] for row in right])
        seen = {row: one for row in right if (one := originals.damaged(self.listed[row]))}
        told = self._told(left)
        halves = Halves(self._halves(left, right, seen, told))
        self.cases[AuditClass.DAMAGED].others.extend(halves.cases(self.codes, self.listed))
        left = [row for row in left if row not in halves.left]
        right = [row for row in right if row not in halves.right]
        for row in right:
            if row not in seen:
                self._add(AuditClass.MISSING_IN_BLUE_CHERRY, Case(None, row))
        taken = self._damaged([(row, seen[row]) for row in right if row in seen], left)
        self._leave_skus([row for row in left if row not in taken], told)

    def _is_malformed(self, right: int) -> bool:
        if why := malformed(self.listed[right]):
            self._add(AuditClass.MALFORMED, Case(None, right, False, why))
        return bool(why)

    def _told(self, rows: Sequence[int]) -> Mapping[int, Damaged]:
        """What seems to have happened to the codes of SKUs, by what stands in them."""
        marked = [row for row in rows if may_be_damaged(self.codes[row])]
        originals = Originals(self.right.row_of if marked else (), [self.codes[row] for row in marked])
        found = {row: self._told_by(originals, self.codes[row]) for row in marked}
        return {row: one for row, one in found.items() if one}

    def _told_by(self, originals: Originals, code: str) -> Damaged | None:
        """What a part may show is only looked at where a product leads to it: it may be how a size is called."""
        return originals.damaged(code) if suspicions(code) else originals.marked(code)

    def _halves(
        self, left: Sequence[int], right: Sequence[int], seen: Mapping[int, Damaged], told: Mapping[int, Damaged]
    ) -> Iterable[Group]:
        """The rows that nothing ties and that may be each other: dates, numbers, and barcodes once mended."""
        left = [row for row in left if not malformed(self.codes[row])]
        ours, theirs = _by_key(self.left.keys, left), _by_key(self.right.keys, right)
        for row, one in seen.items():
            if one.damage is Damage.DATE:
                yield Group(_all_with(one.keys, ours), [row], one.what)
        codes = {row: self._numbered(row) for row in left}
        numbers = list(by_numbers(codes, {row: self.listed[row] for row in right}))
        yield from numbers
        explained = {row for group in numbers for row in group.left}
        for row in left:
            if (sign := told.get(row)) and (sign.damage is Damage.DATE or row not in explained):
                yield Group([row], _all_with(sign.keys, theirs), sign.what, is_ours=True)
        barcodes = self.products.texts("barcode")
        yield from by_barcodes(
            ((row, column[row]) for column in self.barcodes for row in left if column[row]),
            ((row, barcodes[row]) for row in right if barcodes[row]),
        )

    def _numbered(self, row: int) -> str:
        """The code of a SKU, in which a point between two parts is not that of a number."""
        code = self.codes[row]
        if "." not in code or any("." in part for part in self.master[row].parts):
            return code
        return code.replace(".", "-")

    def _leave_skus(self, rows: Sequence[int], told: Mapping[int, Damaged]) -> None:
        """Class the SKUs that nothing ties. One that looks damaged is so only if a product may be meant."""
        code_of = _codes_with({text for one in told.values() for text in one.keys}, self.right.keys, self.listed)
        for row in rows:
            one = told.get(row)
            if why := malformed(self.codes[row]):
                self._add(AuditClass.MALFORMED, Case(row, None, False, why))
            elif one and (one.keys or one.damage in _UNMISTAKABLE):
                near = tuple(code_of[text] for text in one.keys)
                self._add(AuditClass.DAMAGED, Case(row, None, False, f"in Blue Cherry: {one.what}", near))
            else:
                self._add(AuditClass.MISSING_IN_CLARUS, Case(row, None))

    def _damaged(self, damaged: Sequence[tuple[int, Damaged]], left: Sequence[int]) -> set[int]:
        """A damaged product stands with the only SKU it may have been, if no other product may have been it."""
        row_of = {self.left.keys[row]: row for row in left}
        claims = Counter(one.keys[0] for _, one in damaged if len(one.keys) == 1)
        code_of = _codes_with({text for _, one in damaged for text in one.keys}, self.left.keys, self.codes)
        taken: set[int] = set()
        for right, one in damaged:
            only = row_of.get(one.keys[0]) if len(one.keys) == 1 and claims[one.keys[0]] == 1 else None
            if only is not None:
                taken.add(only)
            near = tuple(code_of[text] for text in one.keys)
            self._add(AuditClass.DAMAGED, Case(only, right, False, one.what, near))
        return taken

    # Barcodes ----------------------------------------------------------------------------------------------

    def _look_at_barcodes(self, split: Partition) -> None:
        for barcodes, gtins in zip(self.barcodes, self.left.barcodes, strict=True):
            self._look_at(barcodes, gtins, self.codes, "Blue Cherry")
        self._look_at(self.products.texts("barcode"), self.right.barcodes[0], self.listed, "Clarus")
        for kind, shared, codes in (
            (FindingKind.BARCODE_SHARED_BY_SKUS, split.shared_left, self.codes),
            (FindingKind.BARCODE_SHARED_BY_PRODUCTS, split.shared_right, self.listed),
        ):
            for gtin, rows in shared.items():
                sharing = tuple(codes[row] for row in rows)
                what = f"{_some(sharing)} all carry the barcode {gtin}"
                self.findings.append(SkuFinding(kind=kind, what=what, codes=sharing))

    def _look_at(self, barcodes: Sequence[str], gtins: Sequence[str], codes: Sequence[str], where: str) -> None:
        if not any(barcodes):
            return
        low = [row for row, gtin in enumerate(gtins) if gtin < _ABOVE_ALL_UNTRADED]  # few, and quickly seen
        for row in [row for row in low if (not gtins[row] or is_internal(gtins[row])) and barcodes[row].strip()]:
            kind = FindingKind.BARCODE_INTERNAL if gtins[row] else FindingKind.BARCODE_INVALID
            what = f"{barcodes[row].strip()!r} of {codes[row]!r} in {where}: {fault(barcodes[row])}"
            self.findings.append(SkuFinding(kind=kind, what=what, codes=(codes[row],)))


def _keys(codes: Sequence[str], rows: ColumnarRows[MasterRow]) -> list[str]:
    """The key of the code of every row; empty where the row makes no SKU."""
    found = keys(codes)
    for place in invalid_rows(rows):
        found[place] = ""
    return found


def _by_key(keys: Sequence[str], rows: Iterable[int]) -> Mapping[str, Sequence[int]]:
    """Some rows by their key."""
    found: dict[str, list[int]] = {}
    for row in rows:
        found.setdefault(keys[row], []).append(row)
    return found


def _all_with(wanted: Iterable[str], rows: Mapping[str, Sequence[int]]) -> list[int]:
    return [row for text in wanted for row in rows.get(text, ())]


def _codes_with(wanted: Collection[str], keys: Sequence[str], codes: Sequence[str]) -> Mapping[str, str]:
    """The codes with some keys, by key."""
    pairs = zip(keys, codes, strict=True) if wanted else ()
    return dict(sorted(((text, code) for text, code in pairs if text in wanted), reverse=True))


def _codes_of(outcome: Ambiguous) -> tuple[str, ...]:
    return tuple(candidate.code for candidate in outcome.candidates)


def _some(codes: Sequence[str]) -> str:
    named = ", ".join(map(repr, codes[:5]))
    return named if len(codes) <= 5 else f"{named} and {len(codes) - 5} more"
