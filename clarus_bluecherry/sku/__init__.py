"""SKUs: how a Blue Cherry article and a Clarus product code are tied, and never guessed."""

from typing import TYPE_CHECKING

from clarus_bluecherry._lazy import homes, lazy

if TYPE_CHECKING:
    from clarus_bluecherry.sku.audit._audited import AGREED, Audit, AuditClass, Entry, Tally
    from clarus_bluecherry.sku.audit._auditing import audit
    from clarus_bluecherry.sku.audit._rows import MasterRow, ProductRow
    from clarus_bluecherry.sku.codes._barcode import gtin14, is_gtin
    from clarus_bluecherry.sku.codes._damage import Damage, Suspicion, malformed, suspicions
    from clarus_bluecherry.sku.codes._text import PRODUCT_CODE_LENGTH, Folded, fold
    from clarus_bluecherry.sku.inference._infer import Inference, infer
    from clarus_bluecherry.sku.matching._catalogue import Catalogue, CodeReading
    from clarus_bluecherry.sku.matching._crosswalk import Crosswalk
    from clarus_bluecherry.sku.matching._decision import Decision, Pair
    from clarus_bluecherry.sku.matching._matcher import DEFAULT_STAGES, SkuRule, Stage
    from clarus_bluecherry.sku.matching._outcome import (
        Ambiguous,
        Candidate,
        Doubt,
        FindingKind,
        Match,
        Matched,
        Origin,
        SkuFinding,
        Unknown,
        explain,
    )
    from clarus_bluecherry.sku.matching._rules import stages_named
    from clarus_bluecherry.sku.matching._sheet import decisions_from_csv, read_decisions
    from clarus_bluecherry.sku.matching._warehouse import WarehouseProduct
    from clarus_bluecherry.sku.recipe._part import Part, Text
    from clarus_bluecherry.sku.recipe._recipe import Recipe

__all__ = [
    "AGREED",
    "DEFAULT_STAGES",
    "PRODUCT_CODE_LENGTH",
    "Ambiguous",
    "Audit",
    "AuditClass",
    "Candidate",
    "Catalogue",
    "CodeReading",
    "Crosswalk",
    "Damage",
    "Decision",
    "Doubt",
    "Entry",
    "FindingKind",
    "Folded",
    "Inference",
    "MasterRow",
    "Match",
    "Matched",
    "Origin",
    "Pair",
    "Part",
    "ProductRow",
    "Recipe",
    "SkuFinding",
    "SkuRule",
    "Stage",
    "Suspicion",
    "Tally",
    "Text",
    "Unknown",
    "WarehouseProduct",
    "audit",
    "decisions_from_csv",
    "explain",
    "fold",
    "gtin14",
    "infer",
    "is_gtin",
    "malformed",
    "read_decisions",
    "stages_named",
    "suspicions",
]

__getattr__ = lazy(
    __name__,
    homes("""
    codes._barcode: gtin14 is_gtin
    codes._damage: Damage Suspicion malformed suspicions
    codes._text: PRODUCT_CODE_LENGTH Folded fold
    recipe._part: Part Text
    recipe._recipe: Recipe
    matching._catalogue: Catalogue CodeReading
    matching._crosswalk: Crosswalk
    matching._decision: Decision Pair
    matching._matcher: DEFAULT_STAGES SkuRule Stage
    matching._outcome: Ambiguous Candidate Doubt FindingKind Match Matched Origin SkuFinding Unknown explain
    matching._rules: stages_named
    matching._sheet: decisions_from_csv read_decisions
    matching._warehouse: WarehouseProduct
    inference._infer: Inference infer
    audit._audited: AGREED Audit AuditClass Entry Tally
    audit._auditing: audit
    audit._rows: MasterRow ProductRow
    """),
)
