"""Every call to Blue Cherry's REST API, as data.

Law of this module: nothing here does I/O. Reads may be repeated; posts never are, because no source says what Blue
Cherry does with a control number it has seen. One message is one call, so that a refusal, or a lost answer,
concerns exactly one record.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import TypeVar

from attrs import evolve

from clarus_bluecherry.bluecherry import messages
from clarus_bluecherry.bluecherry import rest_answers as answers
from clarus_bluecherry.bluecherry import rest_bodies as bodies
from clarus_bluecherry.bluecherry.profile import RestProfile
from clarus_bluecherry.bluecherry.rest_answers import EntityRows, RestPage
from clarus_bluecherry.errors import InvalidRecord
from clarus_bluecherry.http._call import Answer, Call, Refusal

__all__ = [
    "carriers",
    "locations",
    "pick",
    "picks",
    "ping",
    "post",
    "probe",
    "production_orders",
    "quoted",
    "styles",
]

T = TypeVar("T")


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


def _changed(profile: RestProfile, since: dt.datetime | None) -> tuple[str, ...]:
    return () if since is None else (f"{profile.query.changed} gt {quoted(profile.moment(since))}",)


# Reading -----------------------------------------------------------------------------------------------------


def picks(
    profile: RestProfile, changed_since: dt.datetime | None = None, page: int = 1
) -> Call[RestPage[messages.PickTicket]]:
    """One page of open pick tickets, those changed since an instant, or all. GET `/api/pick` (H).

    >>> dict(picks(RestProfile(), dt.datetime(2026, 1, 5, 12, 0, tzinfo=dt.UTC)).query)["$filter"]
    "last_mod gt '2026-01-05 06:45:00'"
    """
    return _documents(profile, answers.PICKS, profile.entities.picks, _changed(profile, changed_since), page)


def pick(profile: RestProfile, pick_num: str) -> Call[messages.PickTicket | None]:
    """The pick ticket with this number, None when it is not open. Raises `InvalidRecord` if it is unusable."""
    clauses = (_equals(profile.query.pick_number, pick_num),)
    page = _documents(profile, answers.PICKS, profile.entities.picks, clauses, page=1)
    return Call(
        name="pick_ticket.get",
        method=page.method,
        path=page.path,
        query=page.query,
        headers=page.headers,
        read=lambda answer: _one_pick(page.read(answer), pick_num),
        refusal=page.refusal,
        repeatable=True,
        record=f"pick ticket {pick_num}",
    )


def _one_pick(page: RestPage[messages.PickTicket], pick_num: str) -> messages.PickTicket | None:
    """Only the one that was asked for, even if the filter had no effect."""
    for error in page.bad:
        if error.record == f"pick ticket {pick_num}":
            raise error
    return next((ticket for ticket in page.rows if ticket.pick_num == pick_num), None)


def styles(
    profile: RestProfile, changed_since: dt.datetime | None = None, page: int = 1
) -> Call[RestPage[messages.Style]]:
    """One page of the item master. GET `/api/style` (H). Each detail row of a style gives a record."""
    return _documents(profile, answers.STYLES, profile.entities.styles, _changed(profile, changed_since), page)


def production_orders(
    profile: RestProfile, changed_since: dt.datetime | None = None, page: int = 1
) -> Call[RestPage[messages.ProductionOrder]]:
    """One page of orders to receive, at the profile's stage. GET `/api/productionOrderByStage` (H)."""
    clauses = (_equals(profile.query.stage_column, profile.query.stage), *_changed(profile, changed_since))
    return _documents(profile, answers.PRODUCTION_ORDERS, profile.entities.production_orders, clauses, page)


def locations(profile: RestProfile, page: int = 1) -> Call[RestPage[messages.Location]]:
    """One page of locations of the profile's type: warehouses. GET `/api/Location` (H)."""
    wanted = profile.query.location_type
    clauses = (_equals(profile.query.location_type_column, wanted),) if wanted else ()
    return _masters(profile, answers.LOCATIONS, profile.entities.locations, clauses, page)


def carriers(profile: RestProfile, page: int = 1) -> Call[RestPage[messages.Carrier]]:
    """One page of carriers. GET `/api/Shipper` (H)."""
    return _masters(profile, answers.CARRIERS, profile.entities.carriers, (), page)


def ping(profile: RestProfile) -> Call[str]:
    """The API's version: what a running integration asks to see whether its key is good. GET `/api/pick` (H)."""
    return Call(
        name="ping",
        method="GET",
        path=profile.path(profile.entities.picks),
        query=_paging(profile, page=1, size=1),
        headers=_headers(profile),
        read=lambda answer: answers.version(answer, profile),
        refusal=_refusal(profile),
        repeatable=True,
    )


def _documents(
    profile: RestProfile, table: EntityRows[T], entity: str, clauses: tuple[str, ...], page: int
) -> Call[RestPage[T]]:
    """Documents come with their children."""
    call = _page(profile, table, entity, clauses, page, profile.query.documents_per_page)
    return evolve(call, query=(*call.query, (profile.query.include, "all")))


def _masters(
    profile: RestProfile, table: EntityRows[T], entity: str, clauses: tuple[str, ...], page: int
) -> Call[RestPage[T]]:
    return _page(profile, table, entity, clauses, page, profile.query.masters_per_page)


def _page(
    profile: RestProfile, table: EntityRows[T], entity: str, clauses: tuple[str, ...], page: int, size: int
) -> Call[RestPage[T]]:
    full = min(size, profile.query.page_cap)
    return Call(
        name=f"{table.name.replace(' ', '_')}.list",
        method="GET",
        path=profile.path(entity),
        query=(*_filter(profile, clauses), *_paging(profile, page, size)),
        headers=_headers(profile),
        read=lambda answer: table.page(answer, profile, full=full),
        refusal=_refusal(profile),
        repeatable=True,
    )


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
    number = bodies.padded(control_number)
    return Call(
        name=f"{message.kind}.post",
        method="POST",
        path=profile.path(profile.entities.of(message.kind)),
        headers=_headers(profile),
        json=[bodies.body(message, number, profile)],
        read=lambda answer: answers.acceptance(answer, number, profile),
        refusal=_refusal(profile),
        record=bodies.name_of(message),
    )


def probe(
    profile: RestProfile, kind: str, control_number: str, reference: str = ""
) -> Call[messages.DeliveryStatus] | None:
    """Ask what became of the message sent under `control_number`; None where the site cannot be asked.

    Where the profile asks by reference, `reference` is the message's own. Raises `InvalidRecord` when it is empty.
    """
    posted_to = profile.entities.of(kind)
    probed = profile.probes.get(kind)
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
        path=profile.path(probed.entity or posted_to),
        query=_filter(profile, (_equals(column, asked),)),
        headers=_headers(profile),
        read=lambda answer: answers.posting(answer, asked, probed, profile),
        refusal=_refusal(profile),
        record=record,
        repeatable=True,
    )
