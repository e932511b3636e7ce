"""Documents of every kind of set, made from the tables by chance: what the standard allows, and no more."""

import datetime as dt
import random
import string

from clarus_bluecherry.x12 import Delimiters, Envelope, Partners, Segment, write
from clarus_bluecherry.x12._segments import CODES, SEGMENTS
from clarus_bluecherry.x12._sets import SETS, Loop, Use
from clarus_bluecherry.x12._validate import _SUMS

TEXT = string.ascii_letters + string.digits + " .,-/()&éß"
FORMAT = "1250"
"""The data element that says how the next one is to be read: here never as a date."""
WIDEST = 3
"""How often what may be repeated is repeated at most."""

MARKS = [Delimiters("*", ">", "~", "\n"), Delimiters("*", ">", "~"), Delimiters("|", ":", "'", "\r\n")]


def body_of(chance: random.Random, set_id: str) -> list[Segment]:
    """The segments between ST and SE of a set that the strict reader takes."""
    return totalled(set_id, list(turn(chance, SETS[set_id])))


def turn(chance, loop):
    for member in loop.members:
        most = min(member.most, WIDEST)
        opens = isinstance(member, Use) and member.id == loop.opens
        least = 1 if member.is_mandatory or opens else 0
        for _ in range(chance.randint(least, max(most, least))):
            if isinstance(member, Loop):
                yield from turn(chance, member)
            else:
                yield segment_of(chance, member.id)


def segment_of(chance, id_):
    spec = SEGMENTS[id_]
    some = {place for place in range(1, len(spec.elements) + 1) if chance.random() < 0.3}
    filled = allowed(spec, some) or allowed(spec, {1})
    assert filled is not None, id_
    last = max(filled, default=0)
    return Segment(
        id_, tuple(value_of(chance, id_, place) if place in filled else "" for place in range(1, last + 1))
    )


def allowed(spec, wanted):
    """Places that may be filled together, near those that are wanted; None when none were found."""
    filled = wanted | set(spec.mandatory)
    for _ in range(8):
        broken = [condition for condition in spec.conditions if not condition.holds(frozenset(filled))]
        if not broken:
            return filled
        for condition in broken:
            repair(condition, filled)
    return None


def repair(condition, filled):
    first, *others = condition.places
    match condition.kind:
        case "E":
            filled.difference_update(others)
        case "R":
            filled.add(first)
        case "P" | "C":
            filled.update(condition.places)
        case _:
            filled.add(others[0])


def value_of(chance, id_, place):
    spec = SEGMENTS[id_].elements[place - 1]
    codes = CODES.get((id_, place))
    if codes:
        return chance.choice(sorted(codes))
    if spec.number == FORMAT:
        return chance.choice(["CM", "UN", "TM"])
    length = chance.randint(spec.shortest, min(spec.longest, spec.shortest + 9))
    match spec.type:
        case "DT":
            day = dt.date(2026, 1, 1) + dt.timedelta(days=chance.randrange(3000))
            return f"{day:%Y%m%d}" if spec.longest == 8 else f"{day:%y%m%d}"
        case "TM":
            return f"{chance.randrange(24):02}{chance.randrange(60):02}"
        case "ID":
            return "".join(chance.choices(string.ascii_uppercase + string.digits, k=length))
        case "AN" | "COMP":
            text = "".join(chance.choices(TEXT, k=max(spec.shortest, min(length, 12))))
            return text if text.strip() == text else "x" * len(text)
        case _:
            return "".join(chance.choices("123456789", k=min(length, 6)))


def totalled(set_id, body):
    """The same with totals that are right."""
    if set_id in ("846", "832"):
        lines = str(sum(segment.id == "LIN" for segment in body))
        return [replaced(segment, 1, lines) if segment.id == "CTT" else segment for segment in body]
    if set_id not in _SUMS:
        return body
    total_id, total, line_id, line = _SUMS[set_id]
    values = [segment[line] for segment in body if segment.id == line_id and segment[line]]
    return [
        replaced(segment, total, str(sum(map(int, values)))) if segment.id == total_id else segment
        for segment in body
    ]


def replaced(segment, place, value):
    elements = list(segment.elements)
    elements[place - 1] = value
    return Segment(segment.id, tuple(elements))


def interchange(chance: random.Random, set_id: str, *, sets: int = 1) -> bytes:
    """An interchange of some sets of one kind."""
    envelope = Envelope(
        partners=Partners(sender="BRAND", receiver="WAREHOUSE"),
        control_number=str(chance.randrange(1, 10**9)).zfill(chance.choice([1, 9])),
        at=dt.datetime(2026, 3, 2, 12, tzinfo=dt.UTC),
        delimiters=chance.choice(MARKS),
    )
    return b"".join(write(envelope, set_id, [body_of(chance, set_id) for _ in range(sets)]))
