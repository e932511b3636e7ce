"""The worker's page: its commands, its units and its programs, typed beside a running sandbox."""

from __future__ import annotations

import configparser
import json
import re
import shlex
import signal
import subprocess
import sys
import tomllib
from collections.abc import Sequence
from pathlib import Path
from types import SimpleNamespace

import pytest
from docs_world import blocks
from test_first_hour import block as readme_block
from test_first_hour import clean, folder, running, shell
from worker_world import machine

from clarus_bluecherry.config import LedgerSection, load_site
from clarus_bluecherry.errors import ConfigurationError
from clarus_bluecherry.sandbox import Sandbox
from clarus_bluecherry.sandbox.site_file import site_file

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "worker.md"
SCRIPT = (ROOT / "examples" / "worker.py").read_text("utf-8")

__all__ = ["folder"]


def block(language: str) -> str:
    """The page's one block of `language`."""
    (text,) = blocks(PAGE, language)
    return text


def reconciled(folder: Path) -> dict[str, object]:
    """What the closing says, which finds something: exit code 1."""
    *_, closing = blocks(PAGE, "sh")
    command = closing.strip().replace("clarus-bluecherry", ".venv/bin/clarus-bluecherry")
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


def scheduled(folder: Path) -> str:
    """What the line for cron says and does, in this folder."""
    command = block("cron").split(maxsplit=5)[5]
    here = command.replace("/etc/clarus-bluecherry/env", "./sandbox.env").replace("/srv/clarus-bluecherry", ".")
    return "\n".join(shell(f"PATH=$PWD/.venv/bin:$PATH\n{here}", folder))


def test_the_page_shows_the_example_as_it_is() -> None:
    assert blocks(PAGE, "python")[-1] == SCRIPT


def test_the_commands_of_the_page_do_what_it_says(folder: Path) -> None:
    (folder / "worker.py").write_text(SCRIPT, "utf-8")
    with running(readme_block("sh", "sandbox"), folder):
        said = "\n".join(shell(block("console"), folder))
        found = reconciled(folder)
        again = "\n".join(shell(". ./sandbox.env\n.venv/bin/python worker.py site.toml", folder))
        scheduled_too = scheduled(folder)
    first, second, *_ = re.findall(r"^sent and asked about: (.*)$", said, re.MULTILINE)
    assert re.fullmatch(r"\d+ posted", first)
    assert re.search(r"1 (accepted|posted)", second)
    assert "order_shipment" in said
    assert "CT2210" in said
    assert len((folder / "inventory.csv").read_text("utf-8").splitlines()) > 500
    assert "shipped, not invoiced" in json.dumps(found)
    for each in (again, scheduled_too):
        assert "sent and asked about: nothing" in each


def stopped_after_a_turn(command: Sequence[str], folder: Path, environment: dict[str, str]) -> list[str]:
    """What a worker says until it is told to stop, as systemd and a container do."""
    process = subprocess.Popen(command, cwd=folder, env=environment, stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        first = process.stdout.readline()
        process.send_signal(signal.SIGTERM)
        rest, _ = process.communicate(timeout=120)
    finally:
        process.kill()
    assert process.returncode == 0
    return [first, *rest.splitlines()]


def test_the_unit_the_container_and_the_function_take_turns_and_stop(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    unit = configparser.RawConfigParser()
    unit.optionxform = str  # type: ignore[assignment,method-assign]
    unit.read_string(block("ini"))
    started = shlex.split(unit["Service"]["ExecStart"])
    (contained,) = re.findall(r"^CMD (.*)$", block("dockerfile"), re.MULTILINE)
    program = [sys.executable, "-m", "clarus_bluecherry.cli"]
    with Sandbox(seed=1) as sandbox:
        here = machine(sandbox, tmp_path / "here", tmp_path / "ledger.sqlite")
        assert Path(started[0]).name == "clarus-bluecherry"
        (said, *_) = stopped_after_a_turn([*program, *started[1:], "--json"], here.folder, here.environment)
        assert json.loads(said)["steps"]["deliver"] == {"posted": 80}
        sandbox.dispatch("500101")
        command = json.loads(contained)
        assert command.pop(0) == "clarus-bluecherry"
        (said, *_) = stopped_after_a_turn([*program, *command], here.folder, here.environment)
        assert json.loads(said)["stopped"] == {}

        namespace: dict[str, object] = {}
        exec(compile(blocks(PAGE, "python")[0], str(PAGE), "exec", dont_inherit=True), namespace)
        for name, value in {**here.environment, "SITE": str(here.folder / "site.toml")}.items():
            monkeypatch.setenv(name, value)
        left = SimpleNamespace(get_remaining_time_in_millis=lambda: 300_000)
        assert "orders from Blue Cherry: 81 known" in namespace["handler"]({}, left)  # type: ignore[operator]
        gone = SimpleNamespace(get_remaining_time_in_millis=lambda: 1_000)
        with pytest.raises(RuntimeError, match="its time was up"):
            namespace["handler"]({}, gone)  # type: ignore[operator]


def test_the_ledger_of_two_machines_is_one_that_a_site_file_takes() -> None:
    section = LedgerSection.model_validate(tomllib.loads(block("toml"))["ledger"])
    assert section.path.startswith("postgresql://")


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
