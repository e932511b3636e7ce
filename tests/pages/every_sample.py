"""Every page of `sample_*.py`: what each test of pages walks over."""

from __future__ import annotations

import importlib.util
from collections.abc import Iterator
from pathlib import Path

from clarus_bluecherry.report.pages import ReportPage

SAMPLES = sorted(path.stem for path in Path(__file__).parent.glob("sample_*.py"))


def sample(name: str) -> ReportPage:
    """The page of `sample_NAME.py`."""
    spec = importlib.util.spec_from_file_location(name, Path(__file__).parent / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    made: ReportPage = module.page()
    return made


def samples() -> Iterator[ReportPage]:
    """All of them."""
    return (sample(name) for name in SAMPLES)
