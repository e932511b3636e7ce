"""What a setting of a recipe must be, whoever made it: Python, or the site file.

Law of this module: what is wrong is refused with the setting's name, before anything is written by it.
"""

from __future__ import annotations

from clarus_bluecherry.errors import ConfigurationError
from clarus_bluecherry.model._values import NamedField
from clarus_bluecherry.sku.codes._text import SEPARATORS


def text(record: object, attribute: NamedField, value: object) -> None:
    """Attrs validator: text, possibly empty."""
    if not isinstance(value, str):
        raise ConfigurationError(f"{value!r} is not text", field=attribute.name)


def text_or_none(record: object, attribute: NamedField, value: str | None) -> None:
    """Attrs validator: text, or None for what is the default elsewhere."""
    if value is not None:
        text(record, attribute, value)


def one_character(record: object, attribute: NamedField, value: str) -> None:
    """Attrs validator: one character."""
    text(record, attribute, value)
    if len(value) != 1:
        raise ConfigurationError(f"{value!r} is not one character", field=attribute.name)


def flag(record: object, attribute: NamedField, value: object) -> None:
    """Attrs validator: yes or no."""
    if not isinstance(value, bool):
        raise ConfigurationError(f"{value!r} is neither True nor False", field=attribute.name)


def whole(record: object, attribute: NamedField, value: object) -> None:
    """Attrs validator: a whole number, zero or more."""
    if isinstance(value, bool) or not isinstance(value, int):
        raise ConfigurationError(f"{value!r} is not a whole number", field=attribute.name)
    if value < 0:
        raise ConfigurationError(f"{value} is negative", field=attribute.name)


def joint(record: object, attribute: NamedField, value: str) -> None:
    """Attrs validator: one of the separators, or nothing."""
    text(record, attribute, value)
    if value and value not in tuple(SEPARATORS):
        raise ConfigurationError(f"{value!r} is not one of {' '.join(SEPARATORS)!r}", field=attribute.name)


def joint_or_none(record: object, attribute: NamedField, value: str | None) -> None:
    """Attrs validator: one of the separators, nothing, or None for the recipe's."""
    if value is not None:
        joint(record, attribute, value)
