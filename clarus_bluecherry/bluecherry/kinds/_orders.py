"""Orders in the warehouse sets of X12, as a table says: who, when, and the lines.

Law of this module: what is written here is read here. A kind whose documents hold more than that writes and reads
its sets itself, as pick tickets do.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, TypeVar

from pydantic import BaseModel

from clarus_bluecherry.bluecherry.kinds._kind import Sure, Told, X12Set

if TYPE_CHECKING:
    from clarus_bluecherry.bluecherry.edi.form import Form
    from clarus_bluecherry.x12 import Segment

R = TypeVar("R", bound=BaseModel)

REQUESTED, DUE = "10", "17"
"""Qualifiers of dates: when it is to leave, and when to arrive (M)."""
_SEGMENTS = {"940": ("W05", "W01"), "943": ("W06", "W04")}
"""By set: its head and its items."""


def order_set(
    set_id: str,
    *,
    number: str,
    parties: Mapping[str, str],
    dates: Mapping[str, str],
    line: tuple[str, str],
    mark: str,
    sure: Sure,
) -> X12Set[R]:
    """An order in a 940 or 943, which `mark` tells from others there.

    `number` is the record's field of that name; `parties` are the settings of their qualifiers (`ship_from`) and
    the fields of their codes, `dates` qualifiers and fields, `line` the fields of a line's number and quantity.
    """
    head, item = _SEGMENTS[set_id]

    def write(order: R, control_number: str, form: Form) -> list[Segment]:
        told = {name: getattr(order, name) for name in (number, *parties.values(), *dates.values(), "lines")}
        body = [form.segment(head, "N", told[number])]
        body += form.parties(*((_qualifier(form, name), told[field]) for name, field in parties.items()))
        body.append(form.segment("N9", form.mark, told[number]))
        body += form.named("G62", *((day, form.date(told[field])) for day, field in dates.items()))
        body += [form.segment("W27", form.profile.transport_mode, "", "Any")] if set_id == "943" else []
        lines = ((each, *(getattr(each, name, "") for name in (*line, "uom"))) for each in told["lines"])
        return [*body, *form.ordered(item, lines)]

    def read(body: Sequence[Segment], form: Form) -> Told:
        codes = {field: form.code_of(body, _qualifier(form, name)) for name, field in parties.items()}
        days = {field: form.date_of(body, day) for day, field in dates.items()}
        return {number: body[0][2], **codes, **days, "lines": form.lines(body, item, *line)}

    return X12Set(id=set_id, write=write, read=read, mark=mark, sure=sure)


def _qualifier(form: Form, name: str) -> str:
    return str(getattr(form.profile.references, name))
