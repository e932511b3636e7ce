"""The go-live audit as an analyst writes it with polars: the second peer that ours is shown beside.

python tests/benchmarks/sku_audit_polars.py bluecherry.csv clarus.csv

Law of this module: the same kinds of work as the pandas peer, in polars expressions, on all the cores it finds.
"""

from __future__ import annotations

import sys

import polars as pl

PARTS = ["style", "color", "label", "dimension", "size"]
DASHES = "[\u2010-\u2015\u2212\u02d7\u2043\u30fc\ufe58\ufe63\uff0d]"
INVISIBLE = "[\u00ad\u200b-\u200f\u2060\ufeff\ufe00-\ufe0f]"
LOOK_ALIKES = dict(zip("АВЕЅІЈКМНОРСТУҮХΑΒΕΖΗΙΚΜΝΟΡΤΥΧ", "ABESIJKMHOPCTYYXABEZHIKMNOPTYX", strict=True))
DAMAGE = {
    "scientific notation": r"^\d(?:\.\d+)?E\+\d+$",
    "date": r"^(?:\d{1,2}-)?(?:JAN|FEB|MAR|APR|MAY|JUN|JUL|AUG|SEP|OCT|NOV|DEC)(?:-\d{1,4})?$",
    "trailing .0": r"^\d+\.0+$",
    "thousands": r"^\d{1,3}(?:,\d{3})+$",
    "quotes": r"^['\"=]",
}
MALFORMED = r"^[\W_]*$|[\x00-\x1f\x{fffd}]|^.{51,}$|^(?i:null|none|nan|n/a|tbd|#n/a|#ref!|#value!)$"
INTERNAL = ["002", "004", *(f"0{prefix}" for prefix in range(20, 30))]


def folded(code: pl.Expr) -> pl.Expr:
    """The codes without what no system meant to write."""
    code = code.str.normalize("NFKC").str.replace_all(INVISIBLE, "").str.replace_all(DASHES, "-")
    code = code.str.to_uppercase().str.replace_many(list(LOOK_ALIKES), list(LOOK_ALIKES.values()))
    return code.str.strip_chars().str.replace_all("[-_/. ]+", "-").str.strip_chars("-")


def loosened(key: pl.Expr) -> pl.Expr:
    """The keys without separators and the zeros in front of their parts."""
    return key.str.replace_all("(^|-)0+", "${1}").str.replace_all("-", "", literal=True)


def gtin14(barcode: pl.Expr) -> pl.Expr:
    """The barcodes as 14 digits; null where the length or the check digit is wrong."""
    digits = barcode.str.strip_chars()
    full = pl.when(digits.str.contains(r"^(?:\d{8}|\d{12,14})$")).then(digits.str.zfill(14))
    places = [full.str.slice(place, 1).cast(pl.Int32) * (1 if place % 2 else 3) for place in range(14)]
    return pl.when(pl.sum_horizontal(places) % 10 == 0).then(full)


def unswapped(key: pl.Expr) -> pl.Expr:
    """The keys with O and 0, and I and 1, as one."""
    return key.str.replace_all("O", "0", literal=True).str.replace_all("I", "1", literal=True)


def spoiled(lost: pl.DataFrame, known: pl.Series) -> pl.DataFrame:
    """The rows whose key is a known one but for swapped letters, or how a known one begins."""
    told = known.sort()
    after = told.gather(told.search_sorted(lost["key"]).clip(upper_bound=len(told) - 1)).alias("after")
    swapped = pl.Series(known).to_frame("key").select(unswapped(pl.col("key")))["key"]
    begins = pl.col("after").str.starts_with(pl.col("key")) & (pl.col("key").str.len_chars() >= 6)
    return lost.with_columns(after).filter(unswapped(pl.col("key")).is_in(swapped.implode()) | begins)


def audit(ours: str, theirs: str) -> pl.DataFrame:
    """How many SKUs and products are in each class, with their units and value."""
    master = pl.read_csv(ours, infer_schema=False).with_columns(pl.all().fill_null(""))
    products = pl.read_csv(theirs, infer_schema=False).with_columns(pl.all().fill_null(""))
    units = pl.col("on_hand").cast(pl.Int64)
    joined = [pl.when(pl.col(part) != "").then(pl.col(part)) for part in PARTS]
    master = master.with_columns(
        code=pl.concat_str(joined, separator="-", ignore_nulls=True).str.to_uppercase(),
        gtin=gtin14(pl.col("upc")),
        units=units,
        value=units * pl.col("cost").cast(pl.Float64),
    )
    products = products.with_columns(gtin=gtin14(pl.col("barcode")), units=pl.col("quantity").cast(pl.Int64))
    master, products = (
        side.with_columns(key=folded(pl.col("code"))).with_columns(loose=loosened(pl.col("key")))
        for side in (master, products)
    )
    master = master.with_columns(
        collides=pl.col("key").is_duplicated(),
        alone=~pl.col("loose").is_duplicated(),
        known=pl.col("gtin").is_not_null() & ~pl.col("gtin").is_duplicated(),
    )
    products = products.with_columns(
        doubled=pl.col("key").is_duplicated(),
        alone=~pl.col("loose").is_duplicated(),
        shared=pl.col("gtin").is_not_null() & pl.col("gtin").is_duplicated(),
        identical=pl.col("code").is_in(master["code"].implode()),
        row=pl.int_range(pl.len()),
    )
    single = master.with_columns(single=~pl.col("collides"))
    found = (
        products.join(_named(master, "known", "gtin", "by_barcode"), on="gtin", how="left")
        .join(_named(single, "single", "key", "by_key"), on="key", how="left")
        .join(_named(master, "alone", "loose", "by_loose"), on="loose", how="left")
        .with_columns(by_loose=pl.when("alone").then("by_loose"))
    )
    text = pl.coalesce(pl.when("identical").then("code"), "by_key", "by_loose")
    rows = spoiled(found.filter(text.is_null()).select("row", "key"), master["key"])["row"]
    damaged = pl.any_horizontal([pl.col("code").str.contains(pattern) for pattern in DAMAGE.values()])
    damaged |= pl.col("row").is_in(rows.implode())
    found = found.with_columns(
        meant=pl.coalesce("by_barcode", text),
        kind=pl.when(pl.col("doubled") | pl.col("shared"))
        .then(pl.lit("duplicate"))
        .when(pl.col("by_barcode") != text)
        .then(pl.lit("conflict"))
        .when("identical")
        .then(pl.lit("identical"))
        .when(text.is_not_null())
        .then(pl.lit("normalised"))
        .when(pl.col("by_barcode").is_not_null())
        .then(pl.lit("barcode"))
        .when(pl.col("code").str.contains(MALFORMED))
        .then(pl.lit("malformed"))
        .when(damaged)
        .then(pl.lit("damaged"))
        .otherwise(pl.lit("missing in Blue Cherry")),
    )
    for side, column in ((master, "upc"), (products, "barcode")):
        invalid = side.filter(pl.col("gtin").is_null() & (pl.col(column).str.strip_chars() != "")).height
        internal = side.filter(pl.col("gtin").str.slice(0, 3).is_in(INTERNAL)).height
        shared = side.filter(pl.col("gtin").is_not_null() & pl.col("gtin").is_duplicated()).height
        print(f"  barcodes: {invalid} invalid, {internal} internal, {shared} shared")
    of_sku = found.drop_nulls("meant").unique("meant", keep="first").select(code="meant", kind="kind")
    master = master.join(of_sku, on="code", how="left").with_columns(
        kind=pl.when("collides").then(pl.lit("collision")).otherwise(pl.col("kind").fill_null("missing in Clarus"))
    )
    totals = master.group_by("kind").agg(skus=pl.len(), units=pl.col("units").sum(), value=pl.col("value").sum())
    return totals.join(found.group_by("kind").agg(products=pl.len()), on="kind", how="full", coalesce=True)


def _named(master: pl.DataFrame, only: str, column: str, name: str) -> pl.DataFrame:
    return master.filter(pl.col(only)).select(column, pl.col("code").alias(name)).unique(column, keep="first")


if __name__ == "__main__":
    print(audit(*sys.argv[1:3]).sort("kind"))
