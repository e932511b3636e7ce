"""What a reader copies is clean: every code block and example under `mypy --strict` and pyright strict.

The blocks of a page build on each other, so a page is one module, with its code on the lines where it stands.
"""

from __future__ import annotations

import importlib.util
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from docs_world import BLOCK, PAGES, README, ROOT

from clarus_bluecherry.clarus import wire

SCHEDULERS = {"airflow_dag", "prefect_flow"}  # `.ci/schedulers` checks each where its scheduler is installed
EXAMPLES = [each for each in sorted((ROOT / "examples").glob("*.py")) if each.stem not in SCHEDULERS]
PUBLIC_TYPES = sorted((ROOT / "tests" / "typing").glob("*.py"))
GIVEN = "from pathlib import Path; SITE_FILE = Path('site.toml')"  # what the tests give to the blocks they run


def module(page: Path) -> str:
    """The Python of a page, each line where it stands on the page."""
    text = page.read_text("utf-8")
    lines = [""] * (text.count("\n") + 1)
    for block in BLOCK.finditer(text):
        if block[1] == "python":
            first = text.count("\n", 0, block.start(2))
            code = block[2].splitlines()
            lines[first : first + len(code)] = code
    return "\n".join([GIVEN if "SITE_FILE" in text else "", *lines[1:]])


def incomplete() -> str:
    """A program that writes each record of Clarus without each field that it needs: every line is an error."""
    records = (getattr(wire, name) for name in wire.__all__)
    writes = [each for each in records if isinstance(each, type) and issubclass(each, wire.Attributes)]
    lines = ["from typing import Any", "from clarus_bluecherry.clarus import wire", "def what(x: Any) -> None:"]
    for write in writes:
        needed = [name for name, field in write.model_fields.items() if field.is_required()]
        for missing in needed:
            given = ", ".join(f"{name}=x" for name in needed if name != missing)
            lines.append(f"    wire.{write.__name__}({given})  # type: ignore[call-arg]")
    return "\n".join(["# pyright: reportUnnecessaryTypeIgnoreComment=true", *lines])


@pytest.fixture(scope="module")
def batch(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Everything that is to be checked, in one folder."""
    folder = tmp_path_factory.mktemp("batch")
    for page in (README, *PAGES):
        (folder / f"page_{page.stem.replace('-', '_').lower()}.py").write_text(module(page), "utf-8")
    for program in (*EXAMPLES, *PUBLIC_TYPES):
        shutil.copy(program, folder)
    (folder / "incomplete.py").write_text(incomplete(), "utf-8")
    (folder / "pyrightconfig.json").write_text('{"typeCheckingMode": "strict"}', "utf-8")
    return folder


def checked(command: list[str], folder: Path) -> subprocess.CompletedProcess[str]:
    """What a checker says of the folder's programs, which see this checkout as an installed package."""
    path = os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")])
    return subprocess.run(
        command, cwd=folder, env={**os.environ, "PYTHONPATH": path}, capture_output=True, text=True, check=False
    )


def checker(module: str) -> list[str]:
    if importlib.util.find_spec(module) is None:
        pytest.skip(f"{module} is not installed (pip install '.[dev]'): no code block was checked by it")
    return [sys.executable, "-m", module]


def test_every_block_and_example_is_clean_under_mypy_strict(batch: Path) -> None:
    cache = ROOT / ".mypy_cache" / "readers"
    done = checked([*checker("mypy"), "--config-file=", "--strict", "--cache-dir", str(cache), "."], batch)
    assert done.returncode == 0, done.stdout


def test_every_block_and_example_is_clean_under_pyright_strict(batch: Path) -> None:
    done = checked([*checker("pyright"), "--pythonpath", sys.executable, "--outputjson"], batch)
    said = json.loads(done.stdout)
    assert said["summary"]["filesAnalyzed"] == len([*batch.glob("*.py")])
    assert [told(each) for each in said["generalDiagnostics"]] == []


def told(found: dict[str, Any]) -> str:
    return f"{Path(found['file']).name}:{found['range']['start']['line'] + 1}: {found['message']}"
