"""The site file, read and checked.

Law of this module: a wrong or unknown setting stops the start with its name and what was expected.
"""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from difflib import get_close_matches
from pathlib import Path
from typing import get_args

from pydantic import BaseModel, ValidationError

from clarus_bluecherry.config._site import SiteFile
from clarus_bluecherry.errors import ConfigurationError


def load_site(path: Path | str) -> SiteFile:
    """Read and check the site file at `path`. Raises `ConfigurationError` naming the setting at fault."""
    try:
        data = tomllib.loads(Path(path).read_text("utf-8"))
    except OSError as error:
        raise ConfigurationError(f"cannot be read ({error.strerror})", record=f"site file {path}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigurationError(f"is not TOML: {error}", record=f"site file {path}") from error
    try:
        return SiteFile.model_validate(data)
    except ValidationError as error:
        raise _explained(error, f"site file {path}") from None


def _explained(error: ValidationError, record: str) -> ConfigurationError:
    """What is wrong first. An unknown name comes before the value that is missing because of it."""
    found = error.errors(include_url=False, include_input=False, include_context=False)
    unknown = [each for each in found if each["type"] == "extra_forbidden"]
    first = (unknown or found)[0]
    place = tuple(str(step) for step in first["loc"])
    what = _unknown(place) if unknown else first["msg"]
    return ConfigurationError(what, record=record, field=".".join(place))


def _unknown(place: Sequence[str]) -> str:
    """What to say of a setting that is none: which known one comes near, or which there are."""
    known = _names(SiteFile, place[:-1])
    near = get_close_matches(place[-1].casefold(), known, n=1, cutoff=0.5)
    return "there is no such setting: " + (f"is {near[0]} meant?" if near else f"known are {', '.join(known)}")


def _names(section: type[BaseModel], place: Sequence[str]) -> list[str]:
    """The settings at `place`; a step that is no setting is an entry of a table or a list."""
    for number, step in enumerate(place, start=1):
        setting = section.model_fields.get(step)
        inner = None if setting is None else _section_in(setting.annotation)
        if inner is not None:
            return _names(inner, place[number:])
    return sorted(section.model_fields)


def _section_in(annotation: object) -> type[BaseModel] | None:
    """The section that a setting's type is, or holds."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next(filter(None, map(_section_in, get_args(annotation))), None)
