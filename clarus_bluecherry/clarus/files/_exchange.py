"""Clarus by file: import files left for it and confirmation exports taken from it, through a folder or SFTP.

Law of this module: a document leaves once, under a name that its number determines; what has come is stored whole
before anybody reads it. That a file was taken says that it was taken, and nothing of what the import made of it:
that stands in Clarus's own logs only.
"""

from __future__ import annotations

import datetime as dt
import enum
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

from attrs import field, frozen

from clarus_bluecherry.clarus.files._content import ImportContent, import_file
from clarus_bluecherry.clarus.files._exports import ExportLayout
from clarus_bluecherry.clarus.files._imports import Cells
from clarus_bluecherry.clarus.files._templates import Template
from clarus_bluecherry.errors import ClarusBluecherryError, ConfigurationError
from clarus_bluecherry.exchange import Arrival, Folder, Kinds, NameTemplate, SentOutcome
from clarus_bluecherry.exchange.store import Store


class FileStanding(enum.StrEnum):
    """Where an import file stands, as far as our side can see."""

    ABSENT = "was never left"
    WAITING = "waits to be taken"
    TAKEN = "was taken"
    UNKNOWN = "may have been seen or not: look into its folder"


@frozen(kw_only=True)
class ImportFiles:
    """One kind of import file: its columns, how its files are named, and `more` columns that are always the same.

    `names` has to fit the regular expression of the tenant's import template (see `takers`). Raises
    `ConfigurationError` for a column that the template has not, or has in its lines.
    """

    template: Template
    names: NameTemplate
    more: Cells = field(factory=dict)

    def __attrs_post_init__(self) -> None:
        header = set(self.template.columns) - self.template.line_columns
        for name in self.more:
            if name not in header:
                what = "the template has no such column in its header"
                raise ConfigurationError(what, record=f"template {self.template.importer}", field=name)


@frozen(kw_only=True)
class ExportFiles:
    """One of the confirmation exports: how it looks, and glob patterns of its names."""

    layout: ExportLayout
    names: tuple[str, ...]


@frozen(kw_only=True)
class ClarusFiles:
    """A tenant that is reached by file.

    `imports` are by the kind of posting (`goods_out`, `pre_receipt`), `exports` by what their rows tell
    (`dispatched`, `received`). What happened before `since` is not taken from exports: it was told in another way.
    `silence` is how long after a document was due, or left, its confirmation may be outstanding (None: for ever);
    `taken_is_posted` says that a document counts as done once its file was taken. `collect` and `bring` carry
    files from and to a server, where there is one, and say what is wrong with single ones. What has come is kept
    in the folder `store`.
    """

    folder: Folder
    store: Path
    imports: Mapping[str, ImportFiles]
    exports: Mapping[str, ExportFiles]
    now: Callable[[], dt.datetime]
    zone: dt.tzinfo
    since: dt.datetime | None = None
    silence: dt.timedelta | None = None
    taken_is_posted: bool = False
    collect: Callable[[], Sequence[ClarusBluecherryError]] = tuple
    bring: Callable[[], Sequence[ClarusBluecherryError]] = tuple
    _kinds: Kinds = field(init=False, repr=False)
    _kept: Store = field(init=False, repr=False)

    @_kinds.default
    def _kinds_of_names(self) -> Kinds:
        return Kinds({kind: each.names for kind, each in self.exports.items()})

    @_kept.default
    def _made(self) -> Store:
        return Store(self.store)

    # Out -------------------------------------------------------------------------------------------------------

    def leave(self, kind: str, number: str, content: ImportContent) -> None:
        """Leave the import file of one document, unless one was left under its number before.

        Raises `InvalidRecord` before anything is left, and as `exchange.Folder.leave`.
        """
        how = self.imports[kind]
        file = import_file(how.template, content)
        name = how.names.fill(kind=kind, control_number=number, at=self._here())
        self.folder.leave(f"{kind} {number}", name, file)

    def standing(self, kind: str, number: str) -> FileStanding:
        """Where the import file of one document stands."""
        pattern = self.imports[kind].names.pattern(kind=kind, control_number=number)
        left = self.folder.outcome(f"{kind} {number}", pattern)
        if left is None:
            return FileStanding.ABSENT
        if left is SentOutcome.UNKNOWN:
            return FileStanding.UNKNOWN
        name = self.folder.left_as(pattern)
        is_there = name is not None and (self.folder.outgoing / name).exists()
        return FileStanding.WAITING if is_there else FileStanding.TAKEN

    def _here(self) -> dt.datetime:
        return self.now().astimezone(self.zone)

    # In --------------------------------------------------------------------------------------------------------

    def tells(self, kind: str) -> bool:
        """Whether the tenant's exports tell what was dispatched, or received."""
        return kind in self.exports

    def arrivals(self) -> Iterator[Arrival]:
        """The exports that have come and were not taken yet, oldest first. See `exchange.Folder.arrivals`."""
        self.folder.tell_unclaimed(self._kinds.patterns)
        return self.folder.arrivals(self._kinds.patterns)

    def keep(self, arrival: Arrival) -> Path:
        """Store what has come, once for each content, and say where it is."""
        with arrival.open() as content:
            self._kept.add(arrival.name, arrival.digest, content, at=self.now())
        return next(stored.path for stored in self._kept.files() if stored.holds(arrival.digest))

    def stored(self) -> Iterator[tuple[str, Path]]:
        """Everything that has come, oldest first: what it was called, and where it is."""
        return ((stored.name, stored.path) for stored in self._kept.files())

    def layout_of(self, name: str) -> ExportLayout | None:
        """How the export of this name looks, or None when no export is called so."""
        kind = self._kinds.of(name)
        return None if kind is None else self.exports[kind].layout
