"""The worker's page: its script and its commands, typed beside a running sandbox."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path

import pytest
from test_first_hour import block as readme_block
from test_first_hour import clean, folder, running, shell

from clarus_bluecherry.config import load_site
from clarus_bluecherry.errors import ConfigurationError
from clarus_bluecherry.sandbox.site_file import site_file

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "worker.md").read_text("utf-8")
SCRIPT = (ROOT / "examples" / "worker.py").read_text("utf-8")

__all__ = ["folder"]


def block(language: str) -> str:
    (text,) = re.findall(rf"^```{language}\n(.*?)^```$", PAGE, re.DOTALL | re.MULTILINE)
    return str(text)


def reconciled(folder: Path) -> dict[str, object]:
    """What the closing says, which finds something: exit code 1."""
    command = block("sh").strip().replace("clarus-bluecherry", ".venv/bin/clarus-bluecherry")
    done = subprocess.run(
        ["sh", "-euc", f". ./sandbox.env; {command} --json"],
        cwd=folder,
        env=clean(),
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert (done.returncode, done.stderr) == (1, "")
    return json.loads(done.stdout)


def test_the_page_shows_the_example_as_it_is() -> None:
    assert block("python") == SCRIPT


def test_the_commands_of_the_page_do_what_it_says(folder: Path) -> None:
    (folder / "worker.py").write_text(SCRIPT, "utf-8")
    with running(readme_block("sh", "sandbox"), folder):
        said = "\n".join(shell(block("console"), folder))
        found = reconciled(folder)
    first, second, *_ = re.findall(r"^sent and asked about: (.*)$", said, re.MULTILINE)
    assert re.fullmatch(r"\d+ posted", first)
    assert re.search(r"1 (accepted|posted)", second)
    assert "order_shipment" in said
    assert "CT2210" in said
    assert len((folder / "inventory.csv").read_text("utf-8").splitlines()) > 500
    assert "shipped, not invoiced" in json.dumps(found)


def test_a_site_file_is_written_for_whatever_the_environment_says(tmp_path: Path) -> None:
    environment = {
        "CLARUS_URL": "http://127.0.0.1:1",
        "CLARUS_SUBDOMAIN": "acme",
        "CLARUS_ACCOUNT": 'The "Brand"',
        "CLARUS_WAREHOUSES": "W.1=01 W2=02",
        "BLUECHERRY_URL": "http://127.0.0.1:2",
        "OUR_ID": "US",
        "CGS_ID": "THEM",
    }
    path = tmp_path / "site.toml"
    path.write_text(site_file(environment), "utf-8")
    site = load_site(path)
    assert (site.clarus.account, site.clarus.warehouses) == ('The "Brand"', {"W.1": "01", "W2": "02"})
    with pytest.raises(ConfigurationError, match="CGS_ID is not set"):
        site_file({**environment, "CGS_ID": ""})
