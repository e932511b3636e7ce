"""SKUs told one at a time and in bulk, with codes that the crosswalk knows and codes it has never seen.

python tests/benchmarks/sku_match.py --skus 20000
"""

from __future__ import annotations

import argparse
import csv
import random
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path

import sku_masters

from clarus_bluecherry.model import Product, Sku
from clarus_bluecherry.sku import Crosswalk, Recipe, WarehouseProduct, fold

KNOWN_GOAL, UNSEEN_GOAL = 1_000_000, 250_000
ROUNDS = 5


def lists(skus: int) -> tuple[list[Product], list[WarehouseProduct]]:
    """A made-up master and product list."""
    with tempfile.TemporaryDirectory() as folder:
        ours, theirs = sku_masters.write(Path(folder), skus)
        with ours.open(newline="", encoding="utf-8") as file:
            rows = csv.DictReader(file)
            parts = ("style", "color", "label", "dimension", "size")
            products = {Sku(**{part: row[part] for part in parts}): row["upc"] for row in rows}
        with theirs.open(newline="", encoding="utf-8") as file:
            listed = [WarehouseProduct(row["code"], row["barcode"]) for row in csv.DictReader(file)]
    return [Product(sku=sku, upc=upc) for sku, upc in products.items()], listed


def rate(call: Callable[[str], object], codes: Sequence[str]) -> float:
    """Codes a second, the best of some rounds."""
    best = 0.0
    for _ in range(ROUNDS):
        began = time.perf_counter()
        for code in codes:
            call(code)
        best = max(best, len(codes) / (time.perf_counter() - began))
    return best


def bulk_rate(call: Callable[[Sequence[str]], object], codes: Sequence[str]) -> float:
    """Codes a second when all are asked at once, the best of some rounds."""
    best = 0.0
    for _ in range(ROUNDS):
        began = time.perf_counter()
        call(codes)
        best = max(best, len(codes) / (time.perf_counter() - began))
    return best


def main() -> None:
    """Build a crosswalk and ask it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--skus", type=int, default=20_000)
    told = parser.parse_args()
    products, listed = lists(told.skus)
    began = time.perf_counter()
    crosswalk = Crosswalk.build(products, listed, Recipe())
    print(f"built from {told.skus:,} SKUs in {time.perf_counter() - began:.1f} s")
    dice = random.Random(1)
    by_code = {one.code for one in listed}
    known = [pair.code for pair in crosswalk.pairs]
    unseen = [code.lower().replace("-", dice.choice("_ ./")) for code in known]
    dice.shuffle(known)
    dice.shuffle(unseen)
    for name, codes, goal in (
        ("known", known, KNOWN_GOAL),
        ("spelled otherwise", unseen, UNSEEN_GOAL),
        ("zeros lost", [code.lstrip("0") for code in known if code.startswith("0")], UNSEEN_GOAL),
        ("separators lost", [code.replace("-", "") for code in known], UNSEEN_GOAL),
        ("of no SKU", [f"Q{code}" for code in known], UNSEEN_GOAL),
    ):
        fresh = [code for code in codes if name == "known" or code not in by_code]
        found, bulk = rate(crosswalk.match, fresh), bulk_rate(crosswalk.match_all, fresh)
        peer = rate(lambda code: fold(code).text, fresh[:5_000])
        kinds = Counter(type(match).__name__.lower() for match in crosswalk.match_all(fresh))
        said = ", ".join(f"{count:,} {kind}" for kind, count in kinds.most_common())
        goal_told = f"{found / goal:.2f} of the goal of {goal:,}"
        print(f"{name:17} {len(fresh):,} codes: {found:,.0f}/s one at a time, {goal_told}; {bulk:,.0f}/s in bulk")
        print(f"{'':17} {said}; folding the text alone, unremembered, goes at {peer:,.0f}/s: {found / peer:.1f}")
    began = time.perf_counter()
    explained = sum(len(crosswalk.match(code).rules) for code in known[:2_000])  # type: ignore[union-attr]
    print(f"explanations on demand: {2_000 / (time.perf_counter() - began):,.0f}/s ({explained} steps)")


if __name__ == "__main__":
    main()
