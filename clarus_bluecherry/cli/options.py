"""What commands have in common: options, each with one name and one meaning, and the document of `--json`."""

from __future__ import annotations

import datetime as dt
import json
import re
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from clarus_bluecherry.cli.door import ask_for, tell_document
from clarus_bluecherry.model._plain import told
from clarus_bluecherry.x12._findings import printable

FLAG = ""
"""What stands behind an option in its help where it takes no value."""


def _document(asked: bool) -> bool:
    ask_for(document=asked)
    return asked


AsJson = Annotated[
    bool,
    typer.Option("--json", metavar=FLAG, callback=_document, help="Print one JSON document instead of text."),
]
SITE_FILE = typer.Option("--site", help="The site file.", exists=True, dir_okay=False)
SiteFileOption = Annotated[Path, SITE_FILE]


def print_json(content: object) -> None:
    """Print `content` as the one JSON document of `--json`, in ASCII."""
    tell_document(json.dumps(told(content), indent=2))


def shown(text: str) -> str:
    """`text` on one line, with what would steer a terminal written out.

    >>> shown("[red]\\x1b[2J")
    '[red]\\\\x1b[2J'
    """
    return printable(text)


def span(text: str, option: str) -> dt.timedelta:
    """A length of time as it is typed: `90`, `90s`, `5m`, `5 min` or `2h`.

    >>> str(span("5m", "--every"))
    '0:05:00'
    """
    found = re.fullmatch(r"([0-9]{1,6}(?:\.[0-9]+)?) ?(s|m|min|h)?", text.strip())
    if found is None or not float(found[1]):
        what = f"{text!r} is no length of time: write for example 90s, 5m or 2h"
        raise typer.BadParameter(what, param_hint=option)
    return dt.timedelta(seconds=float(found[1]) * _SECONDS[found[2] or "s"])


_SECONDS = {"s": 1, "m": 60, "min": 60, "h": 3600}


class Scale(StrEnum):
    """How much stock the sandbox holds."""

    SMALL = "small"
    SEASON = "season"
