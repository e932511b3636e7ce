"""Every call to Blue Cherry's REST API, as data.

Law of this module: nothing here does I/O, and nothing names a kind of message. Reads may be repeated; posts never
are, because no source says what Blue Cherry does with a control number it has seen. One message is one call, so
that a refusal, or a lost answer, concerns exactly one record; where a site takes several in one, both concern all
of them, unless it says that it takes them whole or not at all.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from typing import TypeVar

from pydantic import BaseModel

from clarus_bluecherry.bluecherry import messages
from clarus_bluecherry.bluecherry import rest_answers as answers
from clarus_bluecherry.bluecherry import rest_bodies as bodies
from clarus_bluecherry.bluecherry.kinds import Kind, RestPost, RestRead, kind_named, kind_of
from clarus_bluecherry.bluecherry.profile import RestProfile
from clarus_bluecherry.bluecherry.rest_answers import RestPage
from clarus_bluecherry.bluecherry.transport import NotCarried
from clarus_bluecherry.errors import AnswerError, Blame, ConfigurationError, InvalidRecord, Retry
from clarus_bluecherry.http._call import Answer, Call, Refusal

__all__ = [
    "body",
    "find",
    "of_several",
    "page",
    "pages",
    "ping",
    "post",
    "post_many",
    "probe",
    "probe_many",
    "quoted",
]

R = TypeVar("R", bound=BaseModel)

_PINGED = "pick_ticket"
"""What every site has."""


def quoted(value: str) -> str:
    """`value` as a literal of a filter: Blue Cherry wants all of them as text, numbers and dates too (H).

    A quote inside is doubled, as OData does it (M).

    >>> quoted("O'NEILL")
    "'O''NEILL'"
    """
    doubled = value.replace("'", "''")
    return f"'{doubled}'"


def _equals(column: str, value: str) -> str:
    return f"{column} eq {quoted(value)}"


# Reading -----------------------------------------------------------------------------------------------------


def page(
    profile: RestProfile, kind: Kind[R], since: dt.datetime | None = None, number: int = 1
) -> Call[RestPage[R]]:
    """One page of the records of a kind: of documents those changed since an instant, or all.

    Raises `NotCarried` for a kind that no endpoint tells.

    >>> from clarus_bluecherry.bluecherry.kinds.pick_ticket import PICK_TICKET
    >>> asked = page(RestProfile(), PICK_TICKET, dt.datetime(2026, 1, 5, 12, 0, tzinfo=dt.UTC))
    >>> asked.path, dict(asked.query)["$filter"]
    ('/api/pick', "last_mod gt '2026-01-05 06:45:00'")
    """
    changed: tuple[str, ...] = ()
    if since is not None and _read(kind).is_document:
        changed = (f"{profile.query.changed} gt {quoted(profile.moment(since))}",)
    return _page(profile, kind, changed, number)


def pages(profile: RestProfile, kind: Kind[R], since: dt.datetime | None) -> Callable[[int], Call[RestPage[R]]]:
    """`page`, for a walk through all of them. Raises at once what it would raise."""
    _read(kind)
    return partial(page, profile, kind, since)


def find(profile: RestProfile, kind: Kind[R], number: str) -> Call[R | None]:
    """The record of this number, None when it is not among those that `page` reads.

    Raises `InvalidRecord` if it is unusable, and `NotCarried` as `page` does.
    """
    asked = _page(profile, kind, (_equals(kind.key, number),), number=1)
    return Call(
        name=f"{kind}.get",
        method=asked.method,
        path=asked.path,
        query=asked.query,
        headers=asked.headers,
        read=lambda answer: _one(asked.read(answer), kind, number),
        refusal=asked.refusal,
        repeatable=True,
        record=f"{kind.title} {number}",
    )


def _one(found: RestPage[R], kind: Kind[R], number: str) -> R | None:
    """Only the one that was asked for, even if the filter had no effect."""
    for error in found.bad:
        if error.record == f"{kind.title} {number}":
            raise error
    return next((each for each in found.rows if kind.number_of(each) == number), None)


def ping(profile: RestProfile) -> Call[str]:
    """The API's version: what a running integration asks to see whether its key is good. GET `/api/pick` (H)."""
    return Call(
        name="ping",
        method="GET",
        path=_path(profile, _PINGED, _read(kind_named(_PINGED))),
        query=_paging(profile, page=1, size=1),
        headers=_headers(profile),
        read=lambda answer: answers.version(answer, profile),
        refusal=_refusal(profile),
        repeatable=True,
    )


def _read(kind: Kind[R]) -> RestRead[R]:
    if isinstance(kind.rest, RestRead):
        return kind.rest
    raise _not_carried(kind, kind.rest if isinstance(kind.rest, str) else "it is sent, not read")


def _not_carried(kind: Kind[R], why: str) -> NotCarried:
    return NotCarried(f"REST carries no {kind.title}: {why}", record=kind.title, field="bluecherry.transport")


def _page(profile: RestProfile, kind: Kind[R], more: tuple[str, ...], number: int) -> Call[RestPage[R]]:
    """Documents come with their children. `more` are clauses beside those of every read."""
    read, query = _read(kind), profile.query
    clauses = (*(_equals(column, value) for column, value in read.clauses(profile).items() if value), *more)
    size = query.documents_per_page if read.is_document else query.masters_per_page
    full = min(size, query.page_cap)
    children = ((query.include, "all"),) if read.is_document else ()
    return Call(
        name=f"{kind}.list",
        method="GET",
        path=_path(profile, kind.name, read),
        query=(*_filter(profile, clauses), *_paging(profile, number, size), *children),
        headers=_headers(profile),
        read=lambda answer: answers.page(answer, kind, read, profile, full=full),
        refusal=_refusal(profile),
        repeatable=True,
    )


def _path(profile: RestProfile, name: str, rest: RestRead[R] | RestPost[R]) -> str:
    """Its last part is as the site has it, or as running integrations show it."""
    return profile.path(profile.entities.get(name, rest.entity))


def _headers(profile: RestProfile) -> tuple[tuple[str, str], ...]:
    return tuple(profile.headers.items())


def _refusal(profile: RestProfile) -> Callable[[Answer], Refusal]:
    return lambda answer: answers.refusal(answer, profile)


def _filter(profile: RestProfile, clauses: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
    return ((profile.query.filter, " and ".join(clauses)),) if clauses else ()


def _paging(profile: RestProfile, page: int, size: int) -> tuple[tuple[str, str], ...]:
    return ((profile.query.page, str(page)), (profile.query.page_size, str(size)))


# Writing -----------------------------------------------------------------------------------------------------


def post(profile: RestProfile, message: messages.Outbound, control_number: str) -> Call[messages.Acceptance]:
    """Send `message` under `control_number`, digits that the ledger keeps, so that a retry carries the same ones.

    A pkey in the answer means staged, not yet in the books (M). Raises `InvalidRecord` or `ConfigurationError`
    when a required column is empty.
    """
    number, kind = bodies.padded(control_number), kind_of(message)
    return Call(
        name=f"{kind}.post",
        method="POST",
        path=_path(profile, kind.name, _sent(kind)),
        headers=_headers(profile),
        json=[body(profile, message, number)],
        read=lambda answer: answers.acceptance(answer, number, profile),
        refusal=_refusal(profile),
        record=bodies.name_of(message),
    )


def post_many(
    profile: RestProfile, told: Sequence[tuple[messages.Outbound, str]]
) -> Call[tuple[messages.Acceptance, ...]]:
    """Send several messages of one kind, each with its control number, in one array (L).

    An answer with as many keys as there are messages accepts each of them; any other is `UnreadableAnswer`. Raises
    as `post`, and `InvalidRecord` when they are not of one kind. Send it within `of_several`.
    """
    (kind, *others) = {kind_of(message) for message, _ in told}
    if others:
        raise InvalidRecord("messages of one kind leave together", record=str(kind), field="kind")
    numbers = [bodies.padded(control_number) for _, control_number in told]
    return Call(
        name=f"{kind}.post_many",
        method="POST",
        path=_path(profile, kind.name, _sent(kind)),
        headers=_headers(profile),
        json=[body(profile, message, number) for message, number in told],
        read=lambda answer: answers.acceptances(answer, numbers, profile),
        refusal=_refusal(profile),
        record=f"{bodies.name_of(told[0][0])} and {len(told) - 1} more",
    )


@contextmanager
def of_several(profile: RestProfile) -> Iterator[None]:
    """Round the sending of `post_many`: where a site may take an array in part, a refusal tells of none."""
    try:
        yield
    except AnswerError as error:
        if error.blame is Blame.RECORD and not profile.whole_arrays:
            error.retry = Retry.ASK_FIRST
            error.action = "Ask about each message: the others may have been taken."
        raise


def body(profile: RestProfile, message: messages.Outbound, control_number: str) -> bodies.Body:
    """The record that `post` sends. Raises as it does."""
    return _sent(kind_of(message)).body(message, bodies.padded(control_number), profile)


def _sent(kind: Kind[R]) -> RestPost[R]:
    if isinstance(kind.rest, RestPost):
        return kind.rest
    raise _not_carried(kind, kind.rest if isinstance(kind.rest, str) else "it is read, not sent")


def probe(
    profile: RestProfile, kind: str, control_number: str, reference: str = ""
) -> Call[messages.DeliveryStatus] | None:
    """Ask what became of the message sent under `control_number`; None where the site cannot be asked.

    Where the profile asks by reference, `reference` is the message's own. Raises `InvalidRecord` when it is empty.
    """
    posted_to, probed = _posted_to(profile, kind), profile.probe_of(kind)
    if probed is None:
        return None
    number = bodies.padded(control_number)
    column, asked = (probed.reference, reference) if probed.reference else (probed.control_number, number)
    record = f"{kind.replace('_', ' ')} sent under {number}"
    if not asked:
        raise InvalidRecord(
            "this site is asked by reference, and none was given", record=record, field="reference"
        )
    return Call(
        name=f"{kind}.probe",
        method="GET",
        path=profile.path(probed.entity) if probed.entity else posted_to,
        query=_filter(profile, (_equals(column, asked),)),
        headers=_headers(profile),
        read=lambda answer: answers.posting(answer, asked, probed, profile),
        refusal=_refusal(profile),
        record=record,
        repeatable=True,
    )


def probe_many(
    profile: RestProfile, kind: str, control_numbers: Iterable[str]
) -> tuple[Call[Mapping[str, messages.DeliveryStatus]], ...]:
    """Ask what became of many messages, by ranges of control numbers; nothing where the site is not asked so.

    The answers say what they show, by control number as it was given. What they do not show is no answer: ask
    `probe`. Numbers with no other near them are left to that as well.

    >>> asked = probe_many(RestProfile(), "order_shipment", ["41", "42", "50", "4000"])
    >>> [dict(call.query)["$filter"] for call in asked]
    ["isa_num gt '000000040' and isa_num lt '000000051'"]
    """
    posted_to, probed = _posted_to(profile, kind), profile.probe_of(kind)
    if probed is None or probed.reference or not probed.by_range:
        return ()
    column, full = probed.control_number, profile.query.page_cap
    numbers = {int(number): number for number in control_numbers if bodies.is_control_number(number)}
    told_by = partial(answers.standings, probe=probed, profile=profile)
    return tuple(
        Call(
            name=f"{kind}.probe_many",
            method="GET",
            path=profile.path(probed.entity) if probed.entity else posted_to,
            query=(*_filter(profile, _between(column, near)), *_paging(profile, page=1, size=full)),
            headers=_headers(profile),
            read=partial(told_by, numbers=[numbers[each] for each in near]),
            refusal=_refusal(profile),
            record=f"{kind.replace('_', ' ')} sent under {near[0]} to {near[-1]}",
            repeatable=True,
        )
        for near in _near(sorted(numbers), within=full // 2)
        if len(near) > 1
    )


def _between(column: str, numbers: Sequence[int]) -> tuple[str, str]:
    first, last = (bodies.padded(str(number)) for number in (max(numbers[0] - 1, 0), numbers[-1] + 1))
    return f"{column} gt {quoted(first)}", f"{column} lt {quoted(last)}"


def _near(numbers: Sequence[int], within: int) -> Iterator[list[int]]:
    """In parts so close together that one page shows all records there can be, if each is there once."""
    part: list[int] = []
    for number in numbers:
        if part and number - part[0] >= within:
            yield part
            part = []
        part.append(number)
    if part:
        yield part


def _posted_to(profile: RestProfile, name: str) -> str:
    try:
        kind = kind_named(name)
    except ConfigurationError:
        raise InvalidRecord(f"{name!r} is not a kind of message", field="kind") from None
    return _path(profile, name, _sent(kind))
