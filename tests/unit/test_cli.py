"""The command line: what it prints, what it writes, and the exit codes scripts rely on."""

from __future__ import annotations

import io
import json
import os
import signal
import subprocess
import sys
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from unittest import mock

import pytest
from flows_world import BLACK, Loop, loop

from clarus_bluecherry.cli import main
from clarus_bluecherry.sandbox.bluecherry_app import SUBSCRIPTION_KEY
from clarus_bluecherry.sandbox.clarus_app import CLIENT_ID, CLIENT_SECRET
from clarus_bluecherry.sandbox.erp import columns

SECRETS = {
    "CLARUS_CLIENT_ID": CLIENT_ID,
    "CLARUS_CLIENT_SECRET": CLIENT_SECRET,
    "BLUECHERRY_SUBSCRIPTION_KEY": SUBSCRIPTION_KEY,
}
SITE = """
[clarus]
subdomain = "sandbox"
account = "BRAND"
zone = "America/New_York"
base_url = "{clarus}"
warehouses = {{ WH-NJ = "NJ" }}

[bluecherry]
base_url = "{bluecherry}"
zone = "America/New_York"
currency = "USD"
own_id = "WAREHOUSE"
partner_id = "BRAND"

[ledger]
path = "{ledger}"
zone = "America/New_York"
go_live = 2026-03-01
"""


def run(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """A command with its exit code and what it prints. It runs in this process: one of its own costs a second."""
    said, complained = io.StringIO(), io.StringIO()
    with (
        mock.patch.dict(os.environ, {"COLUMNS": "200", **environment}),
        mock.patch.object(sys, "argv", ["clarus-bluecherry", *arguments]),
        mock.patch.object(sys, "excepthook"),  # which typer replaces
        redirect_stdout(said),
        redirect_stderr(complained),
        pytest.raises(SystemExit) as ended,
    ):
        main()
    code = ended.value.code or 0
    assert isinstance(code, int)
    return subprocess.CompletedProcess(arguments, code, said.getvalue(), complained.getvalue())


@pytest.mark.parametrize(
    "command",
    [
        [],
        ["demo"],
        ["sandbox"],
        *(["sandbox", command] for command in ("dispatch", "receive", "adjust", "return", "invoice")),
        ["reconcile"],
        ["ledger"],
        ["ledger", "show"],
        ["clarus"],
        ["clarus", "introspect"],
    ],
)
def test_every_command_explains_itself(command: list[str]) -> None:
    done = run(*command, "--help")
    assert done.returncode == 0
    if command and command not in (["ledger"], ["clarus"]):
        assert "Example" in done.stdout


def inputs(here: Loop, folder: Path) -> list[str]:
    """The options of `reconcile` for a loop: its site file and its exported inventory report."""
    site, report = folder / "site.toml", folder / "inventory.csv"
    text = SITE.format(clarus=here.clarus_url, bluecherry=here.bluecherry_url, ledger=folder / "ledger.sqlite")
    site.write_text(text, "utf-8")
    report.write_text(columns.inventory_report(here.erp), "utf-8")
    return ["--site", str(site), "--inventory-report", str(report)]


def test_reconcile_exits_with_0_when_both_agree_and_with_1_when_something_is_unexplained(tmp_path: Path) -> None:
    with loop() as here:
        options = inputs(here, tmp_path)
        assert run("reconcile", *options, **SECRETS).returncode == 0
        here.warehouse.adjust("1234_blk_m", -3, "LOST")
        done = run("reconcile", *options, "--json", "--out", str(tmp_path / "out"), **SECRETS)
        assert done.returncode == 1
        found = json.loads(done.stdout)["reconciliation"]
        assert found["causes"]["unexplained"] == {"units": "-3", "values": {"USD": "-22.5"}}
        assert [line["item"] for line in found["differing"]] == ["01234 BLK M"]
        assert (tmp_path / "out" / "report.html").exists()


def test_a_missing_secret_or_a_wrong_setting_stops_with_2_and_its_name(tmp_path: Path) -> None:
    with loop() as here:
        options = inputs(here, tmp_path)
    without = {**SECRETS, "BLUECHERRY_SUBSCRIPTION_KEY": ""}
    done = run("reconcile", *options, **without)
    assert (done.returncode, "BLUECHERRY_SUBSCRIPTION_KEY" in done.stderr) == (2, True)
    site = tmp_path / "site.toml"
    site.write_text(site.read_text("utf-8").replace("currency", "curency"), "utf-8")
    done = run("reconcile", *options, **SECRETS)
    assert (done.returncode, "bluecherry.cur" in done.stderr) == (2, True)
    assert "Traceback" not in done.stderr
    assert CLIENT_SECRET not in done.stderr


@pytest.mark.parametrize(
    ("file", "content", "names"),
    [
        ("site.toml", b'[sku]\ndecisions = "gone.csv"\n', "gone.csv"),
        ("inventory.csv", b"\x81\xff", "inventory.csv"),  # text in no encoding of ours
        ("out", b"a file", "--out"),
    ],
)
def test_reconcile_stops_with_2_and_the_name_of_the_file_at_fault(
    tmp_path: Path, file: str, content: bytes, names: str
) -> None:
    with loop() as here:
        options = inputs(here, tmp_path)
        with (tmp_path / file).open("ab") as spoiled:
            spoiled.write(content)
        done = run("reconcile", *options, "--out", str(tmp_path / "out"), **SECRETS)
    assert (done.returncode, names in done.stderr, "Traceback" in done.stderr) == (2, True, False)


def test_ledger_show_tells_counts_states_and_the_history_of_one_posting(tmp_path: Path) -> None:
    path = str(tmp_path / "ledger.sqlite")
    with loop(ledger=path) as here:
        here.release("1001", ((BLACK, 2),))
        here.turn()
        key = here.postings("goods_out")[0].key
    assert json.loads(run("ledger", "show", path, "--json").stdout) == [
        {"target": "clarus", "kind": "goods_out", "state": "posted", "count": "1"}
    ]
    posted = json.loads(run("ledger", "show", path, "--state", "posted", "--json").stdout)
    assert [row["what"] for row in posted] == ["pick 1001"]
    history = json.loads(run("ledger", "show", path, "--key", key, "--json").stdout)
    assert [row["after"] for row in history] == ["pending", "sending", "posted"]
    assert "Jane Doe" not in run("ledger", "show", path, "--state", "posted").stdout


def test_the_sandbox_serves_until_it_is_interrupted() -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "clarus_bluecherry.cli", "sandbox", "--json"], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    with process, process.stdout:
        environment = json.loads(process.stdout.readline())
        assert environment["CLARUS_URL"].startswith("http://127.0.0.1:")
        assert environment["BLUECHERRY_SUBSCRIPTION_KEY"] == SUBSCRIPTION_KEY
        process.send_signal(signal.SIGINT)
        assert process.wait(timeout=30) == 0
