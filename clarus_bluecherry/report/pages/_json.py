"""A page as programs read it: one JSON document of a documented, versioned shape.

Law of this module: figures are the page's, as they are; numbers are text, what is not known is null. A key is
never renamed under the same version; a new one may come.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from importlib.resources import files
from typing import cast

from clarus_bluecherry.model import Money
from clarus_bluecherry.report.closing import plain_number
from clarus_bluecherry.report.pages._data import PageProgress, ToldRow, telling_rows, told, uncounted
from clarus_bluecherry.report.pages._model import (
    PAGE_SCHEMA,
    NextStep,
    PageChart,
    PageCode,
    PageColumn,
    PageFigure,
    PageFigures,
    PageOpening,
    PageSection,
    PageSteps,
    PageTable,
    PageText,
    ReportPage,
)

Shown = Mapping[str, object]
_STEP = "  "


def page_json(page: ReportPage) -> Shown:
    """The page as the content of one JSON document, which `page_schema` describes."""
    return _document(page, lambda table: list(map(telling_rows(page, table), table.rows)))


def page_json_pieces(page: ReportPage, count: PageProgress = uncounted) -> Iterator[str]:
    """The text of that document, indented: of a table one row at a time is there."""
    return _pieces(_document(page, lambda table: map(telling_rows(page, table), count(table.rows, table.title))))


def _pieces(content: object, margin: str = "") -> Iterator[str]:
    """What `json.dumps` makes of it with an indent; an iterator gives rows."""
    inner = margin + _STEP
    if isinstance(content, Mapping) and content:
        for number, (name, value) in enumerate(content.items()):
            yield f"{',' if number else '{'}\n{inner}{json.dumps(name, ensure_ascii=False)}: "
            yield from _pieces(value, inner)
        yield f"\n{margin}}}"
    elif isinstance(content, Iterator):
        yield from _rows(content, margin)
    else:
        yield json.dumps(content, indent=len(_STEP), ensure_ascii=False).replace("\n", f"\n{margin}")


def _rows(rows: Iterator[ToldRow], margin: str) -> Iterator[str]:
    """Rows hold no lists: the indent is what stands between their cells, which is several times as fast."""
    line = f"\n{margin}{_STEP}"
    written = json.JSONEncoder(ensure_ascii=False, separators=(f",{line}{_STEP}", ": ")).encode
    before = "["
    for row in rows:
        cells = written(row)[1:-1]
        yield f"{before}{line}{{{line}{_STEP}{cells}{line}}}" if cells else f"{before}{line}{{}}"
        before = ","
    yield "[]" if before == "[" else f"\n{margin}]"


def _document(page: ReportPage, rows_of: Callable[[PageTable], Iterable[ToldRow]]) -> Shown:
    return {
        "schema": PAGE_SCHEMA,
        "page": page.name,
        "title": page.title,
        "verdict": page.verdict,
        "tone": page.tone.value,
        "head": _head(page),
        "steps": [_step(page, step) for steps in page.steps for step in steps.steps],
        "figures": {figure.name: _figure(page, figure) for figure in page.figures},
        "tables": {table.name: _table(page, table, rows_of(table)) for table in page.tables},
        "sections": [_section(section) for section in page.sections],
    }


def page_schema() -> Shown:
    """The JSON Schema (draft 2020-12) of every page's document."""
    return cast("Shown", json.loads(files(__package__).joinpath("page.schema.json").read_text("utf-8")))


def _head(page: ReportPage) -> Shown:
    head = page.head
    return {
        "as_of": _day(page, head.as_of),
        "known_until": _day(page, head.known_until),
        "zone": head.zone.key,
        "currency": head.currency or None,
        "made_at": _day(page, head.made_at),
        "facts": dict(head.facts),
    }


def _day(page: ReportPage, day: dt.date | None) -> object:
    return told(day, page.head.zone)


def _figure(page: ReportPage, figure: PageFigure) -> Shown:
    return {
        "title": figure.title,
        "value": told(figure.value, page.head.zone),
        "kind": figure.kind.value,
        "unit": figure.unit or None,
        "currency": page.currency_of(figure.value, figure.kind, figure.unit) or None,
        "sign": figure.sign or None,
        "note": figure.note or None,
        "tone": figure.tone.value,
        "as_of": _day(page, figure.as_of or page.head.as_of),
        "known_until": _day(page, figure.known_until or page.head.known_until),
        "why_not": figure.why_not or None,
        "opens": _opening(page, figure.opens),
        "sums": figure.sums or None,
    }


def _opening(page: ReportPage, opens: PageOpening | None) -> Shown | None:
    if opens is None:
        return None
    return {
        "table": opens.table,
        "where": {name: told(value, page.head.zone) for name, value in opens.where.items()},
    }


def _step(page: ReportPage, step: NextStep) -> Shown:
    return {
        "what": step.what,
        "owner": step.owner,
        "action": step.action,
        "units": told(step.units, page.head.zone),
        "value": told(step.value, page.head.zone),
        "currency": step.value.currency if isinstance(step.value, Money) else None,
        "document": step.document or None,
        "since": _day(page, step.since),
        "due": _day(page, step.due),
        "identity": step.identity or None,
        "opens": _opening(page, step.opens),
    }


def _table(page: ReportPage, table: PageTable, rows: Iterable[ToldRow]) -> Shown:
    return {
        "title": table.title,
        "note": table.note or None,
        "source": table.source or None,
        "is_detail": table.is_detail,
        "group_by": list(table.group_by),
        "columns": [_column(page, column) for column in table.columns],
        "rows": rows,
        "totals": {column.name: _totals(page, table, column) for column in table.columns if column.is_added},
    }


def _column(page: ReportPage, column: PageColumn) -> Shown:
    return {
        "name": column.name,
        "title": column.title,
        "kind": column.kind.value,
        "unit": column.unit or None,
        "currency": page.currency_of(None, column.kind, column.unit) or None,
        "sign": column.sign or None,
        "note": column.note or None,
        "is_added": column.is_added,
        "opens": {"table": column.opens, "by": list(column.by)} if column.opens else None,
    }


def _totals(page: ReportPage, table: PageTable, column: PageColumn) -> list[Shown]:
    place = table.place(column.name)
    not_known = sum(row[place] is None for row in table.rows)
    return [
        {"value": plain_number(value), "currency": currency or None, "not_known": not_known}
        for currency, value in page.sums(table.name, column.name).items()
    ]


def _section(section: PageSection) -> Shown:
    """What stands where: figures and tables by their names, what is written only here as it is."""
    blocks: list[Shown] = []
    for block in section.blocks:
        if isinstance(block, PageFigures):
            blocks.append(
                {"figures": [each.name for each in block.figures], "parts_of": block.parts_of or None},
            )
        elif isinstance(block, PageTable):
            blocks.append({"table": block.name})
        elif isinstance(block, PageChart):
            blocks.append({"chart": block.says, "of": block.of})
        elif isinstance(block, PageText):
            blocks.append({"text": list(block.paragraphs), "tone": block.tone.value})
        elif isinstance(block, PageCode):
            blocks.append({"code": block.text, "language": block.language or None})
        elif isinstance(block, PageSteps):
            blocks.append({"steps": len(block.steps), "more": block.more or None})
    return {"name": section.name, "title": section.title, "note": section.note or None, "blocks": blocks}
