"""`availability.toml`: how a site sells, beside the `close.toml` that says how its files are read.

Law of this module: a word that is not known is refused by name. Everything has a default, and each default sells
too little rather than too much.
"""

from __future__ import annotations

import datetime as dt
import tomllib
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from pathlib import Path

from attrs import field, fields, frozen
from cattrs import Converter
from cattrs.errors import BaseValidationError

from clarus_bluecherry.errors import ConfigurationError, InvalidRecord
from clarus_bluecherry.finance.availability import MoveKind, SafetyBuffer, SalesChannel, SellingPolicy

SELLING_NAME = "availability.toml"
_NEVER = "never"
_OURS = {"floor_max_age": "stock_max_age"}
"""Fields of a policy that the file calls otherwise."""
_SAID = (
    MoveKind.ALLOCATED,
    MoveKind.PICKED,
    MoveKind.CANCELLED,
    MoveKind.SHORTED,
    MoveKind.HELD,
    MoveKind.RELEASED,
)
"""What a site may say of a transaction: what changes a quantity is said in `close.toml`, and would count twice."""
_PICKABLE = ("available", "allocated", "soft allocated", "picked", "reserved")


@frozen(kw_only=True)
class ToldChannel:
    """A channel as the file has it; the words are those of `SalesChannel`."""

    locations: tuple[str, ...] = ()
    share: str = "1"
    preorders: bool = False


@frozen(kw_only=True)
class ToldBuffer:
    """A buffer as the file has it; an empty class or channel is every one."""

    sku_class: str = ""
    channel: str = ""
    units: str = "0"
    percent: str = "0"


@frozen(kw_only=True)
class SellingSettings:
    """How a site sells. Ages and `catch_up` are hours, or `never`.

    `book_max_age` and `stock_max_age` are from which age on nothing is sold; `catch_up` how long before a report
    without documents something may have gone without being in it; `incoming_days` and `incoming_share` what may be
    sold of what is to come. `pickable` are Clarus's words for stock that can serve an order, any other one is not;
    `moves` which movement a transaction is (`allocated`, `held`, ...). `ledger_tells_promises` says that the stock
    ledger has open and picked orders, in case it shows none. `classes` tells the class of a SKU.
    """

    book_max_age: str = "36"
    stock_max_age: str = "4"
    catch_up: str = "24"
    incoming_days: int = 0
    incoming_share: str = "1"
    ledger_tells_promises: bool = False
    pickable: tuple[str, ...] = _PICKABLE
    stopped: tuple[str, ...] = ()
    channels: Mapping[str, ToldChannel] = field(factory=dict)
    buffers: tuple[ToldBuffer, ...] = ()
    classes: Mapping[str, str] = field(factory=dict)
    moves: Mapping[str, str] = field(factory=dict)

    def policy(self) -> SellingPolicy:
        """What it means. Raises `ConfigurationError` for a value that is none."""
        try:
            return self._policy()
        except (ConfigurationError, InvalidRecord) as error:
            if error.record == SELLING_NAME:
                raise
            raise _refused(error.what, _OURS.get(error.field, error.field)) from None

    def _policy(self) -> SellingPolicy:
        channels = tuple(_channel(name, each) for name, each in self.channels.items())
        buffers = {(each.sku_class, each.channel): _buffer(each) for each in self.buffers}
        catch_up = _hours(self.catch_up, "catch_up")
        if len(buffers) < len(self.buffers):
            raise _refused("two buffers are for one class and channel", "buffers")
        return SellingPolicy(
            channels=channels or (SalesChannel(name="all"),),
            buffers=buffers,
            classes=self.classes,
            book_max_age=_hours(self.book_max_age, "book_max_age"),
            floor_max_age=_hours(self.stock_max_age, "stock_max_age"),
            catch_up=dt.timedelta.max if catch_up is None else catch_up,
            incoming_days=self.incoming_days,
            incoming_share=_number(self.incoming_share, "incoming_share"),
            stopped=frozenset(self.stopped),
        )

    def kinds(self) -> Mapping[str, MoveKind]:
        """The site's own words for movements that change no quantity."""
        told = {word: kind.strip().lower() for word, kind in self.moves.items()}
        for word, kind in told.items():
            if kind not in _SAID:
                raise _refused(f"{kind!r} of {word!r} is none of {', '.join(_SAID)}", "moves")
        return {word: MoveKind(kind) for word, kind in told.items()}


def _channel(name: str, told: ToldChannel) -> SalesChannel:
    share = _number(told.share, f"channels.{name}.share")
    try:
        return SalesChannel(name=name, locations=told.locations, share=share, preorders=told.preorders)
    except (ConfigurationError, InvalidRecord) as error:
        raise _refused(error.what, f"channels.{name}") from None


def _buffer(told: ToldBuffer) -> SafetyBuffer:
    name = f"buffers ({told.sku_class or 'every class'}, {told.channel or 'every channel'})"
    try:
        return SafetyBuffer(units=_number(told.units, name), percent=_number(told.percent, name))
    except InvalidRecord as error:
        raise _refused(error.what, name) from None


def _number(text: str, name: str) -> Decimal:
    try:
        number = Decimal(text)
    except InvalidOperation:
        number = Decimal("NaN")
    if not number.is_finite():
        raise _refused(f"{text!r} is no number", name)
    return number


def _hours(text: str, name: str) -> dt.timedelta | None:
    if text.strip().lower() == _NEVER:
        return None
    try:
        return dt.timedelta(hours=float(_number(text, name)))
    except OverflowError:
        raise _refused(f"{text!r} is more hours than there are", name) from None


def _refused(what: str, name: str) -> ConfigurationError:
    return ConfigurationError(what, record=SELLING_NAME, field=name)


def load_selling(folder: Path) -> SellingSettings:
    """How the folder's site sells; the defaults where it does not say."""
    path = folder / SELLING_NAME
    if not path.exists():
        return SellingSettings()
    try:
        told = tomllib.loads(path.read_text("utf-8-sig"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError) as error:
        raise ConfigurationError(f"cannot be read ({error})", record=SELLING_NAME) from None
    _refuse_unknown(told, SellingSettings, "")
    for name, channel in _tables(told.get("channels")).items():
        _refuse_unknown(channel, ToldChannel, f"channels.{name}.")
    buffers = told.get("buffers")
    for buffer in buffers if isinstance(buffers, list) else []:
        _refuse_unknown(buffer, ToldBuffer, "buffers.")
    converter = Converter()
    converter.register_structure_hook(str, lambda value, _: _as_text(value))
    converter.register_structure_hook_func(lambda kind: kind == tuple[str, ...], lambda value, _: _as_texts(value))
    try:
        return converter.structure(told, SellingSettings)
    except (BaseValidationError, TypeError, ValueError) as error:
        reason: BaseException = error
        while isinstance(reason, BaseExceptionGroup):
            reason = reason.exceptions[0]
        raise ConfigurationError(f"a value is not what it should be: {reason}", record=SELLING_NAME) from None


def _tables(told: object) -> Mapping[str, object]:
    return told if isinstance(told, Mapping) else {}


def _refuse_unknown(told: object, kind: type, where: str) -> None:
    known = [each.name for each in fields(kind)]
    for name in _tables(told):
        if name not in known:
            raise _refused(f"{name!r} is none of {', '.join(known)}", f"{where}{name}")


def _as_text(value: object) -> str:
    if isinstance(value, bool | Mapping | list):
        raise TypeError(f"{value!r} is no text")
    return str(value)


def _as_texts(value: object) -> tuple[str, ...]:
    if not isinstance(value, list):
        raise TypeError(f"{value!r} is no list")
    return tuple(map(_as_text, value))
