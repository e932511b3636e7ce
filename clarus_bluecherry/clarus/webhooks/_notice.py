"""What a Clarus webhook says: a hint that something happened, to be read again through the API.

Law of this module: the vendor signs nothing and publishes no payload, so nothing in a webhook is believed and
reading it never fails. What cannot be understood is a notice with a problem, and its body is kept as it came.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from itertools import islice

from attrs import evolve, field, frozen

from clarus_bluecherry.clarus.webhooks._events import EVENTS

MAX_DEPTH = 64
"""How deep objects and lists may lie in each other: ten times what a stock record needs (our limit)."""

MAX_RECORDS = 1000
"""How many records a call may bring: each is kept by itself before it is answered (our limit)."""

_SEVERAL = "the body holds several records: read_notices reads them"
_LONGEST_NAME = 200
_NAME = re.compile(f"[ -~]{{1,{_LONGEST_NAME}}}")
_AUTOMATION = "x-claruswms-automation-id"


@frozen
class WebhookNotice:
    """One webhook: which `resource` saw which `event`, about the record `id` and `reference` where they are told.

    `automation_id` is from the vendor's `X-ClarusWMS-Automation-ID` header. `problem` says in plain words why the
    notice cannot be read, and is empty for a good one. The body may be personal.
    """

    resource: str
    event: str
    id: str = ""
    reference: str = ""
    automation_id: str = ""
    body: bytes = field(default=b"", repr=False)
    problem: str = ""

    @property
    def name(self) -> str:
        """Resource and event, as in the URL path."""
        return f"{self.resource}.{self.event}"


def read_notice(
    path: str, headers: Mapping[str, str], body: bytes, *, max_depth: int = MAX_DEPTH
) -> WebhookNotice:
    """Read a webhook delivered to a URL path that ends in `<resource>.<event>`, such as `goods_out.completed`.

    The record is looked for under `data` (where condition paths such as `data.account_id` point, inferred) and at
    the top level.

    >>> read_notice("/hooks/secret/goods_out.completed", {}, b'{"data": {"id": 7, "reference": "P1"}}').reference
    'P1'
    >>> read_notice("/hooks/secret/goods_out.completed", {}, b"<html>").problem
    'the body is not JSON'
    """
    resource, _, event = _printable(path.rstrip("/").rpartition("/")[2]).partition(".")
    record, problem = _record(body, max_depth)
    if (resource, event) not in EVENTS:
        problem = "the event is not one that Clarus documents"
    lowered = {name.lower(): value for name, value in headers.items()}
    return WebhookNotice(
        resource=resource,
        event=event,
        id=_text(record.get("id")),
        reference=_text(record.get("reference")),
        automation_id=_printable(lowered.get(_AUTOMATION, "")),
        body=body,
        problem=problem,
    )


def read_notices(
    path: str,
    headers: Mapping[str, str],
    body: bytes,
    *,
    max_depth: int = MAX_DEPTH,
    max_records: int = MAX_RECORDS,
) -> list[WebhookNotice]:
    """As `read_notice`, of a body that may bring several records: an array of them, or one under `data`.

    Each record has a notice of its own, with its own part of the body; so has what stands between them and is no
    record, with its problem. Any other body is one notice. Never raises.

    >>> told = read_notices("/hooks/secret/goods_out.completed", {}, b'[{"reference": "P1"}, 7]')
    >>> [(notice.reference, notice.problem, notice.body) for notice in told]
    [('P1', '', b'{"reference": "P1"}'), ('', 'the body holds no record', b'7')]
    """
    parts = _parts(body, max_records + 1)
    if 0 < len(parts) <= max_records:
        return [read_notice(path, headers, part, max_depth=max_depth) for part in parts]
    whole = read_notice(path, headers, body, max_depth=max_depth)
    return [evolve(whole, problem=f"the body holds more than {max_records:,} records") if parts else whole]


_blanks = re.compile(r"[ \t\n\r]*").match
_only_structure = json.JSONDecoder(parse_int=str, parse_float=str, parse_constant=str)
"""What a number is worth is looked at record by record."""


def _parts(body: bytes, most: int) -> list[bytes]:
    """The first elements of the array that a body is or has under `data`, as they came; none if no records."""
    try:
        text = body.decode(json.detect_encoding(body), "surrogatepass")
        content = _only_structure.decode(text)
        array = content.get("data") if isinstance(content, dict) else content
        if not isinstance(array, list) or not any(isinstance(one, dict) for one in array):
            return []
        start = _after_blanks(text, 0) if array is content else _place_of_data(text)
        places = islice(_members_of(text, start), most)
        return [text[one:end].encode("utf-8", "surrogatepass") for one, end in places]
    except (ValueError, RecursionError):
        return []


def _place_of_data(text: str) -> int:
    """Where the value of the last member `data` of an object begins."""
    place, is_data = -1, False
    for number, (start, end) in enumerate(_members_of(text, _after_blanks(text, 0))):
        if number % 2 == 0:
            is_data = json.loads(text[start:end]) == "data"
        elif is_data:
            place = start
    return place


def _members_of(text: str, start: int) -> Iterator[tuple[int, int]]:
    """Where each element of the array, or each name and each value of the object, that begins at `start` lies."""
    place = _after_blanks(text, start + 1)
    while text[place] not in "]}":
        _, end = _only_structure.raw_decode(text, place)
        yield place, end
        place = _after_blanks(text, end)
        if text[place] in ",:":
            place = _after_blanks(text, place + 1)


def _after_blanks(text: str, place: int) -> int:
    found = _blanks(text, place)
    return found.end() if found else place


def _record(body: bytes, max_depth: int) -> tuple[Mapping[str, object], str]:
    """The record in a body, or why there is none."""
    if not body.strip():
        return {}, "there is no body: have Clarus call with POST"
    try:
        content = json.loads(body, parse_float=Decimal, parse_constant=_refuse)
    except (ValueError, ArithmeticError):
        return {}, "the body is not JSON"
    except RecursionError:
        return {}, "the body is nested too deeply"
    if _is_deeper(content, max_depth):
        return {}, "the body is nested too deeply"
    record = content.get("data", content) if isinstance(content, dict) else content
    if isinstance(record, list) and any(isinstance(one, dict) for one in record):
        return {}, _SEVERAL
    return (record, "") if isinstance(record, dict) else ({}, "the body holds no record")


def _refuse(word: str) -> object:
    raise ValueError(f"{word} is not JSON")


def _is_deeper(content: object, levels: int) -> bool:
    layer = [content]
    for _ in range(levels):
        layer = [member for holder in layer for member in _members(holder)]
        if not layer:
            return False
    return True


def _members(holder: object) -> list[object]:
    if isinstance(holder, dict):
        return list(holder.values())
    return holder if isinstance(holder, list) else []


def _text(value: object) -> str:
    """An id or a reference as text; `7.0` is `7`, and what cannot be one is nothing."""
    if isinstance(value, Decimal):
        # Compared and not reckoned with: arithmetic overflows beyond ten to the millionth.
        value = int(value) if value.adjusted() < _LONGEST_NAME and value == value.to_integral_value() else None
    if isinstance(value, bool) or not isinstance(value, str | int):
        return ""
    text = str(value)
    return text if text.isprintable() and len(text) <= _LONGEST_NAME else ""


def _printable(text: str) -> str:
    """A name from a URL or a header as it can be kept and shown, or nothing."""
    return text if _NAME.fullmatch(text) else ""
