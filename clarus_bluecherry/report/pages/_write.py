"""A page as files: the one door through which every command writes one.

Law of this module: a file is there whole or as it was before; who may read it is what the system says of new
files. What could not be written is told, and how to have it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from clarus_bluecherry.errors import MissingExtra
from clarus_bluecherry.report.pages._csv import file_name, write_page_csv
from clarus_bluecherry.report.pages._data import PageProgress, T, uncounted
from clarus_bluecherry.report.pages._html import page_html
from clarus_bluecherry.report.pages._json import page_json_pieces
from clarus_bluecherry.report.pages._model import ReportPage
from clarus_bluecherry.report.pages._workbook import write_page_workbook
from clarus_bluecherry.report.whole import whole_file


class PageFiles(list[Path]):
    """The files that were written. `left_out` says what was not, and how to have it; empty where all is there."""

    left_out: str = ""


def write_page(page: ReportPage, out: Path, *, count: PageProgress = uncounted) -> PageFiles:
    """Write a page to `out` and tell which files were written.

    Where `out` ends in .html, .json or .xlsx it is that file; else it is a folder, made if need be, of NAME.html,
    NAME.json, NAME.xlsx (NAME is the page's) and a folder `csv` with a file for each table. Without the package
    for workbooks a folder has none, and `left_out` says so. `count` is given the rows of each file and their name
    before they are written, and may tell how far that is. Raises `MissingExtra` without the package for HTML, or
    for the one file that was asked for, and `OSError` where nothing can be written.
    """
    write = _WRITERS.get(out.suffix.lower())
    if write is not None:
        return PageFiles([_whole(write, page, out, count)])
    out.mkdir(parents=True, exist_ok=True)
    name = file_name(page.name)
    paths = [out / f"{name}{ending}" for ending in (".html", ".json")]
    written = PageFiles(_whole(_WRITERS[path.suffix], page, path, count) for path in paths)
    try:
        written.append(_whole(_write_workbook, page, out / f"{name}.xlsx", count))
    except MissingExtra as error:
        written.left_out = f"No workbook: {error}"
    written.extend(write_page_csv(page, out / "csv", count=count))
    return written


PAGE_ENDINGS = (".html", ".json", ".xlsx")
"""What a page's file may be; any other path is a folder."""


_Write = Callable[[ReportPage, Path, PageProgress], object]


def _write_html(page: ReportPage, path: Path, count: PageProgress) -> None:
    path.write_text(page_html(page), "utf-8")


def _write_json(page: ReportPage, path: Path, count: PageProgress) -> None:
    with path.open("w", encoding="utf-8", errors="backslashreplace") as file:  # JSON's own escape
        file.writelines(page_json_pieces(page, count))
        file.write("\n")


def _write_workbook(page: ReportPage, path: Path, count: PageProgress) -> None:
    write_page_workbook(page, path, count=count)


_WRITERS: Mapping[str, _Write] = dict(zip(PAGE_ENDINGS, (_write_html, _write_json, _write_workbook), strict=True))


def _whole(write: _Write, page: ReportPage, path: Path, count: PageProgress) -> Path:
    def of_this_file(items: Iterable[T], what: str, /) -> Iterable[T]:
        return count(items, f"{path.name}, {what}")

    with whole_file(path) as temporary:
        write(page, temporary, of_this_file)
    return path
