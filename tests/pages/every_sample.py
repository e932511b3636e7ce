"""Every page of `sample_*.py`, by its name: made when somebody asks for it."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

from clarus_bluecherry.report.pages import ReportPage

SAMPLES = sorted(path.stem for path in Path(__file__).parent.glob("sample_*.py"))


def sample(name: str) -> ReportPage:
    """The page of `sample_NAME.py`."""
    made: ReportPage = import_module(name).page()
    return made
