"""An example of everything that a close reads: each file with its columns, what they mean, and the settings.

Law of this module: what it writes can be closed as it stands, and every word of it comes from where it is read.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from clarus_bluecherry.finance.close import Moved
from clarus_bluecherry.flows.exports.clarus import SUBTYPES
from clarus_bluecherry.flows.exports.columns import CloseFile
from clarus_bluecherry.flows.exports.kinds import FILES
from clarus_bluecherry.flows.exports.settings import SETTINGS_NAME
from clarus_bluecherry.tables import write_csv

_SETTINGS = """\
# What the files of this folder are called, how they are written, and what a close of them takes for granted.
# Every line may be left out; what stands here is the default or an example.
zone = "America/New_York"          # the time zone of the books
as_of = "2026-10-31"               # a day (its end), an instant with its offset, or a period's name
known_until = ""                   # the same; empty: everything that is known
currency = "USD"                   # of the books
basis = "standard"                 # which costs count: standard, average, supplied
account = ""                       # the Clarus account that is compared; empty: every one
division = []                      # the divisions that are compared; empty: every one
clarus_zone = "Europe/London"      # of instants without an offset in Clarus's files; empty: the books'
bluecherry_zone = ""               # the same in Blue Cherry's
clarus_dates = ""                  # how days are written, where not as 2026-10-31 or 31/10/2026: "%d.%m.%Y";
bluecherry_dates = ""              # where not as 2026-10-31 or 10/31/2026. A time of day may stand behind either
decimal_mark = ""                  # "," where numbers have one
# signed_ledger = true             # the stock ledger's lines have their sign; else its invoices tell
fiscal_year = "months"             # or 4-4-5, 4-5-4, 5-4-4, for days that no file of periods lists; or "listed"
year_ends_in = 1                   # years of weeks end in this month,
year_ends_on = "nearest"           # on the Saturday nearest to its end, or on its "last" one,
year_named_by_end = false          # and are called by the year in which they begin
section = ""                       # of the books, to which stock belongs, where they close one by one
cut_off = "00:00"                  # when a day of the books ends
numbers = ""                       # the number of a transfer in a transaction's description: "TO-[0-9]+"

[files]                            # where a file has another name: one, or a list
# stock = "CLARUS STOCK 1102.xlsx"

[columns.stock]                    # where a column has another name: ours = theirs
# product_code = "Artikel"

[taken_at]                         # when a reading was exported, where the file does not say
# stock = "2026-11-02T06:00:00Z"
# inventory_report = "2026-11-02T05:30:00-05:00"

[warehouses]                       # Clarus's = Blue Cherry's location, without a file of locations
WH1 = "NJ"

[kinds]                            # a location's kind: warehouse, in_transit, foreign, pseudo
# TRN = "in_transit"

[subtypes]                         # a transaction = what it does, with + or - where its sign does not say
# SCRAP2 = "adjusted -"
# PAINT = "none"

[rec_types]                        # a record type = the one of Blue Cherry's that it is, or its sign, or "0"
# TR = "+"

[units]                            # a unit = its eaches
DZ = "12"

[accounts]                         # a Clarus account = its division
# BRAND2 = "02"
"""


_ABOUT_NAME = "README.md"
TEMPLATE_NAMES = (*(f"{kind.name}.csv" for kind in FILES), SETTINGS_NAME, _ABOUT_NAME)
"""The files of a template."""


def write_template(folder: Path) -> list[Path]:
    """Write every example that `folder`, which must exist, does not have, and give their paths.

    A file that is there stays as it is: it may be somebody's own export.
    """
    wanted = [folder / name for name in TEMPLATE_NAMES if not (folder / name).exists()]
    examples = {f"{kind.name}.csv": kind.example for kind in FILES}
    for path in wanted:
        if path.name in examples:
            write_csv(path, examples[path.name])
        else:
            path.write_text(_SETTINGS if path.name == SETTINGS_NAME else "\n".join(_about()) + "\n", "utf-8")
    return wanted


def _about() -> Iterator[str]:
    yield "# The files of a close"
    yield ""
    yield f"Put the exports of both systems into a folder, as CSV or Excel, with `{SETTINGS_NAME}`, and run"
    yield "`clarus-bluecherry close --from FOLDER`. Each file says what is lost without it; of each side"
    yield "something has to be there. An example that nobody touched is left aside once other files are about SKUs"
    yield "of your own."
    yield "Headers are compared without case, spaces and punctuation; others can be named in the settings."
    for kind in FILES:
        yield from _about_file(kind)
        if kind.name == "transactions":
            yield from _about_subtypes()


def _about_file(kind: CloseFile) -> Iterator[str]:
    yield from ("", f"## {kind.name}", "", kind.about, "")
    yield f"Without it {kind.without}. It may be called {', '.join(kind.also)} too, and needs `{kind.needed}`."
    yield from ("", "| column | what it is | also called |", "|---|---|---|")
    for each in kind.columns:
        also = ", ".join(name for name in each.headers if name)
        yield f"| {each.name} | {each.meaning or 'a part of the SKU'} | {also} |"


def _about_subtypes() -> Iterator[str]:
    yield from (
        "",
        "Subtypes that are known, without case, blanks and punctuation; `[subtypes]` tells others:",
        "",
    )
    words: defaultdict[str, list[str]] = defaultdict(list)
    for word, movement in SUBTYPES.items():
        way = {1: "in", -1: "out"}.get(movement.sign, "as its sign says, or `+` or `-` behind the subtype")
        told = f"`{movement.moved}`, {way}" if movement.moved else "nothing: it changes no quantity"
        words["`held`: it changes a status alone" if movement.moved is Moved.HELD else told].append(word)
    yield from (f"- {meaning}: {', '.join(told)}" for meaning, told in words.items())
    yield "- TRAN: between two warehouses or accounts what moved between them, within one nothing"
    yield ""
    yield "A part of a dispatch is a row of its own with the same order. A pack opened is a row for the pack (out)"
    yield "and one for each component (in) with one `reference`. A transfer is one row with `warehouse_to` and"
    yield "`arrived_at`, or two rows with one `reference`. A return is RTN, or RCV with the `receipt_type` return."
