"""Messages as X12 sets, and sets as messages, by the kinds that travel in them.

Law of this module: it names no kind. A set that several kinds travel in is of the first that claims it as its own,
else of the one that claims nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cache

from pydantic import BaseModel, ValidationError

from clarus_bluecherry.bluecherry.edi.form import Form
from clarus_bluecherry.bluecherry.edi.profile import X12Profile
from clarus_bluecherry.bluecherry.edi.units import wrong_units
from clarus_bluecherry.bluecherry.edi.unread import unread, watched
from clarus_bluecherry.bluecherry.kinds import Kind, X12Set, every_kind
from clarus_bluecherry.errors import ConfigurationError, InvalidRecord
from clarus_bluecherry.x12 import Document, Finding, Segment

Body = list[Segment]

_NAMED: Mapping[str, str] = {"940": "W05", "943": "W06"}
"""By set: the segment whose second element is the document's number."""


@cache
def readers(set_id: str) -> tuple[tuple[Kind[BaseModel], X12Set[BaseModel]], ...]:
    """The kinds that travel in a set, those first that claim some of them as their own."""
    found = [(kind, kind.sets[set_id]) for kind in every_kind() if set_id in kind.sets]
    return tuple(sorted(found, key=lambda one: one[1].mine is None and not one[1].mark))


def _form(kind: Kind[BaseModel], one: X12Set[BaseModel], profile: X12Profile) -> Form:
    return Form(profile, mark=profile.marks.get(kind.name, one.mark))


def body_of(kind: Kind[BaseModel], message: BaseModel, number: str, profile: X12Profile) -> tuple[str, Body]:
    """The set that a message is written as by `profile`, and its segments between ST and SE.

    Raises `ConfigurationError` for a kind that no set carries.
    """
    if not kind.sets:
        raise ConfigurationError(f"no X12 set carries it: {kind.x12}", record=kind.title, field="x12")
    chosen = kind.sets[profile.sets.get(kind.name, next(iter(kind.sets)))]
    return chosen.id, chosen.write(message, number, _form(kind, chosen, profile))


def kind_of(document: Document, profile: X12Profile) -> Kind[BaseModel] | None:
    """Which kind's document a set is; None where no kind travels in it."""
    return next((kind for kind, _ in _claiming(document, profile)), None)


def name_of(document: Document, profile: X12Profile) -> str:
    """A set as a list names it: by its business number where it has one, else by its control number."""
    kind, naming = kind_of(document, profile), _NAMED.get(document.set_id)
    number = next((each[2] for each in document.segments if each.id == naming), "")
    return f"{kind.title} {number}" if kind and number else f"{document.set_id} {document.control_number}"


def messages_of(document: Document, profile: X12Profile) -> list[BaseModel]:
    """The messages in a set.

    Raises `InvalidRecord` as `read_of` does.
    """
    return read_of(document, profile)[0]


def read_of(document: Document, profile: X12Profile) -> tuple[list[BaseModel], tuple[Finding, ...]]:
    """The messages in a set, and what of it reached none of them.

    Raises `InvalidRecord` naming the set when it is none of ours, broken, or tells a quantity in another unit than
    the item's each.
    """
    record = f"{document.set_id} {document.control_number}"
    wrong = next(wrong_units(document, profile), None)
    if wrong is not None:
        raise InvalidRecord(wrong.message, record=record, field=f"{wrong.segment_id}{wrong.element:02}")
    try:
        seen = watched(document)
        kind, one = next(_claiming(seen, profile))
        told = one.read(_body(seen), _form(kind, one, profile))
        found = [kind.model.model_validate(each) for each in ([told] if isinstance(told, dict) else told)]
        return found, () if kind.is_sent else tuple(unread(seen, profile))
    except StopIteration:
        raise InvalidRecord("no message travels in this set", record=record) from None
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False, include_context=False)[0]
        place = ".".join(map(str, first["loc"]))
        raise InvalidRecord(first["msg"], record=record, field=place) from None
    except InvalidRecord as error:
        raise InvalidRecord(error.what, record=record, field=error.field) from None
    except (IndexError, ValueError):
        raise InvalidRecord("has not the lines that its message needs", record=record) from None


def _claiming(document: Document, profile: X12Profile) -> Iterator[tuple[Kind[BaseModel], X12Set[BaseModel]]]:
    body = _body(document)
    for kind, one in readers(document.set_id):
        if (kind.is_usual or kind.name in profile.kinds) and _is_mine(one, body, _form(kind, one, profile)):
            yield kind, one


def _is_mine(one: X12Set[BaseModel], body: Sequence[Segment], form: Form) -> bool:
    if one.mine is not None:
        return one.mine(body, form)
    return not form.mark or bool(form.reference_of(form.head(body), form.mark))


def _body(document: Document) -> Sequence[Segment]:
    return [segment for segment in document.segments if segment.id not in ("ST", "SE")]
