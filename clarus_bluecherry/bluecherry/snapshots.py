"""Which of the snapshots that have come stands, and which is held until a person lets it through.

Law of this module: a file that says all there is, and says less than it may, is not believed by itself: the one
before stands. What was judged is written down once, beside the store, and only a person changes it.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

from attrs import asdict, evolve, frozen
from pydantic import BaseModel

from clarus_bluecherry.bluecherry.kinds import Kind
from clarus_bluecherry.errors import InvalidRecord
from clarus_bluecherry.exchange.disk import show, written
from clarus_bluecherry.exchange.incident import FileIncident, IncidentKind, OnIncident
from clarus_bluecherry.exchange.names import shown
from clarus_bluecherry.exchange.store import Store, Stored


@frozen(kw_only=True)
class HeldSnapshot:
    """A snapshot that waits for a person, by the name the partner gave it and the kind of record that it holds.

    `size` is how much it says and `size_before` how much the one that stands does, None where none does yet;
    `missing` is how much of that this one does not say.
    """

    name: str
    kind: str
    size: int
    size_before: int | None
    missing: int = 0


@frozen
class Size:
    """How much a file says of one kind, and the first thing that was wrong with it.

    `said` is what it says, where as many others in its place would be a loss.
    """

    different: int
    problem: str = ""
    said: frozenset[Hashable] = frozenset()

    @classmethod
    def of(cls, kind: Kind[Any], records: Sequence[BaseModel], problem: str = "") -> Size:
        """Different SKUs, codes or periods of `records`, or the records where none is like another."""
        if kind.counts is None:
            return cls(len(records), problem)
        said = frozenset(thing for record in records for thing in kind.counts(record))
        return cls(len(said), problem, frozenset() if kind.is_of_a_window else said)


@frozen
class _Verdict:
    size: int
    before: int | None
    held: bool
    missing: int = 0


class Snapshots:
    """The snapshots among the files of `store`; verdicts are kept in `folder`.

    `sizes` says how much a file holds of each kind of snapshot: nothing for a file that is none. `loss` is the
    share that one may lose against the one before. `on_incident` hears of each that is held, once.
    """

    def __init__(
        self,
        store: Store,
        folder: Path,
        *,
        sizes: Callable[[Stored], Mapping[str, Size]],
        loss: Decimal,
        on_incident: OnIncident,
    ) -> None:
        self._store, self._folder, self._sizes, self._loss, self._on_incident = (
            store,
            folder,
            sizes,
            loss,
            on_incident,
        )
        self._seen: set[Path] = set()

    def standing(self, kind: str) -> Stored | None:
        """The newest file with a snapshot of `kind` that is not held, or None when there is none."""
        self._judge()
        return next((stored for stored, verdict in self._newest_first(kind) if not verdict.held), None)

    def held(self) -> list[HeldSnapshot]:
        """What waits for a person. What a newer snapshot has overtaken does not."""
        self._judge()
        return [
            HeldSnapshot(
                name=stored.name, kind=kind, size=verdict.size, size_before=verdict.before, missing=verdict.missing
            )
            for kind, stored, verdict in self._waiting()
        ]

    def accept(self, name: str) -> None:
        """Let the held snapshot called `name` stand. Raises `InvalidRecord` when none of that name is held."""
        self._judge()
        found = [(kind, stored, verdict) for kind, stored, verdict in self._waiting() if stored.name == name]
        if not found:
            action = "List what is held; what a newer snapshot has overtaken is not."
            raise InvalidRecord("no snapshot of this name is held", record=f"file {shown(name)}", action=action)
        kind, stored, verdict = found[0]
        self._write(kind, stored, evolve(verdict, held=False))

    def _waiting(self) -> Iterator[tuple[str, Stored, _Verdict]]:
        for kind in sorted(path.name for path in self._folder.glob("*")):
            for stored, verdict in self._newest_first(kind):
                if not verdict.held:
                    break
                yield kind, stored, verdict

    # Judging -------------------------------------------------------------------------------------------------

    def _judge(self) -> None:
        """Judge what has come since the last time, in the order in which it came."""
        unseen = [stored for stored in self._store.files() if stored.path not in self._seen]
        judged = {path.name for path in self._folder.glob("*/*")} if unseen else set()
        for stored in unseen:
            if stored.path.name not in judged:
                for kind, size in self._sizes(stored).items():
                    self._judge_one(kind, stored, size)
            self._seen.add(stored.path)

    def _judge_one(self, kind: str, stored: Stored, told: Size) -> None:
        before, missing = self._against(kind, told)
        held = told.different == 0 or (before is not None and missing > before * self._loss)
        if held:
            lacks = "and none has come before" if before is None else f"and lacks {missing} of the {before} before"
            detail = f"it holds {told.different} of {kind}, {lacks}; it waits until somebody lets it through"
            detail += f"; what is wrong with it first: {told.problem}" if told.problem else ""
            self._on_incident(FileIncident(IncidentKind.HELD, stored.name, detail))
        self._write(kind, stored, _Verdict(told.different, before, held, missing))

    def _against(self, kind: str, told: Size) -> tuple[int | None, int]:
        """How much the snapshot that stands says, and how much of that `told` lacks.

        Where its file is gone, or where things come and go by themselves, only their numbers are compared.
        """
        standing = next(((name, each.size) for name, each in self._verdicts(kind) if not each.held), None)
        if standing is None:
            return None, 0
        name, before = standing
        there = next((stored for stored in self._store.files() if stored.path.name == name), None)
        said = self._sizes(there).get(kind, told).said if there else frozenset()
        return before, len(said - told.said) if said else max(before - told.different, 0)

    def _write(self, kind: str, stored: Stored, verdict: _Verdict) -> None:
        folder = self._folder / kind
        folder.mkdir(parents=True, exist_ok=True)
        with written(folder, json.dumps(asdict(verdict)).encode()) as (temporary, _):
            show(temporary, folder / stored.path.name)

    def _verdicts(self, kind: str) -> Iterator[tuple[str, _Verdict]]:
        """What was judged of each file, the newest first: their names begin with the instant."""
        for path in sorted((self._folder / kind).glob("[!.]*"), reverse=True):
            yield path.name, _Verdict(**json.loads(path.read_bytes()))

    def _newest_first(self, kind: str) -> Iterator[tuple[Stored, _Verdict]]:
        """The files that are still there, each with its verdict."""
        there = {stored.path.name: stored for stored in self._store.files()}
        return ((there[name], verdict) for name, verdict in self._verdicts(kind) if name in there)
