"""Records that are created, changed and deleted over REST: what their calls have in common.

Law of this module: a kind of record is described once, by its plural name, its own word and where it lives; every
call follows from that. A create is not repeatable, a change is unless it adds or removes rows, a delete is.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from attrs import frozen

from clarus_bluecherry.clarus._envelopes import change, checked, create, delete, delete_many, document, rest_path
from clarus_bluecherry.clarus._ids import RecordId, whole
from clarus_bluecherry.clarus._writing.base import Attributes, address_beside
from clarus_bluecherry.clarus._writing.lines import ADD, UPDATE, LineChange, added
from clarus_bluecherry.errors import InvalidRecord
from clarus_bluecherry.http._call import Call, Json

if TYPE_CHECKING:
    from clarus_bluecherry.clarus._reading.answers import Saved


@frozen
class ChildRows:
    """Rows under a record, in its field `name`: `into` is where their changes travel among its attributes."""

    name: str
    into: str
    whole_row: type[Attributes]
    some_fields: type[Attributes]

    def changes(self, record: Attributes) -> tuple[LineChange, ...]:
        """The changes that `record` holds; a whole row is one that is added."""
        held = getattr(record, self.name, ())
        return tuple(row if isinstance(row, LineChange) else added(row) for row in held)

    def wired(self, changes: Iterable[LineChange], name: str) -> list[Json]:
        """The changes as the API takes them. A row that is added is checked as a whole one."""
        return [self._wired(change, name) for change in changes]

    def _wired(self, change: LineChange, name: str) -> Json:
        wire: dict[str, Json] = {"type": change.verb}
        if change.line_id is not None:
            wire["id"] = whole(change.line_id, f"{self.into}.id")
        if change.fields is not None:
            model = self.whole_row if change.verb == ADD else self.some_fields
            wire["attributes"] = checked(model, change.fields, name).wire()
        return wire


@frozen
class Records:
    """Records of one kind: `plural` in paths and envelopes, `noun` in messages, which name the field `named_by`.

    `adds` are the fields whose repetition may count twice: a change that sets one is not repeatable. `rows` stand
    under a record. Those that live under a record of `parents` have paths `/api/<parents>/<parent's id>/<step>`.
    """

    plural: str
    noun: str
    named_by: str = "code"
    adds: frozenset[str] = frozenset()
    rows: tuple[ChildRows, ...] = ()
    parents: str = ""
    step: str = ""

    def create(self, record: Attributes, *above: RecordId) -> Call[Saved]:
        """The create of `record`, under the parent `above` where there is one."""
        name = self.called(dict(record), *above)
        rows: dict[str, Json] = {each.into: each.wired(each.changes(record), name) for each in self.rows}
        body = document(self.plural, {**record.wire(), **rows}, address_beside(record))
        return create(f"{self.plural}.create", self._path(*above), body, record=name)

    def update(self, changes: Attributes, *ids: RecordId) -> Call[Saved]:
        """The PATCH that sets `changes`. Raises `InvalidRecord` when there are none."""
        name = self.at(*ids)
        _no_empty_part(changes, name)
        attributes, repeatable = changes.wire(), True
        for each in self.rows:
            if own := each.changes(changes):
                attributes[each.into] = each.wired(own, name)
                repeatable &= all(one.verb == UPDATE for one in own)
        address = address_beside(changes)
        if not attributes and address is None:
            raise InvalidRecord("nothing was given to change", record=name)
        return change(
            f"{self.plural}.update",
            self._path(*ids),
            document(self.plural, attributes, address),
            record=name,
            repeatable=repeatable and self.adds.isdisjoint(attributes),
        )

    def delete(self, *ids: RecordId) -> Call[Saved]:
        """The DELETE of one record."""
        return delete(f"{self.plural}.delete", self._path(*ids), record=self.at(*ids))

    def delete_all(self, record_ids: Iterable[RecordId]) -> Call[Saved]:
        """The DELETE of several records in one call."""
        return delete_many(f"{self.plural}.delete_all", self._path(), record_ids, noun=self.noun)

    def called(self, fields: Mapping[str, object], *above: RecordId) -> str:
        """What a person calls the record that is to be created with `fields`."""
        if self.parents:
            return f"{self.noun} of {self.parents} id {above[0]}"
        name = fields.get(self.named_by)
        return f"{self.noun} {name}" if name else f"{self.noun} without a {self.named_by.replace('_', ' ')}"

    def at(self, *ids: RecordId) -> str:
        """What a person calls the record with this id; the parent's comes first where there is one."""
        return f"{self.noun} id {ids[-1]}"

    def _path(self, *ids: RecordId) -> str:
        if not self.parents:
            return rest_path(self.plural, *ids)
        parent, *own = ids
        return rest_path(self.parents, parent, self.step, *own)


def _no_empty_part(changes: Attributes, record: str) -> None:
    """Refuse what would be dropped in silence: a part with nothing in it, an address that is to be cleared."""
    for name in changes.model_fields_set:
        value = getattr(changes, name)
        if isinstance(value, Attributes) and not value.wire():
            raise InvalidRecord("nothing was given to change in it", record=record, field=name)
        if value is None and name in changes.beside:
            raise InvalidRecord("this field cannot be cleared: leave it out", record=record, field=name)
