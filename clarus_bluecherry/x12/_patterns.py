"""A first look at a set: one pattern for the elements of each segment, one for the order of each set.

Law of this module: what a pattern takes has no fault. What it does not take may have none either: it is looked at
again, rule by rule, and only that second look finds anything. So this room can be removed, and only time changes.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import cache

from clarus_bluecherry.x12._segments import CODES, PERIOD, SEGMENTS, ElementSpec, SegmentSpec
from clarus_bluecherry.x12._sets import SETS, Loop, Use

_MARK = "\x1f"
_MOST_SHAPES = 1000
_LETTER = "!-~\xa1-\xac\xae-\u024f"
"""Letters that are printable beyond doubt, the blank left out."""
_DAY = "(?:(?:0[1-9]|1[0-2])(?:0[1-9]|1[0-9]|2[0-8])|(?:0[13-9]|1[0-2])(?:29|30)|(?:0[13578]|1[02])31)"
"""Days of any year; 29 February is looked at again."""


class _Segments:
    """Segments of one kind."""

    def __init__(self, spec: SegmentSpec) -> None:
        self._takes = re.compile(_of_segment(spec)).fullmatch
        self._conditions = spec.conditions
        self._shapes: dict[tuple[bool, ...], bool] = {}

    def take(self, elements: Sequence[str]) -> bool:
        """Whether nothing is wrong with `elements`."""
        text = _MARK.join(elements)
        if not self._takes(text) or text.count(_MARK) != len(elements) - 1:
            return False
        return not self._conditions or self._holds(tuple(map(bool, elements)))

    def _holds(self, shape: tuple[bool, ...]) -> bool:
        """Whether all conditions hold where elements are filled as in `shape`; few shapes come again and again."""
        if shape not in self._shapes:
            filled = frozenset(place for place, is_filled in enumerate(shape, start=1) if is_filled)
            if len(self._shapes) >= _MOST_SHAPES:
                self._shapes.clear()
            self._shapes[shape] = all(condition.holds(filled) for condition in self._conditions)
        return self._shapes[shape]


class _Takes(dict[str, Callable[[Sequence[str]], bool]]):
    """By the name of a segment: what says whether its elements are right beyond doubt. Made when it is asked."""

    def __missing__(self, id_: str) -> Callable[[Sequence[str]], bool]:
        if id_ not in SEGMENTS:
            return _never
        self[id_] = _Segments(SEGMENTS[id_]).take
        return self[id_]


def _never(elements: Sequence[str]) -> bool:
    return False


TAKES = _Takes()


def _of_segment(spec: SegmentSpec) -> str:
    """Mandatory elements are there; those behind the last of them may be left out, one after the other."""
    least = max(spec.mandatory, default=1)
    elements = [_of_element(spec.id, place, one) for place, one in enumerate(spec.elements, start=1)]
    further = "".join(f"(?:{_MARK}{each}" for each in elements[least:]) + ")?" * len(elements[least:])
    something = "" if spec.mandatory else f"(?={_MARK}*[^{_MARK}])"
    return something + _MARK.join(elements[:least]) + further


def _of_element(id_: str, place: int, spec: ElementSpec) -> str:
    codes = CODES.get((id_, place))
    if spec.number == PERIOD:
        return ""  # whether it is right its format says: to be looked at again
    value = "|".join(map(re.escape, sorted(codes))) if codes else _of_type(spec)
    return f"(?:{value})" if spec.is_mandatory else f"(?:{value})?"


def _of_type(spec: ElementSpec) -> str:
    shortest, longest = spec.shortest, spec.longest
    match spec.type[0], spec.type:
        case "N", _:
            return f"-?[0-9]{{{shortest},{longest}}}"
        case "R", _:
            has_point = f"(?=[0-9.]{{{shortest + 1},{longest + 1}}}(?:{_MARK}|\\Z))(?:[0-9]+\\.[0-9]*|\\.[0-9]+)"
            return f"-?(?:[0-9]{{{shortest},{longest}}}|{has_point})"
        case _, "DT":
            return ("[12][0-9]{3}" if shortest == len("YYYYMMDD") else "[0-9]{2}") + _DAY
        case _, "TM":
            return "(?:[01][0-9]|2[0-3])[0-5][0-9]"
        case _, "COMP":
            return f"[^{_MARK}\\r\\n\ufffd]+"
        case _:
            return f"[{_LETTER}][ {_LETTER}]{{{shortest - 1},{longest - 1}}}"


# Order -------------------------------------------------------------------------------------------------------


@cache
def _order(set_id: str) -> re.Pattern[str]:
    return re.compile(_of_members(SETS[set_id]))


def is_in_order(set_id: str, ids: Sequence[str]) -> bool:
    """Whether the segments between ST and SE stand as the set has them, beyond doubt."""
    text = " ".join([*ids, ""])
    return text.count(" ") == len(ids) and _order(set_id).fullmatch(text) is not None


def _of_members(loop: Loop) -> str:
    """As many of each member as come, and none is given back: as the second look does it."""
    return "".join(map(_of_member, loop.members))


def _of_member(member: Use | Loop) -> str:
    one = f"{member.id} " if isinstance(member, Use) else _of_members(member)
    return f"(?:{one}){{{int(member.is_mandatory)},{member.most}}}+"
