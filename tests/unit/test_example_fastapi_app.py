"""The web application on a real uvicorn: a webhook makes it look at once, and it stops when it is told to."""

from __future__ import annotations

import importlib.util
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
from examples_world import EXAMPLES

from clarus_bluecherry.sandbox import Sandbox
from clarus_bluecherry.sandbox.site_file import site_file

TOKEN = "t" * 43
OURS = {
    "starlette": "from fastapi_app import app",
    "fastapi": """
from fastapi import FastAPI
from fastapi_app import application


def app():
    made = application("site.toml", FastAPI)
    assert isinstance(made, FastAPI)
    return made
""",
}


@contextmanager
def served(folder: Path, environment: dict[str, str], text: str) -> Iterator[tuple[subprocess.Popen[bytes], Path]]:
    """uvicorn with the application of `text`, and its log."""
    (folder / "ours.py").write_text(text, "utf-8")
    log = folder / "log"
    command = [sys.executable, "-m", "uvicorn", "--factory", "ours:app", "--no-access-log", "--port", "0"]
    path = os.pathsep.join([str(EXAMPLES), os.environ.get("PYTHONPATH", "")])
    with log.open("wb") as said:
        process = subprocess.Popen(
            command, cwd=folder, env={**os.environ, **environment, "PYTHONPATH": path}, stderr=said
        )
    try:
        yield process, log
    finally:
        process.kill()
        process.wait()


def until(happened: Callable[[], object], log: Path) -> None:
    end = time.monotonic() + 60
    while not happened():
        assert time.monotonic() < end, log.read_text("utf-8")
        time.sleep(0.1)


@pytest.mark.parametrize("kind", list(OURS))
def test_a_webhook_brings_the_dispatch_back_at_once_and_the_application_stops(kind: str, tmp_path: Path) -> None:
    if importlib.util.find_spec(kind) is None:
        pytest.skip(f"{kind} is not installed: its own application was not tried, Starlette's was")
    with Sandbox(seed=1) as sandbox:
        environment = {**sandbox.environment, "CLARUS_WEBHOOK_TOKEN": TOKEN}
        (tmp_path / "site.toml").write_text(site_file(environment), "utf-8")
        number = sandbox.easy_picks()[0]
        with served(tmp_path, environment, OURS[kind]) as (process, log):
            until(lambda: "turn: " in log.read_text("utf-8"), log)
            (url,) = re.findall(r"running on (http://\S+)", log.read_text("utf-8"))
            assert httpx.post(f"{url}/clarus/guess/goods_out.completed").status_code == 401
            assert sandbox.erp.staged == []
            sandbox.webhook(f"{url}/clarus/{TOKEN}/goods_out.completed")
            sandbox.dispatch(number)
            until(lambda: sandbox.erp.staged, log)
            assert [row.entity for row in sandbox.erp.staged] == ["OrderShipment"]
            process.send_signal(signal.SIGTERM)
            process.wait(60)
            said = log.read_text("utf-8")
        assert "Application shutdown complete" in said
        assert "Traceback" not in said
        assert "ended early" not in said


def test_a_turn_that_fails_is_told_and_does_not_end_the_application(tmp_path: Path) -> None:
    with Sandbox(seed=1) as sandbox:
        environment = {
            **sandbox.environment,
            "CLARUS_WEBHOOK_TOKEN": TOKEN,
            "BLUECHERRY_URL": "http://127.0.0.1:9",
        }
        (tmp_path / "site.toml").write_text(site_file(environment), "utf-8")
        with served(tmp_path, environment, OURS["starlette"]) as (process, log):
            until(lambda: "the next one goes on. " in log.read_text("utf-8"), log)
            (url,) = re.findall(r"running on (http://\S+)", log.read_text("utf-8"))
            sent = httpx.post(
                f"{url}/clarus/{TOKEN}/goods_out.completed",
                json={"data": {"id": 7, "reference": "1001"}},
                headers={"X-ClarusWMS-Subdomain": environment["CLARUS_SUBDOMAIN"]},
            )
            assert sent.status_code == 202
            until(lambda: log.read_text("utf-8").count("the next one goes on. ") == 2, log)
            process.send_signal(signal.SIGTERM)
            process.wait(60)
            assert "Application shutdown complete" in log.read_text("utf-8")


def test_without_a_token_it_does_not_start(tmp_path: Path) -> None:
    with Sandbox(seed=1) as sandbox:
        environment = {**sandbox.environment, "CLARUS_WEBHOOK_TOKEN": ""}
        (tmp_path / "site.toml").write_text(site_file(environment), "utf-8")
        with served(tmp_path, environment, OURS["starlette"]) as (process, log):
            assert process.wait(60) != 0
            assert "CLARUS_WEBHOOK_TOKEN: it is not set" in log.read_text("utf-8")
