"""The go-live audit as an analyst writes it with pandas string methods: the peer that ours is timed against.

python tests/benchmarks/sku_audit_pandas.py bluecherry.csv clarus.csv

Law of this module: it does the same kinds of work in vectorised steps (fold, loosen, check digits, compare both
sides, look for what damage leaves, sum what is at stake) and nothing by row. It knows less: near twins are told by
the loose key alone, and nothing is explained or proposed.
"""

from __future__ import annotations

import sys

import pandas as pd

PARTS = ["style", "color", "label", "dimension", "size"]
DASHES = "[\u2010-\u2015\u2212\u02d7\u2043\u30fc\ufe58\ufe63\uff0d]"
INVISIBLE = "[\u00ad\u200b-\u200f\u2060\ufeff\ufe00-\ufe0f]"
LOOK_ALIKES = str.maketrans("АВЕЅІЈКМНОРСТУҮХΑΒΕΖΗΙΚΜΝΟΡΤΥΧ", "ABESIJKMHOPCTYYXABEZHIKMNOPTYX")
DAMAGE = {
    "scientific notation": r"^\d(?:\.\d+)?E\+\d+$",
    "date": r"^(?:\d{1,2}-)?(?:JAN|FEB|MAR|APR|MAY|JUN|JUL|AUG|SEP|OCT|NOV|DEC)(?:-\d{1,4})?$",
    "trailing .0": r"^\d+\.0+$",
    "thousands": r"^\d{1,3}(?:,\d{3})+$",
    "quotes": r"^['\"=]",
}
MALFORMED = r"^[\W_]*$|[\x00-\x1f\ufffd]|^.{51,}$|^(?i:null|none|nan|n/a|tbd|#n/a|#ref!|#value!)$"
INTERNAL = ["002", "004", *(f"0{prefix}" for prefix in range(20, 30))]


def folded(codes: pd.Series) -> pd.Series:
    """The codes without what no system meant to write."""
    codes = codes.str.normalize("NFKC").str.replace(INVISIBLE, "", regex=True)
    codes = codes.str.replace(DASHES, "-", regex=True).str.upper().str.translate(LOOK_ALIKES).str.strip()
    return codes.str.replace(r"[-_/. ]+", "-", regex=True).str.strip("-")


def loosened(keys: pd.Series) -> pd.Series:
    """The keys without separators and the zeros in front of their parts."""
    return keys.str.replace(r"(^|-)0+", r"\1", regex=True).str.replace("-", "")


def gtin14(barcodes: pd.Series) -> pd.Series:
    """The barcodes as 14 digits; missing where the length or the check digit is wrong."""
    digits = barcodes.str.strip()
    digits = digits.where(digits.str.fullmatch(r"\d{8}|\d{12,14}")).str.zfill(14)
    weighted = sum(digits.str[place].astype("float") * (1 if place % 2 else 3) for place in range(14))
    return digits.where(weighted % 10 == 0)


def swapped_in(keys: pd.Series, known: pd.Series) -> pd.Series:
    """Whether a key is a known one but for O and 0, or I and 1."""
    return unswapped(keys).isin(set(unswapped(known)))


def unswapped(keys: pd.Series) -> pd.Series:
    """The keys with O and 0, and I and 1, as one."""
    return keys.str.replace("O", "0").str.replace("I", "1")


def cut_off(keys: pd.Series, known: pd.Series) -> pd.Series:
    """Whether a key of some length is how a known one begins."""
    told = known.sort_values().to_numpy()
    after = told[told.searchsorted(keys.to_numpy()).clip(max=len(told) - 1)]
    begins = [other.startswith(one) for one, other in zip(keys, after, strict=True)]
    return pd.Series(begins, index=keys.index) & (keys.str.len() >= 6)


def audit(ours: str, theirs: str) -> pd.DataFrame:
    """How many SKUs and products are in each class, with their units and value."""
    master = pd.read_csv(ours, dtype=str, keep_default_na=False)
    products = pd.read_csv(theirs, dtype=str, keep_default_na=False)
    code = master[PARTS[0]]
    for part in PARTS[1:]:
        code = code + ("-" + master[part]).where(master[part] != "", "")
    master["code"] = code.str.upper()
    master["units"] = pd.to_numeric(master["on_hand"])
    master["value"] = master["units"] * pd.to_numeric(master["cost"])
    products["units"] = pd.to_numeric(products["quantity"])
    for side in (master, products):
        side["key"] = folded(side["code"])
        side["loose"] = loosened(side["key"])
    master["gtin"], products["gtin"] = gtin14(master["upc"]), gtin14(products["barcode"])

    collides = master["key"].duplicated(keep=False)
    doubled = products["key"].duplicated(keep=False)
    alone = ~master["loose"].duplicated(keep=False), ~products["loose"].duplicated(keep=False)
    shared = [side["gtin"].notna() & side["gtin"].duplicated(keep=False) for side in (master, products)]
    by_barcode = products[["gtin"]].merge(
        master.loc[~shared[0], ["gtin", "code"]].dropna(), on="gtin", how="left"
    )["code"]
    by_code = products["code"].where(products["code"].isin(set(master["code"])))
    by_key = products["key"].map(master[~collides].set_index("key")["code"])
    by_loose = products["loose"].map(master[alone[0]].set_index("loose")["code"]).where(alone[1])
    spelled = by_code.fillna(by_key).fillna(by_loose)

    products["class"] = "missing in Blue Cherry"
    for pattern in DAMAGE.values():
        products.loc[products["code"].str.contains(pattern, regex=True), "class"] = "damaged"
    lost = products.loc[spelled.isna(), "key"]
    spoiled = lost[swapped_in(lost, master["key"]) | cut_off(lost, master["key"])]
    products.loc[spoiled.index, "class"] = "damaged"
    products.loc[products["code"].str.contains(MALFORMED, regex=True), "class"] = "malformed"
    products.loc[by_barcode.notna(), "class"] = "barcode"
    products.loc[by_loose.notna() | by_key.notna(), "class"] = "normalised"
    products.loc[by_code.notna(), "class"] = "identical"
    products.loc[by_barcode.notna() & spelled.notna() & (by_barcode != spelled), "class"] = "conflict"
    products.loc[doubled | shared[1], "class"] = "duplicate"
    products["meant"] = by_barcode.fillna(spelled)
    for side, column, several in ((master, "upc", shared[0]), (products, "barcode", shared[1])):
        invalid = side["gtin"].isna() & (side[column].str.strip() != "")
        internal = side["gtin"].str[:3].isin(INTERNAL)
        print(f"  barcodes: {invalid.sum()} invalid, {internal.sum()} internal, {several.sum()} shared")

    of_sku = products.dropna(subset=["meant"]).drop_duplicates("meant").set_index("meant")["class"]
    master["class"] = master["code"].map(of_sku).fillna("missing in Clarus").where(~collides, "collision")
    totals = master.groupby("class")[["units", "value"]].sum()
    totals["skus"] = master["class"].value_counts()
    return totals.join(products["class"].value_counts().rename("products"), how="outer")


if __name__ == "__main__":
    print(audit(*sys.argv[1:3]).to_string())
