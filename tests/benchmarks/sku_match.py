"""SKUs told one at a time and in bulk, with codes that the crosswalk knows and codes it has never seen.

python tests/benchmarks/sku_match.py --skus 20000
"""

from __future__ import annotations

import argparse
import csv
import random
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import sku_masters

from clarus_bluecherry.model import Product, Sku
from clarus_bluecherry.sku import Crosswalk, Recipe, WarehouseProduct
from clarus_bluecherry.sku.text import fold

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
    known = [pair.code for pair in crosswalk.pairs]
    unseen = [code.lower().replace("-", dice.choice("_ ./")) for code in known]
    unseen = [code for code in unseen if code not in {one.code for one in listed}]
    dice.shuffle(known)
    dice.shuffle(unseen)
    for name, codes, goal in (("known", known, KNOWN_GOAL), ("never seen", unseen, UNSEEN_GOAL)):
        found = rate(crosswalk.match, codes)
        peer = rate(lambda code: fold(code).text, codes[:5_000])
        goal_told = f"{found / goal:.2f} of the goal of {goal:,}"
        print(f"{name:11} {len(codes):,} codes: {found:,.0f}/s one at a time, {goal_told}")
        print(f"{'':11} folding the text alone, unremembered, goes at {peer:,.0f}/s: ratio {found / peer:.1f}")
    began = time.perf_counter()
    explained = sum(len(crosswalk.match(code).rules) for code in known[:2_000])  # type: ignore[union-attr]
    print(f"explanations on demand: {2_000 / (time.perf_counter() - began):,.0f}/s ({explained} steps)")


if __name__ == "__main__":
    main()
