"""What all records that Clarus returns share: tolerant parsing, and the records named inside others.

Law of this module: reads are tolerant. Fields that the vendor adds later are kept in `model_extra`, enum values
are plain text, ids are text whether the API sends numbers or text, quantities are Decimals. A repr shows declared
fields only, and none that hold an address: what a tenant adds may be personal.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from clarus_bluecherry.errors import InvalidRecord


def _id_text(value: object) -> object:
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


def _exact(value: object) -> object:
    """A float has passed through here only if the caller parsed JSON without Decimals: take its shortest text."""
    return Decimal(repr(value)) if isinstance(value, float) else value


Id = Annotated[str, BeforeValidator(_id_text)]
"""A Clarus id: the API mixes numbers and text, we always hold text."""

EXACT = BeforeValidator(_exact)
Quantity = Annotated[Decimal, EXACT]


class Node(BaseModel):
    """A record as a list returns it. Fields the vendor adds later are kept in `model_extra`."""

    model_config = ConfigDict(extra="allow", frozen=True, coerce_numbers_to_str=True, hide_input_in_errors=True)

    def __repr_args__(self) -> Iterator[tuple[str | None, object]]:
        for name, declared in type(self).model_fields.items():
            if declared.repr and name in self.model_fields_set:
                yield name, getattr(self, name)


class AnyNode(Node):
    """A row of a list that has no model here: everything but the id is in `model_extra`."""

    id: Id = ""


class Reference(Node):
    """A record named inside another one. Only what the query asked for is filled."""

    id: Id = ""
    code: str | None = None
    name: str | None = None
    reference: str | None = None


class AddressNode(Node):
    """An address as lists show it. Clarus keeps the town in `address_3` and the county in `address_4`."""

    id: Id = ""
    address_1: str | None = Field(default=None, repr=False)
    address_2: str | None = Field(default=None, repr=False)
    address_3: str | None = Field(default=None, repr=False)
    address_4: str | None = Field(default=None, repr=False)
    postcode: str | None = Field(default=None, repr=False)
    country_code: str | None = None


class CodedNode(Node):
    """A record that is known by its code: what the code → id cache reads."""

    id: Id
    code: str
    name: str | None = None


def instant(value: str, *, zone: dt.tzinfo) -> dt.datetime:
    """An instant from any of the three shapes the API mixes: `…Z`, with an offset, or a bare date.

    A bare date is midnight in `zone`, the tenant's time zone (which zone Clarus means is not published); what day
    it names, in whatever zone, is asked of `bare_date`. Raises `InvalidRecord` for anything else.

    >>> instant("2026-03-11", zone=dt.UTC).isoformat()
    '2026-03-11T00:00:00+00:00'
    """
    try:
        moment = dt.datetime.fromisoformat(value)
    except ValueError:
        raise InvalidRecord(f"{value!r} is not an ISO 8601 date or time") from None
    return moment if moment.tzinfo else moment.replace(tzinfo=zone)


def bare_date(value: str) -> dt.date | None:
    """The day that a date without a time names, or None for anything that says a time.

    >>> bare_date("2026-11-01")
    datetime.date(2026, 11, 1)
    >>> bare_date("2026-11-01T00:00:00Z")
    """
    try:
        return dt.date.fromisoformat(value)
    except ValueError:
        return None
