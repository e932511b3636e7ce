"""What of a document is about a person, taken out of it and put back.

Law of this module: pure functions of plain data. What a person is found by (name, street, town, phone, e-mail) and
what people wrote freely (notes) is personal, wherever it stands; of what nobody could read, all is. The country
stays: nobody is found by it, and reports go by it. When in doubt, it is personal.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterator, Mapping
from functools import lru_cache
from html.entities import codepoint2name
from types import MappingProxyType
from typing import TypeVar, cast
from urllib.parse import quote

from attrs import define, field, frozen

from clarus_bluecherry.model._plain import Plain

T = TypeVar("T")

ELSEWHERE = "[personal]"
"""What stands in a row in place of a value that the table of personal data holds."""
ERASED = "[erased]"
"""What is read in its place once it was erased."""

Fields = dict[str, object]
"""Values by where they stood, as JSON pointers (RFC 6901): `/ship_to/name`. An empty one is the whole document."""

_NAMES = re.compile(
    r"(?:^|_)(?:notes?|comments?|remarks?|e_?mail|phone|contact|recipient|addr(?:ess)?_?[1-9])(?:_|$)"
)
_ADDRESSES = frozenset({"ship_to", "address", "addresses"})
_HOLDS = frozenset({dict, list, tuple, MappingProxyType})


@frozen(kw_only=True)
class PersonalTerms:
    """What is known of sources' records beyond what their names say. Each source's room says its own.

    Where nothing is known, more is personal. `free_text`: which field of a raw record somebody typed, by the kind
    of fact; None: each `description` is. `harmless`: what an address says of nobody. `whole`: kinds of facts whose
    raw record is personal from end to end, because nobody has read it, or it is a call's body. `newer`: the names
    of a raw record by which it is told which version is the newer one.

    By these an order's documents are found: `orders_source` numbers the orders, `by_line` are kinds of its facts
    whose id begins with the number. A posting's reference is an order's
    number where its target is in `order_targets`, or its fact's key begins with one of `order_facts`.
    """

    free_text: Mapping[str, str] | None = None
    harmless: frozenset[str] = frozenset({"country"})
    whole: frozenset[str] = frozenset({"unread", "notification"})
    newer: tuple[str, ...] = ("arrival",)
    orders_source: str = ""
    by_line: frozenset[str] = frozenset()
    order_targets: frozenset[str] = frozenset()
    order_facts: tuple[str, ...] = ()

    @property
    def is_told(self) -> bool:
        """Whether somebody said anything of the sources."""
        return bool(self.orders_source)

    def typed(self, kind: str) -> str | None:
        """The field of a raw record of this kind that somebody typed."""
        return "description" if self.free_text is None else self.free_text.get(kind)


NOTHING_KNOWN = PersonalTerms()


def apart(plain: Plain, *, column: str, kind: str, terms: PersonalTerms = NOTHING_KNOWN) -> tuple[Plain, Fields]:
    """`plain` with a reference in place of each personal value, and those values by where they stood.

    `column` is where it is kept, `kind` the kind of its fact or posting, `terms` what its source says.

    >>> apart({"ship_to": {"name": "Jo", "country": "US"}, "units": "5"}, column="record", kind="pick_ticket")
    ({'ship_to': {'name': '[personal]', 'country': 'US'}, 'units': '5'}, {'/ship_to/name': 'Jo'})
    """
    if column == "raw" and kind in terms.whole:
        return {}, {"": plain}
    free = terms.typed(kind) if column == "raw" else None
    if not _may_be_personal(plain) and not (free and plain.get(free)):
        return plain, {}
    taker = _Taker(free, terms.harmless)
    return cast(Plain, taker.rest(plain, "")), taker.fields


def whole(plain: Plain, fields: Fields) -> Plain:
    """`plain` with its personal values in their places again."""
    if "" in fields:
        found = fields[""]
        return found if isinstance(found, dict) else plain
    for pointer, value in fields.items():
        *way, last = (step.replace("~1", "/").replace("~0", "~") for step in pointer.split("/")[1:])
        place: object = plain
        for step in way:
            place = _member(place, step)
        if isinstance(place, dict):
            place[last] = value
        elif isinstance(place, list):
            place[int(last)] = value
    return plain


def erased(fields: Fields) -> Fields:
    """The same fields with nothing in them."""
    return {pointer: _emptied(value, ERASED) for pointer, value in fields.items()}


def concealed(said: T, document: object) -> T:
    """What was `said`, text or plain data, without the personal values of the `document` it was said of.

    A refusal may quote what it was sent, and write it as HTML, JSON, an address or its own database does.

    >>> concealed("no street 1 Main St in Newark", {"address": {"address_1": "1 Main St"}})
    'no street [personal] in Newark'
    """
    if not said or not document:
        return said
    taker = _Taker(None, NOTHING_KNOWN.harmless)
    taker.rest(document, "")
    values = {*_words(taker.fields)}
    if not values:
        return said
    longest_first = "|".join(map(_as_quoted, sorted(values, key=len, reverse=True)))
    found = re.compile(rf"{_BEGINS}(?:{longest_first})(?!\w)", re.IGNORECASE)
    return cast(T, _replaced(said, found))


_BEGINS = r"(?:(?<!\w)|(?<=\\[nrt])|(?<=\\u[0-9a-f]{4})|(?<=%[0-9a-f]{2}))"
"""Where a value may begin: not within a word, unless that is how its neighbour is written."""
_GAP = r"(?:\s|\\[nrt]|&nbsp;|\+|%20|%0[9ad])+"
_NUMBER = re.compile(r"[\d\s().+/-]+")
_DIGITS_KNOWN = (7, 10)
"""A number of no fewer digits is known by as many of its last ones, however they are set apart."""
_APART = r"[\s().+/-]{0,3}"
_DIALLED = (
    r"(?=[\d+(])"  # most places are none, and are passed quickly
    rf"(?:(?:\+|00)\d{{1,4}}{_APART}(?:\d{{1,4}}{_APART})?|[01][\s().+/-]{{1,3}}|\(?\d{{1,4}}(?:[).+/-]\s?)?)?"
)
"""What is dialled before it. Other digits that a blank sets apart are no part of it: an order's number, units."""


def _as_quoted(value: str) -> str:
    """A pattern of all the ways in which a system may repeat a value."""
    digits = re.sub(r"\D", "", value, flags=re.ASCII)
    least, most = _DIGITS_KNOWN
    if len(digits) >= least and _NUMBER.fullmatch(value):
        return _DIALLED + _APART.join(digits[-most:])
    pieces = re.findall(r"\s+|\S", unicodedata.normalize("NFC", value))
    return "".join(_GAP if piece.isspace() else _sign_as_quoted(piece) for piece in pieces)


@lru_cache(1024)
def _sign_as_quoted(sign: str) -> str:
    if sign.isascii() and sign.isalnum():
        return sign
    code = ord(sign)
    ways = {
        sign,
        unicodedata.normalize("NFD", sign),
        unicodedata.normalize("NFD", sign)[0],
        json.dumps(sign)[1:-1],
        f"&{codepoint2name.get(code, 'apos' if sign == chr(39) else '')};",
        quote(sign, safe="", errors="surrogatepass"),
    }
    named = "|".join(map(re.escape, sorted(ways, key=len, reverse=True)))
    return rf"(?:{named}|&#0*{code};|&#x0*{code:x};|\\u{code:04x})"


def is_about(fields: Fields, person: str) -> bool:
    """Whether one of the values holds this text of a person, whatever the case of its letters."""
    return any(person.casefold() in text.casefold() for text in _words(fields))


def _replaced(said: object, found: re.Pattern[str]) -> object:
    if isinstance(said, str):
        return found.sub(ELSEWHERE, said)
    if isinstance(said, Mapping):
        return {name: _replaced(each, found) for name, each in said.items()}
    return [_replaced(each, found) for each in said] if isinstance(said, list | tuple) else said


def _words(value: object) -> Iterator[str]:
    """Every text in `value` that is long enough to be known again."""
    if isinstance(value, str):
        if len(value.strip()) > 2 and value not in (ELSEWHERE, ERASED):
            yield value.strip()
    elif isinstance(value, Mapping):
        for member in value.values():
            yield from _words(member)
    elif isinstance(value, list | tuple):
        for member in value:
            yield from _words(member)


@lru_cache(4096)
def _is_personal(name: str) -> bool:
    return _NAMES.search(name.lower()) is not None


def _may_be_personal(value: object) -> bool:
    """Whether anything in `value` goes by such a name: most documents are about goods, and this is quick."""
    if type(value) is dict or isinstance(value, Mapping):
        for name, member in value.items():
            if member and (_calls_for_care(name) or (type(member) in _HOLDS and _may_be_personal(member))):
                return True
    elif isinstance(value, list | tuple):
        return any(type(member) in _HOLDS and _may_be_personal(member) for member in value)
    return False


@lru_cache(4096)
def _calls_for_care(name: str) -> bool:
    return name in _ADDRESSES or _is_personal(name)


@define
class _Taker:
    """Takes personal values out of a document, into `fields`. `free` names what is personal in this kind only."""

    free: str | None
    harmless: frozenset[str]
    fields: Fields = field(factory=dict)

    def rest(self, value: object, pointer: str, *, inside: bool = False) -> object:
        """`value` without them; itself where there are none. `inside`: it is all about a person."""
        if isinstance(value, Mapping):
            found = {name: self._named(name, member, pointer, inside=inside) for name, member in value.items()}
            return value if all(found[name] is value[name] for name in found) else found
        if isinstance(value, list | tuple):
            members = [self._member(each, f"{pointer}/{at}", inside=inside) for at, each in enumerate(value)]
            return value if all(new is old for new, old in zip(members, value, strict=True)) else members
        return value

    def _named(self, name: str, member: object, pointer: str, *, inside: bool) -> object:
        if not member or isinstance(member, bool | int):
            return member
        about = (inside and name not in self.harmless) or _is_personal(name) or name == self.free
        return self._member(member, f"{pointer}/{_escaped(name)}", inside=about, address=name in _ADDRESSES)

    def _member(self, member: object, pointer: str, *, inside: bool, address: bool = False) -> object:
        if isinstance(member, str) or _is_texts(member):
            return self._taken(member, pointer) if inside and member else member
        return self.rest(member, pointer, inside=inside or address)

    def _taken(self, value: object, pointer: str) -> object:
        self.fields[pointer] = value
        return _emptied(value, ELSEWHERE)


def _is_texts(value: object) -> bool:
    return isinstance(value, list | tuple) and all(isinstance(each, str) for each in value)


def _emptied(value: object, marker: str) -> object:
    """The marker in the shape of `value`, so that whoever reads the document still can."""
    if isinstance(value, Mapping):
        return {"erased": marker}
    return [marker] if isinstance(value, list | tuple) else marker


def _escaped(name: str) -> str:
    return name.replace("~", "~0").replace("/", "~1") if "/" in name or "~" in name else name


def _member(place: object, step: str) -> object:
    if isinstance(place, dict):
        return place.get(step)
    return place[int(step)] if isinstance(place, list) and int(step) < len(place) else None
