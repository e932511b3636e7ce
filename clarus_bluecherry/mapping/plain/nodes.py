"""Clarus's nodes as wire records, and what is refused before that.

Law of this module: as in `rows`. A node may come as it is, in the edge around it, or in a webhook's body.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from typing import TypeVar, get_args

from pydantic import BaseModel

from clarus_bluecherry.clarus._reading.node import Node, NodePart
from clarus_bluecherry.errors import InvalidRecord
from clarus_bluecherry.mapping.plain.agreed import StepSettings
from clarus_bluecherry.mapping.plain.given import ONE_AT_A_TIME, a_dict, explained, is_blank, named
from clarus_bluecherry.mapping.plain.spelling import Row, refuse_misspelt

NodeT = TypeVar("NodeT", bound=Node)

_NAMES = {
    "GoodsOutNode": "goods out",
    "GoodsOutLineNode": "goods out line",
    "ShipmentNode": "shipment",
    "PackageNode": "package",
    "TransactionNode": "transaction",
    "StockNode": "stock",
}
_A_RECORD = "Give the step the record itself: its node, the edge around it, or a webhook's body."
_A_LIST = "Give the step its nodes or edges, those of all pages together in one list."


def node(kind: type[NodeT], given: object, agreed: StepSettings, *, filled: Collection[str] = ()) -> NodeT:
    """A record of Clarus: a node, the edge around it, or a webhook's body, which may be or hold a list of one."""
    row = a_dict(_the_only(kind, given), _NAMES[kind.__name__])
    for wrapper in ("node", "data"):
        inside = _the_only(kind, row.get(wrapper))
        if isinstance(inside, Mapping) and ("id" in inside or "id" not in row):
            row = inside
    record = named(_NAMES[kind.__name__], row, "reference", "id")
    _refuse_misspelt_node(kind, row, agreed, record, "")
    if "id" not in row:
        raise InvalidRecord("it has no id", record=record, field="id", action=_A_RECORD)
    for name in filled:
        if is_blank(row.get(name)):
            raise InvalidRecord("it is missing: absent is not zero", record=record, field=name)
    _refuse_another_owner(row, agreed, record)
    with explained(record, {}):
        found = kind.model_validate(dict(row))
    _refuse_unread(found, agreed, record, "")
    return found


def _the_only(kind: type[Node], given: object) -> object:
    """The one member of a list, or what is no list: a webhook may bring several records, a step takes one."""
    if not isinstance(given, list) or not given:
        return given
    if len(given) > 1:
        name = _NAMES[kind.__name__]
        raise InvalidRecord(
            f"{len(given)} records came, and the step takes one", record=name, action=ONE_AT_A_TIME
        )
    return given[0]


def _refuse_unread(part: NodePart, agreed: StepSettings, record: str, place: str) -> None:
    """A field that holds something else than it should is read as if it had not come: here that would lose it."""
    for name in type(part).model_fields:
        if name in (part.model_extra or {}) and name not in agreed.other_columns:
            raise InvalidRecord("what stands in it cannot be read", record=record, field=f"{place}{name}")
        inside = getattr(part, name)
        if isinstance(inside, NodePart):
            _refuse_unread(inside, agreed, record, f"{place}{name}.")


def _refuse_another_owner(row: Row, agreed: StepSettings, record: str) -> None:
    """Goods of another account in the same warehouse are not ours to tell of."""
    account = row.get("account")
    told = {"account.id": account.get("id") if isinstance(account, Mapping) else None}
    told["account_id"] = row.get("account_id")
    for place, identity in told.items():
        if agreed.account_id is not None and not is_blank(identity) and str(identity) != str(agreed.account_id):
            what = f"it is of account {identity}, and the settings are for account {agreed.account_id}"
            raise InvalidRecord(what, record=record, field=place)


def nodes(kind: type[NodeT], given: object, agreed: StepSettings, *, filled: Collection[str] = ()) -> list[NodeT]:
    """The records of a list, each of them once."""
    if isinstance(given, str | Mapping) or not isinstance(given, Iterable):
        what = f"{type(given).__name__} is not a list"
        raise InvalidRecord(what, record=f"{_NAMES[kind.__name__]}s", action=_A_LIST)
    found = [node(kind, each, agreed, filled=filled) for each in given]
    counted = Counter(str(getattr(each, "id", "")) for each in found)
    twice = [identity for identity, times in counted.items() if times > 1]
    if twice:
        raise InvalidRecord("it is in the list twice", record=f"{_NAMES[kind.__name__]} {twice[0]}", field="id")
    return found


def _refuse_misspelt_node(kind: type[BaseModel], row: Row, agreed: StepSettings, record: str, place: str) -> None:
    refuse_misspelt(row, kind.model_fields, agreed.other_columns, record=record, place=place)
    for name, declared in kind.model_fields.items():
        inside = row.get(name)
        for inner in get_args(declared.annotation):
            if isinstance(inside, Mapping) and isinstance(inner, type) and issubclass(inner, BaseModel):
                _refuse_misspelt_node(inner, inside, agreed, record, f"{place}{name}.")
