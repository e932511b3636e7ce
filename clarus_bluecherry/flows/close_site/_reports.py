"""What a site's way to Blue Cherry tells of its books, where no folder has it: its stock ledger.

Law of this module: it asks only for what the site has. A way that does not carry a kind is no fault: the close
goes on without it, and says so. Nothing is acknowledged or archived: a close takes nothing from those who work.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from pydantic import BaseModel

from clarus_bluecherry.bluecherry import NotCarried
from clarus_bluecherry.bluecherry.kinds.stock_movement import STOCK_MOVEMENT
from clarus_bluecherry.errors import InvalidRecord, NotFound
from clarus_bluecherry.flows.close_site._lines import SiteLine, SiteLines
from clarus_bluecherry.flows.exports.columns import CloseFile
from clarus_bluecherry.flows.exports.kinds_bluecherry import STOCK_LEDGER
from clarus_bluecherry.flows.exports.rows import FileRows
from clarus_bluecherry.flows.exports.settings import CloseSettings
from clarus_bluecherry.flows.site import Site
from clarus_bluecherry.tables import folded


def stock_ledger(site: Site, settings: CloseSettings) -> FileRows:
    """The stock ledger, by the site's own way; no rows where that does not carry it."""
    file, kind = STOCK_LEDGER, STOCK_MOVEMENT
    if not site.has(kind):
        return FileRows(file)
    try:
        entries = [delivery.entry for delivery in site.bluecherry.read(kind)]
    except (NotCarried, NotFound):
        return FileRows(file)
    source = f"blue cherry, {kind.title}"
    told = SiteLines(
        lines=list(_lines(entries, file, source)),
        source=source,
        columns=tuple(each.name for each in file.columns),
        problems=tuple(entry for entry in entries if isinstance(entry, InvalidRecord)),
    )
    return told.as_file(file, settings) if entries else FileRows(file)


def _lines(entries: Iterable[BaseModel | InvalidRecord], file: CloseFile, source: str) -> Iterator[SiteLine]:
    """Each record by the names of the file's columns, as its own export would be read."""
    columns = {folded(name): each.name for each in file.columns for name in (*each.headers[::-1], each.name)}
    for place, entry in enumerate(entries, 1):
        if not isinstance(entry, InvalidRecord):
            told = {folded(name): value for name, value in entry.model_dump(mode="json").items()}
            cells = {name: str(told[each]) for each, name in columns.items() if told.get(each) not in (None, "")}
            yield SiteLine(f"{source}, row {place}", source, cells)
