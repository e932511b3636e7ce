"""Habits of form around an interchange: forgiven and told where nothing is in doubt, and never anything else."""

import pytest
from envelope_world import (
    ADJUSTMENT,
    POSITION,
    Twin,
    catalog,
    comes_out_right,
    cut,
    group,
    header,
    interchange,
    one,
    order,
    production,
    said,
    swapped,
    written,
)

from clarus_bluecherry.exchange import SentOutcome

WHOLE = one(order())
NEXT = one(production(), "943", marks="|:'", end="\r\n", number=8)
TAKEN = {"kept": ("P1 12",), "answers": "AK5*A AK9*A*1*1*1"}
BOTH = {"kept": ("P1 12", "C55 6"), "answers": "AK5*A AK9*A*1*1*1 AK5*A AK9*A*1*1*1"}
EOF = "behind IEA stand '\\x1a'"

CTRL_Z = {
    "behind lines": Twin(content=one(order(), end="\r\n") + "\x1a", told=EOF, **TAKEN),
    "a block of them": Twin(content=WHOLE + "\x1a" * 128, told=EOF, **TAKEN),
    "one and zero bytes, longer than a piece of the file": Twin(
        content=WHOLE + "\r\n\x1a" + "\0" * 70_000, told="behind IEA stand '\\x00', '\\x1a'", **TAKEN
    ),
    "between two interchanges": Twin(content=f"{WHOLE}\r\n\x1a{NEXT}\x1a", told=EOF, **BOTH),
    "no terminator before it": Twin(
        content=one(order(), end="\r\n")[:-3] + "\x1a", told="the last segment has no terminator", **TAKEN
    ),
    "before the header": Twin(content="\x1a\r\n" + WHOLE, told="before ISA stand '\\x1a'", **TAKEN),
    "before the end of the interchange": Twin(
        content=swapped(one(order(), end="\r\n"), "IEA*", "\x1aIEA*"), told="blanks stand around segments", **TAKEN
    ),
    "and a byte order mark between two": Twin(content=f"{WHOLE}\x1a\ufeff{NEXT}", told="\\x1a", **BOTH),
    "and words behind it": Twin(content=f"{WHOLE}\x1a\r\nSent by mail", quarantined="behind IEA, from byte"),
    "and another line of goods behind it": Twin(
        content=f"{WHOLE}\x1aW01*99*EA**VA*AB101~", quarantined="behind IEA, from byte"
    ),
    "behind a cut": Twin(content=cut(WHOLE, "N9*LI*1~", more="\x1a"), quarantined="SE is missing"),
    "alone": Twin(content="\r\n\x1a\x1a", quarantined="the file is empty", checked=2),
    "inside of a name": Twin(
        content=one(order(shop="A\x1aSHOP")), kept=("P1 12",), answers="AK5*E*5 AK9*E*1*1*1", checked=1
    ),
    "behind what is said of ours": Twin(
        content=one(said("R", "R", counts="1*1*0"), "997") + "\x1a", told=EOF, ours=SentOutcome.REJECTED
    ),
    "behind an adjustment that nobody here reads": Twin(
        content=one(ADJUSTMENT, "947") + "\x1a", unread=1, answers="AK5*R*5 AK9*R*1*1*0", told=EOF, checked=0
    ),
    "of Unix (0x04), which is no padding": Twin(content=WHOLE + "\x04", quarantined="behind IEA, from byte"),
}

BLANK = "blanks stand before the terminator"
SPACE = {
    "two, and lines": Twin(content=swapped(one(order(), end="\r\n"), ">~", ">  ~"), told=BLANK, **TAKEN),
    "a tab": Twin(content=swapped(WHOLE, ">~", ">\t~"), told=BLANK, **TAKEN),
    "before the end of a line that terminates": Twin(
        content=swapped(written(interchange(group("940", order())), "*>\n"), ">\n", "> \n"), told=BLANK, **TAKEN
    ),
    "before CR and LF that terminate": Twin(
        content=swapped(one(order(), end="\r\n").replace("~", ""), ">\r\n", "> \r\n"), told=BLANK, **TAKEN
    ),
    "other marks": Twin(
        content=swapped(one(production(), "943", marks="|:'"), ":'", ": '"),
        kept=("C55 6",),
        answers="AK5*A AK9*A*1*1*1",
        told=BLANK,
    ),
    "a component separator that is a letter": Twin(content=swapped(WHOLE, ">~", "U ~"), told=BLANK, **TAKEN),
    "a component separator that is a backslash": Twin(content=swapped(WHOLE, ">~", "\\ ~"), told=BLANK, **TAKEN),
    "before each terminator": Twin(content=WHOLE.replace("~", " ~"), told=BLANK, **TAKEN),
    "of the second interchange alone": Twin(content=WHOLE + swapped(NEXT, ":'", ":  '"), told=BLANK, **BOTH),
    "behind the terminator too": Twin(
        content=swapped(WHOLE, ">~", "> ~ "), told="stand behind the terminator of ISA", **TAKEN
    ),
    "before a terminator that is not the others'": Twin(
        content=swapped(WHOLE, ">~", "> |"), told="ISA ends with '|', what stands behind it with '~'", **TAKEN
    ),
    "in the place of the terminator": Twin(
        content=swapped(WHOLE, ">~", "> "), told="ISA has no terminator", **TAKEN
    ),
    "and a TA1 next": Twin(
        content=swapped(
            written(interchange(group("940", order()), before=["TA1*000000099*260302*1200*A*000"])), ">~", "> ~"
        ),
        told=BLANK,
        **TAKEN,
    ),
    "of what is said of ours": Twin(
        content=swapped(one(said("A"), "997"), ">~", "> ~"), told=BLANK, ours=SentOutcome.ACKNOWLEDGED
    ),
    "of a catalog": Twin(
        content=swapped(one(catalog("S", "M"), "832"), ">~", "> ~"),
        kept=("AB101 2",),
        answers="AK5*A AK9*A*1*1*1",
        told=BLANK,
    ),
    "of a stock position that nobody here reads": Twin(
        content=swapped(one(POSITION, "846"), ">~", "> ~"),
        unread=1,
        answers="AK5*R*5 AK9*R*1*1*0",
        told=BLANK,
        checked=0,
    ),
    "and nothing behind it": Twin(content=header() + " ", quarantined="holds no group", checked=1),
    "and lines lost behind it": Twin(
        content=swapped(one(order(units=(12, 3)), end="\n"), ">~", "> ~").replace("N9*LI*2~\n", ""),
        refused=("SE01 says '15' segments, there are 14",),
        answers="AK5*R*4 AK9*R*1*1*0",
        told=BLANK,
    ),
}


@pytest.mark.parametrize("twin", CTRL_Z.values(), ids=CTRL_Z)
def test_the_end_of_file_mark_of_dos_is_forgiven_and_told(tmp_path, twin):
    comes_out_right(tmp_path, twin)


@pytest.mark.parametrize("twin", SPACE.values(), ids=SPACE)
def test_blanks_before_the_terminator_of_isa_hide_no_marks(tmp_path, twin):
    comes_out_right(tmp_path, twin)
