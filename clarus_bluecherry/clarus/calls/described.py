"""What a record that is created, changed and deleted over REST has in common with all others.

Law of this module: a resource is described once, by its plural name, its own word and its two models; every call
follows from that. A create is not repeatable, a change is unless it adds rows, a delete is.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Generic, TypeVar

from attrs import frozen

from clarus_bluecherry.clarus.envelopes import (
    RecordId,
    change,
    checked,
    create,
    delete,
    delete_many,
    document,
    rest_path,
    set_fields,
)
from clarus_bluecherry.clarus.reading import Saved
from clarus_bluecherry.clarus.writing import AddressAttributes, Attributes
from clarus_bluecherry.errors import InvalidRecord
from clarus_bluecherry.http._call import Call

A = TypeVar("A", bound=Attributes)
C = TypeVar("C", bound=Attributes)


@frozen
class Resource(Generic[A, C]):
    """Records of one kind: `plural` in paths and envelopes, `noun` in messages, which name the field `named_by`.

    `adds` are the fields whose repetition may count twice: a change that sets one is not repeatable.
    """

    plural: str
    noun: str
    attributes: type[A]
    changes: type[C]
    named_by: str = "code"
    adds: frozenset[str] = frozenset()

    def create(self, record: A | Mapping[str, object]) -> Call[Saved]:
        """Create the record; the value has its id. Not repeatable: look for it first, and after a lost answer."""
        return self._create(record, None)

    def update(self, record_id: RecordId, changes: C | Mapping[str, object]) -> Call[Saved]:
        """Set fields of the record: only those given are sent, None clears one. Some answers have no body."""
        return self._update(record_id, changes, None)

    def delete(self, record_id: RecordId) -> Call[Saved]:
        """Delete the record. Clarus refuses what is in use."""
        return delete(f"{self.plural}.delete", rest_path(self.plural, record_id), record=self._at(record_id))

    def delete_all(self, record_ids: Iterable[RecordId]) -> Call[Saved]:
        """Delete several records in one call."""
        return delete_many(f"{self.plural}.delete_all", rest_path(self.plural), record_ids, noun=self.noun)

    def _create(
        self, record: A | Mapping[str, object], address: AddressAttributes | Mapping[str, object] | None
    ) -> Call[Saved]:
        name = _named(self.noun, self.named_by, record)
        attributes = checked(self.attributes, record, name).wire()
        body = document(self.plural, attributes, _address(address, name))
        return create(f"{self.plural}.create", rest_path(self.plural), body, record=name)

    def _update(
        self,
        record_id: RecordId,
        changes: C | Mapping[str, object] | None,
        address: AddressAttributes | Mapping[str, object] | None,
    ) -> Call[Saved]:
        name = self._at(record_id)
        attributes = set_fields(None if changes is None else checked(self.changes, changes, name))
        if not attributes and address is None:
            raise InvalidRecord("nothing was given to change", record=name)
        return change(
            f"{self.plural}.update",
            rest_path(self.plural, record_id),
            document(self.plural, attributes, _address(address, name)),
            record=name,
            repeatable=self.adds.isdisjoint(attributes),
        )

    def _at(self, record_id: RecordId) -> str:
        return f"{self.noun} id {record_id}"


class AddressedResource(Resource[A, C]):
    """Records whose address travels beside their attributes, as orders' and receipts' do."""

    def create(
        self,
        record: A | Mapping[str, object],
        *,
        address: AddressAttributes | Mapping[str, object] | None = None,
    ) -> Call[Saved]:
        """Create the record with its address; the value has its id. Not repeatable: look for it first."""
        return self._create(record, address)

    def update(
        self,
        record_id: RecordId,
        changes: C | Mapping[str, object] | None = None,
        *,
        address: AddressAttributes | Mapping[str, object] | None = None,
    ) -> Call[Saved]:
        """Set fields of the record, replace its address: only what is given is sent, None clears a field."""
        return self._update(record_id, changes, address)


@frozen
class ChildResource(Generic[A, C]):
    """Records that live under another one: `/api/<parents>/<parent's id>/<step>`, `kind` in envelopes."""

    parents: str
    step: str
    kind: str
    noun: str
    attributes: type[A]
    changes: type[C]

    def create(self, parent_id: RecordId, record: A | Mapping[str, object]) -> Call[Saved]:
        """Create the record under its parent; the value has its id. Not repeatable: look for it first."""
        name = f"{self.noun} of {self.parents} id {parent_id}"
        body = document(self.kind, checked(self.attributes, record, name).wire())
        return create(f"{self.kind}.create", rest_path(self.parents, parent_id, self.step), body, record=name)

    def update(self, parent_id: RecordId, record_id: RecordId, changes: C | Mapping[str, object]) -> Call[Saved]:
        """Set fields of the record: only those given are sent, None clears one. Some answers have no body."""
        name = f"{self.noun} id {record_id}"
        attributes = checked(self.changes, changes, name).wire()
        if not attributes:
            raise InvalidRecord("nothing was given to change", record=name)
        path = rest_path(self.parents, parent_id, self.step, record_id)
        return change(f"{self.kind}.update", path, document(self.kind, attributes), record=name, repeatable=True)

    def delete(self, parent_id: RecordId, record_id: RecordId) -> Call[Saved]:
        """Delete the record."""
        path = rest_path(self.parents, parent_id, self.step, record_id)
        return delete(f"{self.kind}.delete", path, record=f"{self.noun} id {record_id}")


def _named(noun: str, field: str, record: Attributes | Mapping[str, object]) -> str:
    name = record.get(field) if isinstance(record, Mapping) else getattr(record, field, None)
    return f"{noun} {name}" if name else f"{noun} without a {field.replace('_', ' ')}"


def _address(address: AddressAttributes | Mapping[str, object] | None, record: str) -> AddressAttributes | None:
    return None if address is None else checked(AddressAttributes, address, record)
