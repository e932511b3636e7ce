"""Messages as lines of a table, and back: a line for each line of the message, with the header on each.

Law of this module: pure, and without loss: `build(flatten(message)) == message` for every message that has a line.
What a line says of its header must agree with the other lines of the same document; a contradiction is an error
that names the field, never the last word winning.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from types import NoneType
from typing import get_args, get_origin

from attrs import frozen
from pydantic import BaseModel, ValidationError

from clarus_bluecherry.bluecherry import messages
from clarus_bluecherry.errors import ConfigurationError, InvalidRecord

Cells = Mapping[str, object]
"""One line: values by field name. A field that is not there, or None, has no value."""

Plain = dict[str, object]


@frozen(kw_only=True)
class Shape:
    """How one kind of message is spread over lines.

    `key` tells which lines belong to one document; without its first field nothing can be told. `lists` are its
    lists, by the name that their fields begin with; `singles` members of a list that stand beside the header, told
    apart by a fixed value.
    """

    model: type[BaseModel]
    key: tuple[str, ...]
    lists: Mapping[str, str]
    singles: Mapping[str, tuple[str, str, str]]
    fields: tuple[str, ...]
    types: Mapping[str, type]

    def flatten(self, message: BaseModel) -> list[Plain]:
        """`message` as lines."""
        if isinstance(message, messages.OrderShipment):
            return [self._header(message) | line for line in _shipment_lines(message)]
        lines = [
            {f"{name}.{field}": value for field, value in _scalars(member)}
            for name, attribute in self.lists.items()
            for member in getattr(message, attribute)
        ]
        return [self._header(message) | line for line in lines or [{}]]

    def build(self, lines: Sequence[Cells]) -> BaseModel:
        """The message that `lines` are. Raises `InvalidRecord` naming the field at fault."""
        found: Plain = self._agreed(lines)
        if self.model is messages.OrderShipment:
            found |= _shipment_lists(lines)
        else:
            for name, attribute in self.lists.items():
                found[attribute] = [member for line in lines if (member := _member(line, name))]
        for name, (attribute, column, word) in self.singles.items():
            if member := _member(lines[0], name):
                listed = found.setdefault(attribute, [])
                assert isinstance(listed, list)
                listed.append({column: word, **member})
        try:
            return self.model.model_validate(found)
        except ValidationError as error:
            first = error.errors(include_url=False, include_input=False, include_context=False)[0]
            raise InvalidRecord(first["msg"], field=".".join(map(str, first["loc"]))) from None

    def _header(self, message: BaseModel) -> Plain:
        kept = message.model_extra or {}
        found: Plain = {**{name: kept[name] for name in kept if name in self.types}, **dict(_scalars(message))}
        for name, (attribute, column, word) in self.singles.items():
            member = next((each for each in getattr(message, attribute) if getattr(each, column) == word), None)
            if member is not None:
                found |= {f"{name}.{field}": value for field, value in _scalars(member) if field != column}
        return found

    def _agreed(self, lines: Sequence[Cells]) -> Plain:
        """The header's values, which every line that has them repeats."""
        found: Plain = {}
        for name in self.fields:
            prefix, dot, _ = name.partition(".")
            if dot and (prefix in self.lists or prefix in _SHIPMENT_LISTS or prefix in self.singles):
                continue
            told = {line[name]: None for line in lines if line.get(name) is not None}
            if len(told) > 1:
                raise InvalidRecord("the lines of one document contradict each other", field=name)
            for value in told:
                _put(found, name, value)
        return found


def _put(found: Plain, name: str, value: object) -> None:
    outer, dot, inner = name.partition(".")
    if not dot:
        found[name] = value
        return
    nested = found.setdefault(outer, {})
    assert isinstance(nested, dict)
    nested[inner] = value


def _member(line: Cells, name: str) -> Plain:
    """The fields of `line` that begin with `name`, without it."""
    prefix = f"{name}."
    return {
        field.removeprefix(prefix): value
        for field, value in line.items()
        if field.startswith(prefix) and value is not None
    }


def _scalars(message: BaseModel) -> Iterator[tuple[str, object]]:
    """Values by name, those of records inside with the record's name before them."""
    for name in type(message).model_fields:
        value = getattr(message, name)
        if isinstance(value, BaseModel):
            yield from ((f"{name}.{inner}", held) for inner, held in _scalars(value))
        elif not isinstance(value, tuple) and name != "kind":
            yield name, value


# Shipments: lines and cartons are two views of the same units ------------------------------------------------

_SHIPMENT_LISTS = ("line", "carton", "packed")
_PACKED = "packed.ship_qty"


def _shipment_lines(shipment: messages.OrderShipment) -> Iterator[Plain]:
    """A line for each order line in each carton; order lines in no carton, and empty cartons, stand alone."""
    lines = {line.line_seq: _named("line", line) for line in shipment.lines}
    packed: set[str] = set()
    for carton in shipment.cartons:
        header = _named("carton", carton)
        for content in carton.lines:
            if content.line_seq not in lines:
                what = f"carton {carton.carton_num} holds line {content.line_seq}, which is not in the shipment"
                raise InvalidRecord(what, record=f"shipment of pick {shipment.pick_num}", field="cartons")
            packed.add(content.line_seq)
            yield {**lines[content.line_seq], **header, _PACKED: content.ship_qty}
        if not carton.lines:
            yield header
    yield from (line for number, line in lines.items() if number not in packed)


def _named(name: str, record: BaseModel) -> Plain:
    return {f"{name}.{field}": value for field, value in _scalars(record)}


def _shipment_lists(lines: Sequence[Cells]) -> Plain:
    ordered: dict[object, Plain] = {}
    cartons: dict[object, Plain] = {}
    contents: dict[object, list[Plain]] = {}
    for cells in lines:
        line, carton = _member(cells, "line"), _member(cells, "carton")
        if line:
            _same(ordered, line.get("line_seq"), line, "line")
        if carton:
            number = carton.get("carton_num")
            _same(cartons, number, carton, "carton")
            contents.setdefault(number, []).extend(_contents(line, cells.get(_PACKED)))
    for number, carton in cartons.items():
        carton["lines"] = contents[number]
    return {"lines": list(ordered.values()), "cartons": list(cartons.values())}


def _contents(line: Plain, quantity: object) -> list[Plain]:
    if quantity is None:
        return []
    article = {name: line[name] for name in messages.SkuSent.model_fields if name in line}
    return [{**article, "line_seq": line.get("line_seq"), "ship_qty": quantity}]


def _same(known: dict[object, Plain], key: object, found: Plain, name: str) -> None:
    before = known.setdefault(key, found)
    differing = [field for field in found if before.get(field) != found[field]]
    if differing:
        raise InvalidRecord("the lines of one document contradict each other", field=f"{name}.{differing[0]}")


# The shapes --------------------------------------------------------------------------------------------------


def _types(model: type[BaseModel], prefix: str = "") -> Iterator[tuple[str, type]]:
    """What each field of `model` holds, by name; its lists are left out."""
    for name, declared in model.model_fields.items():
        annotation = declared.annotation
        if isinstance(annotation, type) and issubclass(annotation, BaseModel):
            yield from _types(annotation, f"{prefix}{name}.")
        elif name != "kind" and get_origin(annotation) is not tuple:
            choices = [kind for kind in get_args(annotation) or (annotation,) if kind is not NoneType]
            yield f"{prefix}{name}", _type(choices[0] if isinstance(choices[0], type) else str, name)


_DATES = frozenset({"pick_date", "end_date", "due_date", "inv_date", "first_day", "last_day", "move_date"})
_MOMENTS = frozenset({"last_mod"})


def _type(declared: type, name: str) -> type:
    """What a cell holds: text, a number, a date, or an instant without a zone. Rows keep dates as text."""
    if name in _MOMENTS:
        return dt.datetime
    if name in _DATES or issubclass(declared, dt.date):
        return dt.date
    return Decimal if issubclass(declared, Decimal) else str


def _listed(model: type[BaseModel], attribute: str) -> type[BaseModel]:
    member = get_args(model.model_fields[attribute].annotation)[0]
    assert isinstance(member, type)
    assert issubclass(member, BaseModel)
    return member


def _shape(
    model: type[BaseModel],
    key: Iterable[str] = (),
    *,
    lists: Mapping[str, str] | None = None,
    singles: Mapping[str, tuple[str, str, str]] | None = None,
    more: Mapping[str, type[BaseModel]] | None = None,
    extra: Mapping[str, type] | None = None,
) -> Shape:
    """The shape of `model`; `more` are further records by what their fields begin with, `extra` single fields."""
    lists, singles = lists or {}, singles or {}
    types = dict(_types(model))
    for name, (attribute, column, _) in singles.items():
        members = _types(_listed(model, attribute), f"{name}.")
        types |= {field: kind for field, kind in members if field != f"{name}.{column}"}
    for name, attribute in lists.items():
        types |= dict(_types(_listed(model, attribute), f"{name}."))
    for prefix, listed in (more or {}).items():
        types |= dict(_types(listed, prefix))
    types |= extra or {}
    return Shape(model=model, key=tuple(key), lists=lists, singles=singles, fields=tuple(types), types=types)


_ADDRESSES = {"ship_to": ("addresses", "addr_type", "ST"), "bill_to": ("addresses", "addr_type", "BT")}

_SHAPES: Mapping[str, Shape] = {
    "pick_ticket": _shape(
        messages.PickTicket,
        ["pick_num"],
        lists={"line": "lines"},
        singles=_ADDRESSES,
        more={"": messages.PickEcho},
    ),
    "production_order": _shape(messages.ProductionOrder, ["prod_num"], lists={"line": "lines"}),
    "style": _shape(messages.Style, ["style", "division", "season", "std_cost"], lists={"sku": "skus"}),
    "location": _shape(messages.Location),
    "carrier": _shape(messages.Carrier),
    "order_shipment": _shape(
        messages.OrderShipment,
        ["pick_num"],
        more={"line.": messages.ShipmentLine, "carton.": messages.ShipmentCarton},
        extra={_PACKED: Decimal},
    ),
    "production_receipt_advice": _shape(messages.ProductionReceiptAdvice),
    "inventory_adjustment": _shape(messages.InventoryAdjustment),
    "return_to_stock": _shape(messages.ReturnAdvice),
    "stock_position": _shape(messages.StockPositionAdvice),
    "shipment_status": _shape(messages.ShipmentStatus),
    "interface_status": _shape(messages.InterfaceStatus),
    "stock_movement": _shape(messages.StockMovement),
    "period_status": _shape(messages.PeriodStatus),
    "acknowledgement": _shape(messages.Acknowledgement, ["control_number"], lists={"error": "errors"}),
}

KINDS = tuple(_SHAPES)
"""Every kind of message that can be laid out in a file."""


def shape_of(kind: str) -> Shape:
    """How messages of `kind` become lines. Raises `ConfigurationError` for a kind there is not."""
    if kind not in _SHAPES:
        raise ConfigurationError(f"{kind!r} is none of {', '.join(KINDS)}", record="layout", field="kind")
    return _SHAPES[kind]
