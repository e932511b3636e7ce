"""What the site file comes to: each setting's value, its default, where it came from, how sure we are.

Law of this module: nothing that is secret is shown; what is shown is written as the file would write it.
"""

from __future__ import annotations

import datetime as dt
import enum
from collections.abc import Iterator, Mapping, Set
from pathlib import Path
from zoneinfo import ZoneInfo

from attrs import frozen

from clarus_bluecherry.config._lines import lines_of
from clarus_bluecherry.config._reading import site_of, text_of
from clarus_bluecherry.config._secrets import Secrets, found_secrets
from clarus_bluecherry.config._section import span_text
from clarus_bluecherry.config._site import SiteFile
from clarus_bluecherry.config._sure import sure
from clarus_bluecherry.config._walk import REQUIRED, Place, found, settings
from clarus_bluecherry.http._redact import HIDDEN, is_secret_name, redact_text

DEFAULT = "default"
"""Where a value came from that nobody has set."""
MUST = "required"
"""The default of a setting that has none."""
NOT_SET = "not set"
"""Where a secret would have come from."""
_OURS = frozenset({"rest", "x12", "csv", "api", "files"})
_READ_BY: Mapping[Place, frozenset[str]] = {
    ("clarus", "files"): frozenset({"files"}),
    ("bluecherry", "base_url"): frozenset({"rest"}),
    ("bluecherry", "rest"): frozenset({"rest"}),
    ("bluecherry", "http"): frozenset({"rest"}),
    ("bluecherry", "files"): frozenset({"x12", "csv"}),
    ("bluecherry", "sheets"): frozenset({"x12", "csv"}),
    ("bluecherry", "x12"): frozenset({"x12"}),
    ("bluecherry", "options"): frozenset({"plug-in"}),
}
"""Settings that only some ways to a system read."""
_HIDES_VALUES = frozenset({"headers", "extra"})


@frozen(kw_only=True)
class ExplainedSetting:
    """One setting as a site has it.

    `value` and `default` are as the file would write them, None for nothing; `default` is `required` where there
    is none. `source` is the line of the file, where a secret was found, or `default`. `sure` is how sure we are of
    the default: H, M or L, or a dash where it claims nothing about a vendor.
    """

    setting: str
    value: object
    default: object
    source: str
    sure: str


def explain(path: Path | str, environ: Mapping[str, str] | None = None) -> list[ExplainedSetting]:
    """Every setting of the site file at `path`, and every secret, by name only.

    Secrets are looked for as `Secrets.from_environment` does. Raises `ConfigurationError` as `load_site` does.
    """
    text = text_of(path)
    file = site_of(text, path)
    lines = lines_of(text)
    of_file = {each.setting: each for each in _of_file(file, lines)}  # a table that is not there is told once
    return [*of_file.values(), *_of_secrets(environ)]


def _of_file(file: SiteFile, lines: Mapping[Place, int]) -> Iterator[ExplainedSetting]:
    for setting in settings():
        for each, value in found(setting, file):
            default = MUST if each.default is REQUIRED else shown(each.place, each.default)
            yield ExplainedSetting(
                setting=each.name,
                value=shown(each.place, value),
                default=default,
                source=_source(each.place, lines) + _idle(each.place, _way_to(each.place, file)),
                sure=sure(setting.name),
            )


def _source(place: Place, lines: Mapping[Place, int]) -> str:
    """The first line that says the setting, a part of it, or the whole that it is a part of."""
    told = [line for each, line in lines.items() if each[: len(place)] == place or place[: len(each)] == each]
    return f"line {min(told)}" if told else DEFAULT


def _way_to(place: Place, file: SiteFile) -> str:
    return file.clarus.transport if place[0] == "clarus" else file.bluecherry.transport


def _idle(place: Place, transport: str) -> str:
    """A remark on a setting that the site's way to a system does not read."""
    readers = _READ_BY.get(place[:2])
    is_read = readers is None or (transport in readers) or (transport not in _OURS and "plug-in" in readers)
    return "" if is_read else f", not read by {transport}"


def _of_secrets(environ: Mapping[str, str] | None) -> Iterator[ExplainedSetting]:
    told = found_secrets(environ)
    for name in Secrets.model_fields:
        _, source = told.get(name, ("", NOT_SET))
        value = HIDDEN if name in told else None
        yield ExplainedSetting(setting=name.upper(), value=value, default=None, source=source, sure="-")


def shown(place: Place, value: object) -> object:
    """`value` at `place` as plain data that may be shown."""
    if isinstance(value, Mapping):
        hides = place[-1] in _HIDES_VALUES
        return {
            str(name): HIDDEN if hides or is_secret_name(str(name)) else shown((*place, str(name)), entry)
            for name, entry in value.items()
        }
    if isinstance(value, Set):
        return sorted(map(str, value))
    if isinstance(value, list | tuple):
        return [shown(place, entry) for entry in value]
    return _plain(value)


def _plain(value: object) -> object:
    match value:
        case enum.Enum():
            return value.value
        case dt.timedelta():
            return span_text(value)
        case ZoneInfo():
            return value.key
        case float():
            return "inf" if value == float("inf") else value
        case None | bool() | int():
            return value
    return redact_text(str(value))
