"""Options that several commands take, each with one name and one meaning."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON document instead of text.")]
SiteFileOption = Annotated[Path, typer.Option("--site", help="The site file.", exists=True, dir_okay=False)]


class Scale(StrEnum):
    """How much stock the sandbox holds."""

    SMALL = "small"
    SEASON = "season"
