"""Rows and their children: what records are read from, by the site's names for children.

Law of this module: as in `rest_answers`. It knows no answer and no profile, so that whoever holds a row needs
neither.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

from pydantic import BaseModel

from clarus_bluecherry.errors import InvalidRecord
from clarus_bluecherry.http._call import Json, within

if TYPE_CHECKING:
    from clarus_bluecherry.bluecherry.rest_names import Envelopes

R = TypeVar("R", bound=BaseModel)

Columns = dict[str, Json]

DEEPEST = 50


def columns(row: Json) -> Columns:
    """The columns of a row. Raises `InvalidRecord` when it is no object, or nested beyond reason."""
    if not isinstance(row, dict):
        raise InvalidRecord("the row is not an object")
    if not within(row, DEEPEST):
        raise InvalidRecord(f"the row is nested more than {DEEPEST} deep")
    return row


def children(row: Columns, child: str, at: Envelopes, *, rows: str = "") -> list[Columns]:
    """The rows of a child collection, which stand under `rows` or where the site's children have theirs.

    An empty one may be null. Raises `InvalidRecord` for one that is not there: it was not sent to us.
    """
    name, rows = at.child(child), rows or at.rows
    if name not in row:
        raise InvalidRecord("the child collection is missing: ask for it with _include=all", field=name)
    collection = row[name]
    found = collection.get(rows, "") if isinstance(collection, dict) else collection
    if found is None:
        return []
    if not isinstance(collection, dict) or not isinstance(found, list):
        raise InvalidRecord(f"the child collection holds no list under {rows!r}", field=name)
    return [columns(each) for each in found]


def records_of(model: type[R], **lists: str) -> Callable[[Columns, Envelopes], tuple[R, ...]]:
    """How a row becomes one record: `lists` are its lists, and the child collections that they come from."""

    def records(row: Columns, at: Envelopes) -> tuple[R, ...]:
        found: dict[str, object] = {name: children(row, child, at) for name, child in lists.items()}
        return (model.model_validate({**without(row, *lists.values(), at=at), **found}),)

    return records


def without(row: Columns, *collections: str, at: Envelopes) -> Columns:
    """A row's own columns."""
    names = {at.child(each) for each in collections}
    return {name: value for name, value in row.items() if name not in names}
