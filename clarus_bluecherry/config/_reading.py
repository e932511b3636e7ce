"""The site file, read and checked.

Law of this module: a wrong or unknown setting stops the start with its name and what was expected.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Sequence
from difflib import get_close_matches
from pathlib import Path

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from clarus_bluecherry.config._beside import folder_of
from clarus_bluecherry.config._site import SiteFile
from clarus_bluecherry.config._tables import AT_FAULT, section_in
from clarus_bluecherry.errors import ConfigurationError


def load_site(path: Path | str) -> SiteFile:
    """Read and check the site file at `path`. Raises `ConfigurationError` naming the setting at fault.

    Its relative paths are relative to the folder it is in.
    """
    return site_of(text_of(path), path)


def text_of(path: Path | str) -> str:
    """What stands in the file at `path`. Raises `ConfigurationError` when it cannot be read."""
    try:
        return Path(path).read_text("utf-8")
    except OSError as error:
        raise ConfigurationError(f"cannot be read ({error.strerror})", record=f"site file {path}") from error
    except UnicodeDecodeError as error:
        raise ConfigurationError(f"is not TOML: {error}", record=f"site file {path}") from error


def site_of(text: str, path: Path | str) -> SiteFile:
    """The site that `text`, from the file at `path`, describes. Raises as `load_site`."""
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigurationError(f"is not TOML: {error}", record=f"site file {path}") from error
    try:
        return SiteFile.model_validate(data, context=folder_of(path))
    except ValidationError as error:
        raise _explained(error, data, f"site file {path}") from None


def _explained(error: ValidationError, data: object, record: str) -> ConfigurationError:
    """What is wrong first. An unknown name comes before the value that is missing because of it."""
    found = error.errors(include_url=False, include_input=False)
    unknown = [each for each in found if each["type"] == "extra_forbidden"]
    places = {id(each): tuple(_place(each, data)) for each in found}
    first = max(unknown or found, key=lambda each: len(places[id(each)]))  # what may be two things fails as both
    place, told = places[id(first)], first.get("ctx", {})
    if first["type"] == AT_FAULT:
        place = (*place, *filter(None, [told["field"]]))
        return ConfigurationError(told["what"], record=record, field=".".join(place), action=told["action"])
    return ConfigurationError(_unknown(place) if unknown else first["msg"], record=record, field=".".join(place))


def _place(error: ErrorDetails, data: object) -> Iterator[str]:
    """Where in the file it is; pydantic also tells which of several types it tried."""
    missing = error["loc"][-1:] if error["type"] == "missing" else ()
    for step in error["loc"]:
        inside = dict(enumerate(data)) if isinstance(data, list) else data
        if isinstance(inside, dict) and step in inside:
            data = inside[step]
        elif step not in missing:
            continue
        yield str(step)


_CALLED_NOW = {"begin": "go_live"}
"""Settings of older site files whose name now comes nowhere near the old one."""

_SECRETS = frozenset({"client_secret", "passphrase", "password", "secret", "subscription_key", "token"})
"""What people call the secrets that they put where the rest of an account is."""


def _unknown(place: Sequence[str]) -> str:
    """What to say of a setting that is none: which known one comes near, or which there are."""
    known = _names(SiteFile, place[:-1])
    name = place[-1].casefold()
    if name in _SECRETS:
        return "there is no such setting: secrets are never in the file, `config explain` names their variables"
    near = [_CALLED_NOW[name]] if name in _CALLED_NOW else get_close_matches(name, known, n=1, cutoff=0.5)
    return "there is no such setting: " + (f"is {near[0]} meant?" if near else f"known are {', '.join(known)}")


def _names(section: type[BaseModel], place: Sequence[str]) -> list[str]:
    """The settings at `place`; a step that is no setting is an entry of a table or a list."""
    for number, step in enumerate(place, start=1):
        setting = section.model_fields.get(step)
        inner = None if setting is None else section_in(setting)
        if inner is not None:
            return _names(inner, place[number:])
    return sorted(section.model_fields)
