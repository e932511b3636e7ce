"""A page as HTML: each figure with its words, every opening leads somewhere, and no text of data acts."""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import json
import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from functools import cache
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path
from urllib.parse import parse_qs
from zoneinfo import ZoneInfo

import pytest
from attrs import evolve

from clarus_bluecherry.errors import MissingExtra
from clarus_bluecherry.model import Money
from clarus_bluecherry.report.pages import (
    CellKind,
    ChartKind,
    LiveLinks,
    PageBlock,
    PageChart,
    PageColumn,
    PageFigure,
    PageFigures,
    PageHead,
    PageSection,
    PageTable,
    PageText,
    ReportPage,
    Tone,
    page_html,
    page_policy,
)

sys.path.insert(0, str(Path(__file__).parents[1] / "pages"))
from sample_everything import HOSTILE, page

NEW_YORK = ZoneInfo("America/New_York")
VOID = {"meta", "link", "br", "img", "input", "hr"}


class Element:
    """An element as a browser has it: its name, attributes, text, and what is in it."""

    def __init__(self, name: str, attributes: Mapping[str, str]) -> None:
        self.name, self.attributes = name, attributes
        self.inside: list[Element | str] = []

    @property
    def text(self) -> str:
        parts = (each if isinstance(each, str) else each.text for each in self.inside)
        return re.sub(r"\s+", " ", "".join(parts)).strip()

    def every(self, name: str = "", **having: str) -> Iterator[Element]:
        for each in self.inside:
            if isinstance(each, str):
                continue
            if name in ("", each.name) and all(each.attributes.get(key) == value for key, value in having.items()):
                yield each
            yield from each.every(name, **having)

    def one(self, name: str = "", **having: str) -> Element:
        found = list(self.every(name, **having))
        assert found, (name, having)
        return found[0]


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.root = Element("", {})
        self.open = [self.root]

    def handle_starttag(self, tag: str, attrs: Sequence[tuple[str, str | None]]) -> None:
        element = Element(tag, {key: value or "" for key, value in attrs})
        self.open[-1].inside.append(element)
        if tag not in VOID:
            self.open.append(element)

    def handle_endtag(self, tag: str) -> None:
        if tag in VOID:
            return
        assert self.open.pop().name == tag, f"<{tag}> is closed where another is open"

    def handle_data(self, data: str) -> None:
        self.open[-1].inside.append(data)


def read(html: str) -> Element:
    reader = _Reader()
    reader.feed(html)
    reader.close()
    assert reader.open == [reader.root], "something is not closed"
    return reader.root


@cache
def written() -> str:
    return page_html(page(120))


@cache
def document() -> Element:
    return read(written())


def data(root: Element, table: str) -> Mapping[str, list[object]]:
    return json.loads(root.one("script", **{"data-table": table}).text)


def small(*blocks: PageBlock, **head: object) -> ReportPage:
    of = evolve(PageHead(as_of=dt.date(2026, 11, 29), zone=NEW_YORK, currency="USD"), **head)
    section = PageSection(name="only", title="Only", blocks=blocks)
    return ReportPage(
        name="small", title="Small", verdict="All is well.", tone=Tone.GOOD, head=of, sections=(section,)
    )


def figure(**changes: object) -> Element:
    """The tile of one figure."""
    plain = PageFigure(name="it", title="It", value=Decimal(1), kind=CellKind.COUNT)
    block = PageFigures(figures=(evolve(plain, **changes),))
    return read(page_html(small(block))).one(id="figure-it")


def column(name: str, kind: CellKind = CellKind.TEXT, **more: object) -> PageColumn:
    return evolve(PageColumn(name=name, title=name, kind=kind), **more)


def test_the_head_says_how_it_stands_and_of_when_and_by_what_was_known():
    header = document().one("header")
    assert document().one("title").text == "Eight o'clock, Monday"
    assert header.one("p").text.startswith("✕ Not in order 41 orders left without an invoice")
    facts = {pair.one("dt").text: pair.one("dd").text for pair in header.one("dl").every("div")}
    assert facts["As of"] == "Mon 30 Nov 2026, 08:00 EST (America/New_York)"
    assert facts["Known until"] == "Mon 30 Nov 2026, 07:56 EST"
    assert facts["Currency"] == "USD"
    assert facts["Site"] == "North Bergen"


def test_a_day_is_its_end_in_the_books_zone():
    facts = [dd.text for dd in read(page_html(small())).one("header").every("dd")]
    assert facts[0] == "Sun 29 Nov 2026, end of the day (America/New_York)"
    assert facts[1] == "when this was made"


def test_an_instant_of_another_zone_is_told_in_the_books_zone():
    shown = read(page_html(small(as_of=dt.datetime(2026, 11, 30, 3, 15, tzinfo=dt.UTC)))).one("header")
    assert "Sun 29 Nov 2026, 22:15 EST" in shown.text


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"value": Decimal(38106), "kind": CellKind.COUNT, "unit": "lines"}, "38,106 lines"),
        ({"value": Decimal("-6720.92"), "kind": CellKind.MONEY}, "-6,720.92 USD"),
        ({"value": Decimal(5), "kind": CellKind.MONEY, "unit": "KWD"}, "5.000 KWD"),
        ({"value": Money(Decimal(1204000), "JPY"), "kind": CellKind.MONEY}, "1,204,000 JPY"),
        ({"value": Decimal("-543.50"), "kind": CellKind.UNITS, "unit": "eaches"}, "-543.5 eaches"),
        ({"value": Decimal("0.25"), "kind": CellKind.SHARE}, "25 %"),
        ({"value": Decimal("0.999999"), "kind": CellKind.SHARE}, "over 99.99 %"),
        ({"value": dt.timedelta(hours=3, minutes=12), "kind": CellKind.SPAN}, "3 h 12 min"),
        ({"value": dt.date(2026, 11, 29), "kind": CellKind.DAY}, "2026-11-29"),
        (
            {"value": dt.datetime(2026, 11, 1, 5, 30, tzinfo=dt.UTC), "kind": CellKind.INSTANT},
            "2026-11-01 01:30 EDT",
        ),
        (
            {"value": dt.datetime(2026, 11, 1, 6, 30, tzinfo=dt.UTC), "kind": CellKind.INSTANT},
            "2026-11-01 01:30 EST",
        ),
        ({"value": 1, "kind": CellKind.YES_NO}, "yes"),
        ({"value": "open", "kind": CellKind.TEXT}, "open"),
    ],
)
def test_a_figure_has_separators_its_decimals_and_its_unit(changes: Mapping[str, object], said: str):
    assert figure(**changes).one("p").text == said


def test_a_figure_says_what_its_sign_means_and_when_it_is_of_another_time_than_the_page():
    tile = figure(
        sign="+ the warehouse has more", note="Without samples.", as_of=dt.date(2026, 11, 27), tone=Tone.BAD
    )
    notes = [note.text for note in tile.every("p")][1:]
    assert notes == ["+ the warehouse has more", "Without samples.", "as of Fri 27 Nov 2026"]
    assert "Not in order" in tile.text


def test_what_is_not_known_says_why_and_is_not_zero():
    tile = figure(value=None, kind=CellKind.MONEY, why_not="The feed has not come. Ask for it.")
    assert [p.text for p in tile.every("p")] == ["not known", "The feed has not come. Ask for it."]


def test_of_figures_that_are_all_not_known_for_one_reason_it_is_said_once():
    told = [
        PageFigure(
            name=name, title=name.title(), value=None, kind=CellKind.UNITS, why_not="The books were not read."
        )
        for name in ("over", "short")
    ]
    root = read(page_html(small(PageFigures(figures=told))))
    assert root.text.count("The books were not read.") == 1
    assert [root.one("li", id=f"figure-{name}").text for name in ("over", "short")] == ["Over", "Short"]
    apart = read(page_html(small(PageFigures(figures=(told[0], evolve(told[1], why_not="No feed came."))))))
    assert [apart.one("div", id=f"figure-{name}").one("h3").text for name in ("over", "short")] == [
        "Over",
        "Short",
    ]


def test_parts_stand_under_the_whole_that_they_add_up_to():
    tiles = [
        tile.attributes["id"] for tile in document().every("div") if "figure " in tile.attributes.get("class", "")
    ]
    assert tiles[:4] == ["figure-cogs", "figure-cogs_right", "figure-cogs_waits", "figure-cogs_refused"]
    assert "COGS dispatched on 29 November is the sum of the others." in document().text


def test_a_sum_of_parts_of_which_one_is_not_known_says_so():
    values = {"whole": Decimal(3), "known": Decimal(3), "unknown": None}
    figures = [
        PageFigure(name=name, title=name, value=value, kind=CellKind.UNITS) for name, value in values.items()
    ]
    root = read(page_html(small(PageFigures(figures=figures, parts_of="whole"))))
    assert "whole is the sum of the others, as far as they are known." in root.text


def test_the_steps_say_what_whose_how_much_and_by_when_in_their_order():
    first, second, third = document().one("ol").every("li")
    assert first.one("h3").text == "3,080 units left without an invoice"
    for said in ("Order desk", "Invoice the 41 orders", "-38,106.00 USD", "-3,080 eaches", "due Mon 30 Nov 2026"):
        assert said in first.text
    assert "since Sat 28 Nov 2026, 05:00 EST" in first.text
    assert "value not known" in second.text
    assert "units not known" in second.text
    assert "exc-000123" in third.text


def test_every_opening_leads_to_a_table_and_to_rows_that_are_there():
    root = document()
    links = [link for link in root.every("a") if "data-opens" in link.attributes]
    assert len(links) > 50
    for link in links:
        name = link.attributes["href"].removeprefix("#")
        assert list(root.every(id=name)), name
        table = data(root, name.removeprefix("table-"))
        names = [each["name"] for each in table["columns"]]
        wanted = {
            key.removeprefix("is."): value for key, [value] in parse_qs(link.attributes["data-opens"]).items()
        }
        assert wanted.keys() <= set(names)
        if "Tokyo" in wanted.values() or "Without a cost" in wanted.values():
            continue  # classes of no document
        if set(wanted) == {"class"} and wanted["class"].startswith("On hold"):
            continue
        rows = [dict(zip(names, row, strict=True)) for row in table["rows"]]
        assert any(all(row[key] == value for key, value in wanted.items()) for row in rows), wanted


def test_the_first_rows_are_there_without_script_and_the_rest_is_named():
    table = document().one(id="table-documents")
    assert len(list(table.one("tbody").every("tr"))) == 50
    assert "first 50 of 120 rows; the workbook everything.xlsx has them all" in table.text
    assert len(data(document(), "documents")["rows"]) == 120


def test_under_an_added_column_stands_its_sum_by_currency_and_what_is_not_known():
    rows = ((Money(Decimal("1.10"), "USD"),), (Decimal("2.20"),), (Money(Decimal(5), "EUR"),), (None,))
    table = PageTable(name="t", title="T", columns=(column("value", CellKind.MONEY, is_added=True),), rows=rows)
    foot = read(page_html(small(table))).one("tfoot")
    assert [line.text for line in foot.every("span")] == ["3.30", "5.00 EUR", "and 1 not known"]


def test_a_detail_table_is_folded_and_stands_after_the_others_of_its_section():
    detail = PageTable(name="d", title="D", columns=(column("a"),), rows=(("1",),), is_detail=True)
    plain = PageTable(name="p", title="P", columns=(column("a"),), rows=(("1",),))
    root = read(page_html(small(detail, plain)))
    assert [box.attributes["id"] for box in root.every("div") if "data-table" in box.attributes] == [
        "table-p",
        "table-d",
    ]
    assert root.one(id="table-d").one("details").attributes == {}


def test_an_empty_table_says_so():
    table = document().one(id="table-nothing")
    assert "No pick is stuck." in table.text
    assert not list(table.every("table"))


def test_no_text_of_data_acts():
    html = written()
    scripts = [each.attributes for each in document().every("script")]
    assert [each for each in scripts if each.get("type") != "application/json"] == [{}]
    assert not list(document().every("b"))
    assert "\x1b" not in html
    assert "\u202e" not in html
    for text in HOSTILE[:2]:
        assert text not in html
    remarks = [row[-1] for row in data(document(), "documents")["rows"] if row[-1]]
    assert {HOSTILE[0], HOSTILE[1], HOSTILE[2], "\u241b[2J", "\ufffdgnp.exe", HOSTILE[5]} == set(remarks)


def test_a_block_of_data_cannot_be_left():
    blocks = re.findall(r'<script type="application/json"[^>]*>(.*?)</script>', written(), re.DOTALL)
    assert len(blocks) == 5
    assert not any(re.search("[<>&\u2028\u2029]", block) for block in blocks)


def test_the_policy_lets_run_exactly_what_is_there():
    [policy] = (
        each.attributes["content"]
        for each in document().every("meta", **{"http-equiv": "Content-Security-Policy"})
    )
    [script] = re.findall(r"<script>(.*?)</script>", written(), re.DOTALL)
    [style] = re.findall(r"<style>(.*?)</style>", written(), re.DOTALL)
    for text, kind in ((script, "script-src"), (style, "style-src")):
        digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
        assert f"{kind} 'sha256-{digest}'" in policy
    assert policy.startswith("default-src 'none'; ")
    assert "unsafe" not in policy
    assert page_policy() == f"{policy}; frame-ancestors 'none'"


def test_nothing_is_styled_or_handled_in_line_and_nothing_is_fetched():
    for element in document().every():
        assert "style" not in element.attributes
        assert not [name for name in element.attributes if name.startswith("on")]
        assert "src" not in element.attributes
        assert element.attributes.get("href", "#").startswith("#")
        assert element.name not in {"link", "img", "iframe", "object", "base"}
    assert not re.search(r"https?://(?!www\.w3\.org)", written())


def test_headings_go_down_one_by_one_and_ids_are_there_once():
    levels = [int(each.name[1]) for each in document().one("body").every() if re.fullmatch("h[1-6]", each.name)]
    assert levels[0] == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))
    ids = [each.attributes["id"] for each in document().every() if "id" in each.attributes]
    assert len(ids) == len(set(ids))
    for element in document().every():
        for name in element.attributes.get("aria-labelledby", "").split():
            assert name in ids


def test_a_chart_says_what_it_shows_with_the_numbers_of_its_table():
    picture = document().one("svg")
    assert picture.attributes["role"] == "img"
    assert picture.one("desc").text.startswith("Of 1,204,381.55 USD in the books")
    texts = [each.text for each in picture.every("text", **{"class": "number"})]
    assert texts[:4] == ["1,204,381.55 USD", "-38,106.00 USD", "-12,455.10 USD", "+61,220.25 USD"]
    assert "The picture begins at 1,120,000.00 USD, not at zero." in document().text


def test_a_waterfall_goes_on_from_where_it_stands_and_below_zero():
    rows = (("a", Decimal(10), 0), ("b", Decimal(-30), 0), ("c", Decimal(-20), 1))
    columns = (column("a"), column("v", CellKind.UNITS), column("t", CellKind.YES_NO))
    table = PageTable(name="t", title="T", columns=columns, rows=rows)
    chart = PageChart(of="t", kind=ChartKind.WATERFALL, label="a", value="v", total="t", says="It falls.")
    picture = read(page_html(small(chart, table))).one("svg")
    bars = [(each.attributes["x"], each.attributes["width"]) for each in picture.every("rect", **{"class": "bar"})]
    assert bars == [("66.67%", "33.33%"), ("0.00%", "100.00%"), ("0.00%", "66.67%")]


def test_a_waterfall_that_begins_with_a_step_begins_at_zero():
    rows = (("counted", Decimal("14400.50")), ("in transit", Decimal("-0.01")))
    table = PageTable(name="t", title="T", columns=(column("a"), column("v", CellKind.MONEY)), rows=rows)
    chart = PageChart(of="t", kind=ChartKind.WATERFALL, label="a", value="v", says="It hardly falls.")
    root = read(page_html(small(chart, table)))
    assert "not at zero" not in root.text
    bars = [(each.attributes["x"], each.attributes["width"]) for each in root.every("rect", **{"class": "bar"})]
    assert bars == [("0.00%", "100.00%"), ("100.00%", "0.3%")]


def test_bars_stand_on_both_sides_of_zero_and_what_is_not_known_has_none():
    rows = (("a", Decimal(30)), ("b", Decimal(-10)), ("c", None))
    table = PageTable(name="t", title="T", columns=(column("a"), column("v", CellKind.UNITS)), rows=rows)
    chart = PageChart(of="t", kind=ChartKind.BARS, label="a", value="v", says="One is less.")
    picture = read(page_html(small(chart, table))).one("svg")
    bars = [(each.attributes["x"], each.attributes["width"]) for each in picture.every("rect", **{"class": "bar"})]
    assert bars == [("25.00%", "75.00%"), ("0.00%", "25.00%")]
    assert "not known" in picture.text


def test_a_live_page_links_its_stories_and_other_pages_and_leaves_the_policy_to_its_server():
    live = LiveLinks(
        stories={"order": "/orders/{}"},
        pages={"Today": "/", "Waiting": "/waiting"},
        refresh=dt.timedelta(minutes=1),
    )
    rows = (("SO-1/2 <b>",), (None,))
    table = PageTable(name="t", title="T", columns=(column("order", story="order"),), rows=rows)
    root = read(page_html(small(table), live=live))
    assert [link.attributes["href"] for link in root.one("tbody").every("a")] == ["/orders/SO-1%2F2%20%3Cb%3E"]
    assert [link.text for link in root.one("nav").every("a")] == ["Today", "Waiting"]
    assert root.one("body").attributes["data-refresh"] == "60"
    assert not list(root.every("meta", **{"http-equiv": "Content-Security-Policy"}))


def test_an_empty_cell_is_no_link():
    columns = (column("a", opens="t", by=("a",)), column("order", story="order"))
    table = PageTable(name="t", title="T", columns=columns, rows=(("", ""), ("x", "1")))
    root = read(page_html(small(table), live=LiveLinks(stories={"order": "/orders/{}"})))
    assert [link.text for link in root.one("tbody").every("a")] == ["x", "1"]


def test_names_of_tables_may_be_any_text():
    table = PageTable(name='a "b" <c>', title="T", columns=(column("x"),), rows=(("1",),))
    root = read(page_html(small(table)))
    [box] = (each for each in root.every("div") if "data-table" in each.attributes)
    assert re.fullmatch(r"table-[\w.-]+", box.attributes["id"])


def test_a_text_has_its_paragraphs_and_its_tone_in_words():
    root = read(page_html(small(PageText(paragraphs=("One.", "Two."), tone=Tone.WARNING))))
    [text] = (each for each in root.every("div") if "text" in each.attributes.get("class", "").split())
    assert [each.text for each in text.every() if each.text] == ["! Take care", "One.", "Two."]


def test_without_jinja2_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setitem(sys.modules, "jinja2", None)
    with pytest.raises(MissingExtra, match=r"clarus-bluecherry\[pages\]"):
        page_html(small())


def test_of_a_long_table_that_others_open_the_first_rows_are_there_and_where_the_rest_is_is_said():
    rows = [(f"D{number}", number) for number in range(20_001)]

    def written(*, added: bool):
        columns = (column("a"), PageColumn(name="v", title="V", kind=CellKind.UNITS, is_added=added))
        return page_html(small(PageTable(name="t", title="T", columns=columns, rows=rows, is_detail=True)))

    cut, whole = written(added=False), written(added=True)
    assert "Here are the first 20,000 of 20,001 rows" in cut
    assert '"D19999"' in cut
    assert '"D20000"' not in cut
    assert '"D20000"' in whole  # its sum is of all rows
    assert "of 20,001 rows, in the order" not in whole


def test_no_name_of_the_script_is_declared_twice():
    """A browser runs nothing of a script that does so."""
    script = page_html(small()).rpartition("<script>")[2]
    names = re.findall(r"^(?:async )?(?:function|const|let|class) (\w+)", script, re.MULTILINE)
    assert len(names) > 20
    assert sorted(names) == sorted(set(names))
