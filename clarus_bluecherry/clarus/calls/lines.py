"""Changes to the rows under a record (lines of an order, conditions of an automation), as the API takes them:
inside the header's attributes.

Law of this module: a line that is added is checked as a whole line, one that is updated field by field; a change
names the line's id exactly when the API needs it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from attrs import frozen

from clarus_bluecherry.clarus.envelopes import RecordId, checked, whole
from clarus_bluecherry.clarus.writing import Attributes
from clarus_bluecherry.http._call import Json

ADD, UPDATE, DESTROY = "ADD", "UPDATE", "DESTROY"


@frozen
class LineChange:
    """One change to one line. Made by `added`, `updated` and `removed`."""

    verb: str
    line_id: RecordId | None = None
    fields: Attributes | Mapping[str, object] | None = None


def added(line: Attributes | Mapping[str, object]) -> LineChange:
    """A new line."""
    return LineChange(ADD, fields=line)


def updated(line_id: RecordId, fields: Attributes | Mapping[str, object]) -> LineChange:
    """Other values for `fields` of a line."""
    return LineChange(UPDATE, line_id, fields)


def removed(line_id: RecordId, verb: str = DESTROY) -> LineChange:
    """A line less. The schema's verb is `DESTROY`; the guides write `REMOVE` (which holds is not published)."""
    return LineChange(verb, line_id)


def wired(
    changes: Iterable[LineChange],
    *,
    whole_line: type[Attributes],
    some_fields: type[Attributes],
    record: str,
    into: str = "lines_changes",
) -> dict[str, Json]:
    """The changes as the attribute `into`, or nothing when there are none."""
    lines: list[Json] = []
    for change in changes:
        wire: dict[str, Json] = {"type": change.verb}
        if change.line_id is not None:
            wire["id"] = whole(change.line_id, f"{into}.id")
        if change.fields is not None:
            model = whole_line if change.verb == ADD else some_fields
            wire["attributes"] = checked(model, change.fields, record).wire()
        lines.append(wire)
    return {into: lines} if lines else {}


def only_updates(changes: Iterable[LineChange]) -> bool:
    """Whether sending the changes twice is the same as sending them once, and answered the same."""
    return all(change.verb == UPDATE for change in changes)
