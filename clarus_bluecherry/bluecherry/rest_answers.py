"""What the REST API's answers mean: three shapes of list, four shapes of error, one of success.

Law of this module: nothing disappears and nothing is guessed. A row that breaks a rule is set aside as an
`InvalidRecord` beside the good ones; an answer without its documented envelope is `UnreadableAnswer`, never an
empty list; an error inside a 200 answer is an error.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Generic, TypeVar

from attrs import frozen
from pydantic import ValidationError

from clarus_bluecherry.bluecherry.messages import (
    Acceptance,
    Carrier,
    Location,
    PickTicket,
    Posting,
    ProductionOrder,
    Style,
)
from clarus_bluecherry.bluecherry.profile import Probe
from clarus_bluecherry.errors import InvalidRecord, Retry, Unprocessable, UnreadableAnswer
from clarus_bluecherry.http.call import Answer, Json, Refusal, plain_refusal
from clarus_bluecherry.http.redact import redact_text

T = TypeVar("T")
Columns = dict[str, Json]

_LONGEST_QUOTE = 1000


@frozen
class Page(Generic[T]):
    """One page of a read: the good rows, the rows set aside, and whether another page may follow."""

    rows: tuple[T, ...]
    bad: tuple[InvalidRecord, ...]
    last: bool


@frozen(kw_only=True)
class Table(Generic[T]):
    """How one entity's rows become records. `key` is the column a person knows a row by.

    `document` rows stand under `data.header` and have children; the others stand under `data`. `parse` gives a
    row's records, usually one.
    """

    name: str
    key: str
    document: bool
    parse: Callable[[Columns], tuple[T, ...]]

    def page(self, answer: Answer, *, full: int) -> Page[T]:
        """The records of one page; one with fewer than `full` rows is the last."""
        found = rows(answer, document=self.document)
        records: list[T] = []
        bad: list[InvalidRecord] = []
        for number, row in enumerate(found, start=1):
            try:
                records += self.parse(_columns(row))
            except (InvalidRecord, ValidationError) as error:
                bad.append(_set_aside(error, self._label(row, number)))
        return Page(tuple(records), tuple(bad), last=len(found) < full)

    def _label(self, row: Json, number: int) -> str:
        key = row.get(self.key) if isinstance(row, dict) else None
        return (
            f"{self.name} {key}".rstrip()
            if isinstance(key, str | int) and key != ""
            else f"{self.name}, row {number}"
        )


def _set_aside(error: InvalidRecord | ValidationError, record: str) -> InvalidRecord:
    """The error that names the row and the column, without the value: it may be a customer's address."""
    if isinstance(error, InvalidRecord):
        return InvalidRecord(error.what, record=record, field=error.field)
    first = error.errors(include_input=False, include_url=False, include_context=False)[0]
    return InvalidRecord(first["msg"], record=record, field=".".join(map(str, first["loc"])))


# Envelopes ---------------------------------------------------------------------------------------------------


def rows(answer: Answer, *, document: bool) -> list[Json]:
    """The rows of a list answer. Raises `UnreadableAnswer` when the envelope is not there."""
    data = _contents(answer, "data").get("data")
    if document and isinstance(data, dict):
        data = data.get("header")
    elif document and data:
        data = None
    if not isinstance(data, list):
        place = "data.header" if document else "data"
        raise answer.error(UnreadableAnswer, f"the answer holds no list under {place}")
    return data


def _columns(row: Json) -> Columns:
    if not isinstance(row, dict):
        raise InvalidRecord("the row is not an object")
    return row


def _children(row: Columns, child: str, rows_key: str = "rows") -> list[Columns]:
    """The rows of a child collection. An empty one may be null; one that is not there was not sent to us."""
    if child not in row:
        raise InvalidRecord("the child collection is missing: was it included?", field=child)
    collection = row[child]
    found = collection.get(rows_key, "") if isinstance(collection, dict) else collection
    if found is None:
        return []
    if not isinstance(collection, dict) or not isinstance(found, list):
        raise InvalidRecord(f"the child collection holds no list under {rows_key!r}", field=child)
    return [_columns(each) for each in found]


def _without(row: Columns, *children: str) -> Columns:
    return {name: value for name, value in row.items() if name not in children}


# Records -----------------------------------------------------------------------------------------------------


def _pick_ticket(row: Columns) -> tuple[PickTicket, ...]:
    header = _without(row, "pickaddress", "pickdetail")
    children = {"addresses": _children(row, "pickaddress"), "lines": _children(row, "pickdetail")}
    return (PickTicket.model_validate(header | children),)


def _styles(row: Columns) -> tuple[Style, ...]:
    """One record for each detail row: each has a division, a season, a cost and SKUs of its own."""
    header = _without(row, "styledetail")
    details = _children(row, "styledetail")
    if not details:
        return (Style.model_validate(header),)
    return tuple(_style(header, detail) for detail in details)


def _style(header: Columns, detail: Columns) -> Style:
    """The header's own key and time of change stand; the detail's key is kept beside them."""
    skus = _children(detail, "stylecolorsizes", "rows-i")
    kept = {name: header[name] for name in ("pkey", "last_mod") if name in header}
    own = _without(detail, "stylecolorsizes") | {"detail_pkey": detail.get("pkey")}
    return Style.model_validate(header | own | kept | {"skus": skus})


def _production_order(row: Columns) -> tuple[ProductionOrder, ...]:
    """The vendor is the header's, or the name at the `VN` address (L)."""
    addresses = _children(row, "productionorderaddressbystage")
    vendor = row.get("vendor") or next(
        (each.get("name") for each in addresses if each.get("addr_type") == "VN"), ""
    )
    header = _without(row, "productionorderaddressbystage", "productionorderdetailbystage")
    lines = _children(row, "productionorderdetailbystage")
    return (ProductionOrder.model_validate(header | {"vendor": vendor, "lines": lines}),)


PICKS = Table(name="pick ticket", key="pick_num", document=True, parse=_pick_ticket)
STYLES = Table(name="style", key="style", document=True, parse=_styles)
PRODUCTION_ORDERS = Table(name="production order", key="prod_num", document=True, parse=_production_order)
LOCATIONS = Table(
    name="location", key="location", document=False, parse=lambda row: (Location.model_validate(row),)
)
CARRIERS = Table(name="carrier", key="shipper", document=False, parse=lambda row: (Carrier.model_validate(row),))


# Single answers ----------------------------------------------------------------------------------------------


def version(answer: Answer) -> str:
    """The API's version: what shows that the key is good."""
    found = _contents(answer, "version").get("version")
    if not isinstance(found, str | int) or found == "":
        raise answer.error(UnreadableAnswer, "the answer names no version: is this Blue Cherry's API?")
    return str(found)


def acceptance(answer: Answer, control_number: str) -> Acceptance:
    """What a POST was answered: the key of the staged record."""
    pkey = _contents(answer, "pkey").get("pkey")
    if isinstance(pkey, bool) or not isinstance(pkey, str | int) or pkey == "":
        raise answer.error(UnreadableAnswer, "the answer holds neither a pkey nor an error")
    return Acceptance(control_number=control_number, pkey=str(pkey))


def posting(answer: Answer, control_number: str, probe: Probe) -> Posting:
    """What became of the message that travelled under `control_number`.

    Rows of other messages show that the filter has no effect here: then nothing is known. So it is with a word
    that `probe` does not list, and with rows that do not agree.
    """
    data = _contents(answer, "data").get("data")
    found = rows(answer, document=isinstance(data, dict))
    ours = [row for row in found if isinstance(row, dict) and _is(row.get(probe.control_number), control_number)]
    if not found:
        return Posting.ABSENT
    meanings = {probe.words.get(str(row.get(probe.status)).strip().lower(), Posting.UNKNOWN) for row in ours}
    return meanings.pop() if len(meanings) == 1 else Posting.UNKNOWN


def _is(value: Json, control_number: str) -> bool:
    """The column may be a number that has lost its zeros."""
    return str(value).strip().zfill(len(control_number)) == control_number


# Refusals ----------------------------------------------------------------------------------------------------


def refusal(answer: Answer) -> Refusal:
    """The refusal in the vendor's words, in any of the four shapes; the status alone when there are none."""
    body = answer.json()
    words = _words(body) if isinstance(body, dict) else ""
    return Refusal(words) if words else plain_refusal(answer)


def _words(body: Mapping[str, Json]) -> str:
    """`errors[0].errorMessage`, `errors[0].message`, `message[0].message`, or `message` itself."""
    for place, names in (("errors", ("errorMessage", "message")), ("message", ("message",))):
        found = body.get(place)
        if isinstance(found, str) and found.strip():
            return found.strip()
        first = found[0] if isinstance(found, list) and found else None
        if isinstance(first, dict):
            for name in names:
                words = first.get(name)
                if isinstance(words, str) and words.strip():
                    return words.strip()
    return ""


def _contents(answer: Answer, wanted: str) -> Columns:
    """The answer as an object. Errors inside a 200 are raised; beside a pkey, the outcome is unclear."""
    body = answer.json()
    if not isinstance(body, dict):
        raise answer.error(UnreadableAnswer, "the answer is not a JSON object")
    if body.get("errors") or (wanted not in body and body.get("message")):
        words = redact_text(_words(body)[:_LONGEST_QUOTE]) or "no reason was given"
        raise answer.error(
            Unprocessable,
            f"refused inside an answer of {answer.status}: {words}",
            retry=Retry.ASK_FIRST if "pkey" in body else None,
        )
    return body
