"""The public surface as text: every public name, with how it is called, a line each.

Law of this module: a line says the same under each Python and each pydantic that we work with. So a record of the
wire says its fields and not how a version of pydantic spells their types, and a default is said where its text is
its value, else it is `...`.

`python tests/contract/surface.py` writes the list anew.
"""

from __future__ import annotations

import datetime as dt
import enum
import functools
import importlib
import inspect
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from inspect import Parameter
from pathlib import Path

import attrs
from public_names import PACKAGES
from pydantic import BaseModel
from pydantic.fields import FieldInfo

LIST = Path(__file__).with_name("public_surface.txt")
HEAD = "# The public surface of clarus_bluecherry. Whoever changes it says so in CHANGELOG.md."

_SAID = (bool, int, float, str, Decimal, type(None), dt.timedelta)
_NOT_TOLD = ("_", "model_", "test_")
"""What is private, pydantic's, or asked by a contract, which may ask more tomorrow."""


def lines() -> list[str]:
    """Every line of the list, in order."""
    homes = _homes()
    return sorted(line for package, name, thing in _exported() for line in _told(package, name, thing, homes))


def _exported() -> Iterator[tuple[str, str, object]]:
    for package in PACKAGES:
        module = importlib.import_module(package)
        yield from ((package, name, getattr(module, name)) for name in module.__all__)


def _homes() -> dict[int, str]:
    """Each thing, and the innermost package that it is exported from: there it is told, elsewhere only named."""
    found: dict[int, str] = {}
    for package, _, thing in _exported():
        found[id(thing)] = max(found.get(id(thing), ""), package, key=len)
    return found


def _told(package: str, name: str, thing: object, homes: Mapping[int, str]) -> Iterator[str]:
    """A name, how it is called, and for a class its methods."""
    whole = f"{package}.{name}"
    if homes[id(thing)] != package:
        yield whole
    elif isinstance(thing, type):
        yield f"{whole}{_made(thing)}"
        yield from (f"{whole}.{member}" for member in _members(thing))
    elif inspect.isroutine(thing):
        yield f"{whole}{_called(thing)}"
    else:
        yield whole


def _made(kind: type) -> str:
    """How the class is made; nothing for one that is not called, such as a protocol."""
    if issubclass(kind, enum.Enum):
        return f": {' '.join(member.name for member in kind)}"
    if issubclass(kind, BaseModel):
        return _arguments(map(_of_model, kind.model_fields.items()))
    if attrs.has(kind):
        fields = [field for field in attrs.fields(kind) if field.init]
        written = {
            name: told for base in reversed(kind.__mro__) for name, told in inspect.get_annotations(base).items()
        }
        fields = sorted(fields, key=lambda field: bool(field.kw_only))
        return _arguments(_of_attrs(field, written.get(field.name, Parameter.empty)) for field in fields)
    if hasattr(kind, "_fields"):
        return _arguments(Parameter(name, Parameter.POSITIONAL_OR_KEYWORD) for name in kind._fields)
    made = _own(kind).get("__init__")
    return "" if made is None or getattr(kind, "_is_protocol", False) else _called(made, bound=True)


def _of_model(named: tuple[str, FieldInfo]) -> Parameter:
    name, field = named
    default = Parameter.empty if field.is_required() else field
    return Parameter(field.alias or name, Parameter.KEYWORD_ONLY, default=default)


def _of_attrs(field: attrs.Attribute[object], annotation: object) -> Parameter:
    """With the annotation as it is written: cattrs resolves the type that attrs keeps."""
    kind = Parameter.KEYWORD_ONLY if field.kw_only else Parameter.POSITIONAL_OR_KEYWORD
    default = Parameter.empty if field.default is attrs.NOTHING else field.default
    return Parameter(field.alias or field.name, kind, default=default, annotation=annotation)


def _own(kind: type) -> dict[str, object]:
    """What the class and its bases of ours define."""
    bases = [base for base in reversed(kind.__mro__) if base.__module__.startswith("clarus_bluecherry")]
    return {name: value for base in bases for name, value in vars(base).items()}


def _members(kind: type) -> Iterator[str]:
    for name, value in _own(kind).items():
        if name.startswith(_NOT_TOLD):
            continue
        if isinstance(value, property | functools.cached_property):
            yield f"{name}{_returned(value.fget if isinstance(value, property) else value.func)}"
        elif isinstance(value, classmethod | staticmethod):
            yield f"{name}{_called(value.__func__, bound=isinstance(value, classmethod))}"
        elif inspect.isfunction(value):
            yield f"{name}{_called(value, bound=True)}"


def _called(function: object, *, bound: bool = False) -> str:
    assert callable(function)
    parameters = list(inspect.signature(function).parameters.values())
    return f"{_arguments(parameters[bound:])}{_returned(function)}"


def _arguments(parameters: Iterable[Parameter]) -> str:
    told: list[str] = []
    for each in parameters:
        if each.kind is each.KEYWORD_ONLY and not any(one.startswith("*") for one in told):
            told.append("*")
        told.append(_parameter(each))
    return f"({', '.join(told)})"


def _parameter(each: Parameter) -> str:
    stars = {each.VAR_POSITIONAL: "*", each.VAR_KEYWORD: "**"}.get(each.kind, "")
    told = "" if each.annotation is each.empty else f": {_type(each.annotation)}"
    default = "" if each.default is each.empty else f" = {_value(each.default)}"
    return f"{stars}{each.name}{told}{default}"


def _returned(function: object) -> str:
    told = inspect.get_annotations(function).get("return") if callable(function) else None
    return "" if told is None else f" -> {_type(told)}"


def _type(annotation: object) -> str:
    return annotation if isinstance(annotation, str) else inspect.formatannotation(annotation)


def _value(default: object) -> str:
    if isinstance(default, enum.Enum):
        return f"{type(default).__name__}.{default.name}"
    return repr(default) if type(default) in _SAID else "..."


if __name__ == "__main__":
    LIST.write_text("\n".join([HEAD, *lines(), ""]), "utf-8")
