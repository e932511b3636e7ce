"""What commands have in common: options, each with one name and one meaning, and the document of `--json`."""

from __future__ import annotations

import json
import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from clarus_bluecherry.model._plain import told

FLAG = ""
"""What stands behind an option in its help where it takes no value."""

AsJson = Annotated[bool, typer.Option("--json", metavar=FLAG, help="Print one JSON document instead of text.")]
SiteFileOption = Annotated[Path, typer.Option("--site", help="The site file.", exists=True, dir_okay=False)]


def print_json(content: object) -> None:
    """Print `content` as the one JSON document of `--json`, in ASCII."""
    sys.stdout.write(json.dumps(told(content), indent=2) + "\n")


class Scale(StrEnum):
    """How much stock the sandbox holds."""

    SMALL = "small"
    SEASON = "season"
