"""What a person set otherwise than a fact says it: the fact stays as it was told, and what is sent is as edited.

Law of this module: pure. An edit is kept with its posting, field by field, with what the source said; the fact is
never touched. What is about a person is edited where it came from, and not here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import cast

from attrs import evolve

from clarus_bluecherry.errors import InvalidRecord
from clarus_bluecherry.ledger.records import Fact, Posting
from clarus_bluecherry.model import Plain, Record, Unread, from_plain, to_plain
from clarus_bluecherry.model._personal import apart
from clarus_bluecherry.model._plain import told

WAS, IS = "was", "is"
_KIND = "record"
"""Under what a plain record says which one it is: that is no field."""


def as_edited(posting: Posting, fact: Fact) -> Fact:
    """The fact as a posting tells it: with what a person set. One that fits no more comes as `Unread`."""
    if not posting.edited:
        return fact
    try:
        return evolve(fact, record=_record(fact.record, posting.edited))
    except (InvalidRecord, TypeError, LookupError, ValueError) as error:
        why = error.problem if isinstance(error, InvalidRecord) else "its own row is damaged"
        what = f"what was edited does not fit any more: {why}"
        damaged = Unread(id=fact.source_id, kind=fact.kind, occurred_at=fact.occurred_at, problem=what)
        return evolve(fact, record=damaged)


def edited_by(fact: Fact, before: Plain, fields: Mapping[str, object]) -> Plain:
    """What is edited of a fact once `fields` are set too: by their places, with what each was and is.

    A field is named as in the record (`item`, `quantity`), one of a line by the line's number: `lines/2/item`.
    Raises `InvalidRecord` for a field that is not there or is about a person, and for a value that does not fit.
    """
    plain = to_plain(fact.record)
    places = {name: _place(plain, name, fact.key) for name in fields}
    found = {**before}
    for name, place in places.items():
        found[place] = {WAS: _at(plain, place), IS: told(fields[name])}
    after = to_plain(_record(fact.record, found))
    personal = {
        *apart(plain, column="record", kind=fact.kind)[1],
        *apart(after, column="record", kind=fact.kind)[1],
    }
    for name, place in places.items():
        if any(each == place or each.startswith(f"{place}/") for each in personal):
            action = "Correct it in the system that it came from."
            raise InvalidRecord("it is about a person", record=fact.key, field=name, action=action)
    return found


def changes_told(edited: Plain, before: Plain) -> Plain:
    """What an edit changed, for the history: by its place, as it was told before, and as it is now."""
    return {
        place.removeprefix("/"): [
            _word(before[place], IS) if place in before else _word(each, WAS),
            _word(each, IS),
        ]
        for place, each in edited.items()
        if before.get(place) != each
    }


def _word(edit: object, which: str) -> object:
    return cast(Mapping[str, object], edit)[which]


def _record(record: Record, edited: Plain) -> Record:
    plain = to_plain(record)
    for place, edit in edited.items():
        *way, last = place.removeprefix("/").split("/")
        holder: object = plain
        for step in way:
            holder = _member(holder, step)
        if isinstance(holder, list):
            holder[int(last)] = _word(edit, IS)
        else:
            cast(dict[str, object], holder)[last] = _word(edit, IS)
    return from_plain(plain)


def _place(plain: Plain, name: str, record: str) -> str:
    """The place of a field, with the index of a line in place of its number."""
    found: object = plain
    place = ""
    for step in name.split("/"):
        here = _here(found, step)
        if here is None:
            raise InvalidRecord("there is no such field", record=record, field=name, action=_known(found))
        place, found = f"{place}/{here}", _member(found, here)
    return place


def _here(found: object, step: str) -> str | None:
    if isinstance(found, list):
        return _index(found, step)
    return step if isinstance(found, dict) and step in found.keys() - {_KIND} else None


def _index(lines: Sequence[object], number: str) -> str | None:
    places = (
        str(at) for at, line in enumerate(lines) if isinstance(line, dict) and str(line.get("number")) == number
    )
    return next(places, None)


def _known(found: object) -> str:
    if isinstance(found, dict):
        return f"Take one of {', '.join(sorted(found.keys() - {_KIND}))}."
    if isinstance(found, list):
        return f"Take a line: {', '.join(str(line.get('number')) for line in found if isinstance(line, dict))}."
    return "It is a value, and has no fields."


def _at(plain: object, place: str) -> object:
    for step in place.removeprefix("/").split("/"):
        plain = _member(plain, step)
    return plain


def _member(holder: object, step: str) -> object:
    if isinstance(holder, list):
        return holder[int(step)]
    return cast(Mapping[str, object], holder)[step]
