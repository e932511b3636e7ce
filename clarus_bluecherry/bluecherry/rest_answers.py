"""What the REST API's answers mean: three shapes of list, four shapes of error, one of success.

Law of this module: nothing disappears and nothing is guessed. A row that breaks a rule is set aside as an
`InvalidRecord` beside the good ones; an answer without its documented envelope is `UnreadableAnswer`, never an
empty list; an error inside a 200 answer is an error.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Generic, TypeVar

from attrs import frozen
from pydantic import BaseModel, ValidationError

from clarus_bluecherry.bluecherry import messages
from clarus_bluecherry.bluecherry.kinds import Kind, RestRead
from clarus_bluecherry.bluecherry.profile import Probe, RestProfile
from clarus_bluecherry.bluecherry.rest_rows import DEEPEST, Columns, columns
from clarus_bluecherry.errors import (
    AT_ITS_SOURCE,
    InvalidRecord,
    PostedTwice,
    Retry,
    Unprocessable,
    UnreadableAnswer,
)
from clarus_bluecherry.http._call import Answer, Json, Refusal, cut, plain_refusal
from clarus_bluecherry.http._redact import redact_text

T = TypeVar("T", bound=BaseModel)

_LONGEST_QUOTE = 1000
_LONGEST_NAME = 100


@frozen
class RestPage(Generic[T]):
    """One page of a read: the good rows, the rows set aside, and whether another page may follow.

    `served_at` is Blue Cherry's own time, None where its answer did not tell it.
    """

    rows: tuple[T, ...]
    bad: tuple[InvalidRecord, ...]
    last: bool
    served_at: dt.datetime | None = None


def page(answer: Answer, kind: Kind[T], read: RestRead[T], profile: RestProfile, *, full: int) -> RestPage[T]:
    """The records of one page of a kind; one with fewer than `full` rows is the last."""
    found = rows(answer, profile, document=read.is_document)
    records: list[T] = []
    bad: list[InvalidRecord] = []
    for number, row in enumerate(found, start=1):
        try:
            records += read.records(columns(row), profile.envelopes)
        except Exception as error:  # noqa: BLE001 - whatever one row raises, the others are read
            bad.append(_set_aside(error, _label(row, kind.title, kind.key, number), row))
    return RestPage(tuple(records), tuple(bad), last=len(found) < full, served_at=answer.served_at)


def _label(row: Json, name: str, key: str, number: int) -> str:
    """What a person can look for: the row's key, or its `pkey`, or else its place."""
    columns = row if isinstance(row, dict) else {}
    for column, words in ((key, name), ("pkey", f"{name} with pkey")):
        told = columns.get(column)
        text = str(told).strip() if isinstance(told, str | int) and not isinstance(told, bool) else ""
        if text and text.isprintable() and len(text) <= _LONGEST_NAME:
            return f"{words} {text}"
    return f"{name}, row {number}"


def _set_aside(error: Exception, record: str, row: Json) -> InvalidRecord:
    """The error that names the row and the column, without the value: it may be a customer's address."""
    if isinstance(error, InvalidRecord):
        aside = InvalidRecord(error.what, record=record, field=error.field)
    elif isinstance(error, ValidationError):
        first = error.errors(include_input=False, include_url=False, include_context=False)[0]
        aside = InvalidRecord(first["msg"], record=record, field=".".join(map(str, first["loc"])))
    else:
        aside = InvalidRecord(f"reading it raised {type(error).__name__}", record=record)
    aside.action = AT_ITS_SOURCE
    kept = cut(row, DEEPEST)
    aside.raw = kept if isinstance(kept, dict) else {"row": kept}
    return aside


# Envelopes ---------------------------------------------------------------------------------------------------


def rows(answer: Answer, profile: RestProfile, *, document: bool) -> list[Json]:
    """The rows of a list answer. Raises `UnreadableAnswer` when the envelope is not there."""
    at = profile.envelopes
    data = _contents(answer, at.data, profile).get(at.data)
    if document and isinstance(data, dict):
        data = data.get(at.header)
    elif document and data:
        data = None
    if not isinstance(data, list):
        place = f"{at.data}.{at.header}" if document else at.data
        raise answer.error(UnreadableAnswer, f"the answer holds no list under {place}")
    return data


# Single answers ----------------------------------------------------------------------------------------------


def version(answer: Answer, profile: RestProfile) -> str:
    """The API's version: what shows that the key is good."""
    wanted = profile.envelopes.version
    found = _contents(answer, wanted, profile).get(wanted)
    if not isinstance(found, str | int) or found == "":
        raise answer.error(UnreadableAnswer, "the answer names no version: is this Blue Cherry's API?")
    return str(found)


def acceptance(answer: Answer, control_number: str, profile: RestProfile) -> messages.Acceptance:
    """What a POST was answered: the key of the staged record."""
    wanted = profile.envelopes.pkey
    pkey = _contents(answer, wanted, profile).get(wanted)
    if not _is_key(pkey):
        raise answer.error(UnreadableAnswer, f"the answer holds neither a {wanted} nor an error")
    return messages.Acceptance(control_number=control_number, pkey=str(pkey))


def acceptances(
    answer: Answer, control_numbers: Sequence[str], profile: RestProfile
) -> tuple[messages.Acceptance, ...]:
    """What a POST of several was answered: a key of its own for each, in order.

    Of fewer, and of one that comes twice, nobody knows whose they are.
    """
    wanted = profile.envelopes.pkey
    keys = _contents(answer, wanted, profile).get(wanted)
    own = {str(key) for key in keys if _is_key(key)} if isinstance(keys, list) else ()
    if not isinstance(keys, list) or not len(own) == len(keys) == len(control_numbers):
        what = f"{len(control_numbers)} messages were sent, and the answer does not hold a {wanted} for each"
        raise answer.error(UnreadableAnswer, what)
    told = zip(control_numbers, keys, strict=True)
    return tuple(messages.Acceptance(control_number=number, pkey=str(key)) for number, key in told)


def _is_key(pkey: Json) -> bool:
    return isinstance(pkey, str | int) and not isinstance(pkey, bool) and pkey != ""


def posting(answer: Answer, asked: str, probe: Probe, profile: RestProfile) -> messages.DeliveryStatus:
    """What became of the message that was `asked` for, by control number or reference.

    Rows of other messages show that the filter has no effect here: then nothing is known. So it is with a word
    that `probe` does not list, and with rows that do not agree. Raises `PostedTwice` when several records of the
    interface have its control number and none of them was refused there.
    """
    wanted = profile.envelopes.data
    data = _contents(answer, wanted, profile).get(wanted)
    found = rows(answer, profile, document=isinstance(data, dict))
    if not found:
        return probe.absent
    ours = [row for row in found if isinstance(row, dict) and _is_of(row, asked, probe)]
    _check_is_one(answer, ours, probe, profile)
    meanings = {_meaning(row, probe) for row in ours}
    return meanings.pop() if len(meanings) == 1 else messages.DeliveryStatus.UNKNOWN


def standings(
    answer: Answer, *, numbers: Sequence[str], probe: Probe, profile: RestProfile
) -> Mapping[str, messages.DeliveryStatus]:
    """What became of those of the messages sent under `numbers` of which just one row is shown.

    The others are no answer, and neither is a page so full that it may go on.
    """
    wanted = profile.envelopes.data
    data = _contents(answer, wanted, profile).get(wanted)
    found = rows(answer, profile, document=isinstance(data, dict))
    if len(found) >= profile.query.page_cap:
        return {}
    by_number: dict[str, list[Columns]] = defaultdict(list)
    for row in found:
        if isinstance(row, dict):
            by_number[str(row.get(probe.control_number)).strip().lstrip("0")].append(row)
    ours = {number: by_number[number.lstrip("0")] for number in numbers}
    return {number: _meaning(shown[0], probe) for number, shown in ours.items() if len(shown) == 1}


def _check_is_one(answer: Answer, ours: list[Columns], probe: Probe, profile: RestProfile) -> None:
    """Several records under one reference may be parts of one document; under one control number they are not."""
    taken = [row for row in ours if _meaning(row, probe) in _TAKEN]
    keys = list(dict.fromkeys(str(key) for row in taken if (key := row.get(profile.envelopes.pkey))))
    if len(keys) > 1 and not probe.reference:
        what = f"{len(keys)} records of the interface have its control number: {', '.join(keys)}"
        raise PostedTwice(what, documents=tuple(keys), status=answer.status, correlation_id=answer.correlation_id)


_TAKEN = frozenset({messages.DeliveryStatus.POSTED, messages.DeliveryStatus.STAGED})


def _is_of(row: Columns, asked: str, probe: Probe) -> bool:
    """A column of control numbers may be a number that has lost its zeros; a reference is compared as it is."""
    if probe.reference:
        return str(row.get(probe.reference)).strip() == asked
    return str(row.get(probe.control_number)).strip().zfill(len(asked)) == asked


def _meaning(row: Columns, probe: Probe) -> messages.DeliveryStatus:
    proof = row.get(probe.posted) if probe.posted else None
    if proof not in (None, False) and str(proof).strip(" 0."):
        return messages.DeliveryStatus.POSTED
    return probe.words.get(str(row.get(probe.status)).strip().lower(), messages.DeliveryStatus.UNKNOWN)


# Refusals ----------------------------------------------------------------------------------------------------


def refusal(answer: Answer, profile: RestProfile) -> Refusal:
    """The refusal in the vendor's words, in any of the shapes the profile names; else the status alone."""
    body = answer.json()
    words = _words(body, profile) if isinstance(body, dict) else ""
    return Refusal(words) if words else plain_refusal(answer)


def _words(body: Columns, profile: RestProfile) -> str:
    found = (_at(body, place.split(".")) for place in profile.refusals.words)
    return next((words.strip() for words in found if isinstance(words, str) and words.strip()), "")


def _at(found: Json, place: list[str]) -> Json:
    for step in place:
        if isinstance(found, dict):
            found = found.get(step)
        elif isinstance(found, list) and step.isdecimal() and int(step) < len(found):
            found = found[int(step)]
        else:
            return None
    return found


def _contents(answer: Answer, wanted: str, profile: RestProfile) -> Columns:
    """The answer as an object. Errors inside a 200 are raised; beside a key, the outcome is unclear."""
    body = answer.json_of_rows()
    if not isinstance(body, dict):
        raise answer.error(UnreadableAnswer, "the answer is not a JSON object")
    if _refuses(body, wanted, profile):
        words = redact_text(_words(body, profile)[:_LONGEST_QUOTE]) or "no reason was given"
        raise answer.error(
            Unprocessable,
            f"refused inside an answer of {answer.status}: {words}",
            retry=Retry.ASK_FIRST if profile.envelopes.pkey in body else None,
        )
    return body


def _refuses(body: Columns, wanted: str, profile: RestProfile) -> bool:
    places = profile.refusals
    members = {place.partition(".")[0] for place in places.words}
    telling = places.always if wanted in body else places.always | members
    return any(body.get(member) for member in telling)
