"""SKUs: how a Blue Cherry article and a Clarus product code are tied, and never guessed."""

from typing import TYPE_CHECKING

from clarus_bluecherry._lazy import homes, lazy

if TYPE_CHECKING:
    from clarus_bluecherry.sku.audit_rows import MasterRow, ProductRow
    from clarus_bluecherry.sku.audited import AGREED, Audit, AuditClass, Entry, Tally
    from clarus_bluecherry.sku.auditing import audit
    from clarus_bluecherry.sku.barcode import gtin14, is_gtin
    from clarus_bluecherry.sku.catalogue import Catalogue, Reading
    from clarus_bluecherry.sku.crosswalk import Crosswalk
    from clarus_bluecherry.sku.decision import Decision, Pair
    from clarus_bluecherry.sku.infer import Inference, infer
    from clarus_bluecherry.sku.judge import DEFAULT_STAGES, Reader, Stage
    from clarus_bluecherry.sku.outcome import (
        Ambiguous,
        Candidate,
        Doubt,
        Finding,
        FindingKind,
        Match,
        Matched,
        Origin,
        Unknown,
        explain,
    )
    from clarus_bluecherry.sku.part import Part, Text
    from clarus_bluecherry.sku.recipe import Recipe
    from clarus_bluecherry.sku.rules import stages_named
    from clarus_bluecherry.sku.sheet import decisions_from_csv
    from clarus_bluecherry.sku.spoiled import Harm, Suspicion, malformed, suspicions
    from clarus_bluecherry.sku.text import PRODUCT_CODE_LENGTH, Folded, fold
    from clarus_bluecherry.sku.warehouse import WarehouseProduct

__all__ = [
    "AGREED",
    "DEFAULT_STAGES",
    "PRODUCT_CODE_LENGTH",
    "Ambiguous",
    "Audit",
    "AuditClass",
    "Candidate",
    "Catalogue",
    "Crosswalk",
    "Decision",
    "Doubt",
    "Entry",
    "Finding",
    "FindingKind",
    "Folded",
    "Harm",
    "Inference",
    "MasterRow",
    "Match",
    "Matched",
    "Origin",
    "Pair",
    "Part",
    "ProductRow",
    "Reader",
    "Reading",
    "Recipe",
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
    "stages_named",
    "suspicions",
]

__getattr__ = lazy(
    __name__,
    homes("""
    audit_rows: MasterRow ProductRow
    audited: AGREED Audit AuditClass Entry Tally
    auditing: audit
    barcode: gtin14 is_gtin
    catalogue: Catalogue Reading
    crosswalk: Crosswalk
    decision: Decision Pair
    infer: Inference infer
    judge: DEFAULT_STAGES Reader Stage
    outcome: Ambiguous Candidate Doubt Finding FindingKind Match Matched Origin Unknown explain
    part: Part Text
    recipe: Recipe
    rules: stages_named
    sheet: decisions_from_csv
    spoiled: Harm Suspicion malformed suspicions
    text: PRODUCT_CODE_LENGTH Folded fold
    warehouse: WarehouseProduct
    """),
)
