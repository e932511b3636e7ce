"""The command: what it takes, what it prints, what it writes of who looks, and how it ends."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import httpx
import pytest
from live_world import TOKEN, planted

SITE = """
[clarus]
subdomain = "acme"
account = "ACME"
zone = "America/New_York"
warehouses = { WH1 = "NJ" }

[bluecherry]
transport = "rest"
base_url = "https://erp.example"
zone = "America/New_York"
currency = "USD"

[ledger]
zone = "America/New_York"
go_live = 2026-01-01
"""


@pytest.fixture
def site(tmp_path: Path) -> Path:
    planted(tmp_path / "ledger.sqlite")
    (tmp_path / "site.toml").write_text(SITE)
    return tmp_path / "site.toml"


def started(*arguments: str, **environment: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "clarus_bluecherry.cli", "dashboard", *arguments]
    told = {**os.environ, **environment}
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=told)


def test_it_says_where_it_is_logs_who_looks_and_ends_when_told(site: Path) -> None:
    variables = {"DASHBOARD_TOKEN": TOKEN}
    options = ["--site", str(site), "--port", "0", "--token-variable", "DASHBOARD_TOKEN"]
    with started(*options, **variables) as process:
        assert process.stdout is not None
        line = process.stdout.readline()
        url = line.split()[1].rstrip("/")
        bearer = {"authorization": f"Bearer {TOKEN}"}
        assert httpx.get(f"{url}/health", headers=bearer).json()["checks"]["ledger"]["ok"]
        assert httpx.get(f"{url}/flows?who=jane%40example.com").status_code == 401
        process.send_signal(signal.SIGTERM)
        out, err = process.communicate(timeout=20)
    assert (process.returncode, out) == (0, "")
    first, second = map(json.loads, err.splitlines())
    assert {"at", "level", "log", "who", "from", "method", "path", "status", "bytes", "milliseconds"} == set(first)
    assert (first["who"], first["path"], second["who"], second["status"]) == ("token", "/health", "nobody", 401)
    assert TOKEN not in err
    assert "jane" not in err


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--host", "0.0.0.0"], "--token-variable"),
        (["--token-variable", "NOT_SET"], "NOT_SET"),
        (["--every", "soon"], "--every"),
    ],
    ids=["open-to-all", "no-token", "no-time"],
)
def test_what_it_cannot_do_is_told_before_it_listens(
    site: Path,
    arguments: list[str],
    words: str,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from clarus_bluecherry.cli import main

    monkeypatch.setattr(sys, "argv", ["clarus-bluecherry", "dashboard", "--site", str(site), *arguments])
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == 2
    assert words in capsys.readouterr().err


def test_it_makes_no_ledger(
    site: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    from clarus_bluecherry.cli import main

    for path in site.parent.glob("ledger*"):
        path.unlink()
    monkeypatch.setattr(sys, "argv", ["clarus-bluecherry", "dashboard", "--site", str(site)])
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == 2
    assert [path.name for path in site.parent.iterdir()] == ["site.toml"]
    assert "is no ledger" in capsys.readouterr().err
