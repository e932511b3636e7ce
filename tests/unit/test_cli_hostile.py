"""Control characters, hidden directions and markup in the data are shown, and never obeyed, by any command."""

from __future__ import annotations

import ast
import datetime as dt
import io
import json
import re
import shutil
import sys
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from unittest import mock

import pytest
from attrs import evolve
from cli_tree import COMMANDS, one_tree  # noqa: F401 - a fixture of all tests here
from flows_world import loop
from ledger_databases import Clock, a_posting
from test_cli import SECRETS, SITE, run
from test_flows_deciding import adjustment, one
from test_ledger_inbox import an_unread

import clarus_bluecherry.cli
from clarus_bluecherry.cli import main
from clarus_bluecherry.cli.door import complain, inert, note, say_next, tell
from clarus_bluecherry.cli.progress import step
from clarus_bluecherry.cli.terminal import FoldedTable, screen
from clarus_bluecherry.errors import ConfigurationError
from clarus_bluecherry.ledger import Ledger, State

EVIL = (
    "\x1b[2J\x1b[31;8mHID\x1b]8;;http://evil.example\x07LINK\x1b]8;;\x1b\\\x07\x08\x7f\x9b31m\x85\u202eRTL\u2066"
    "\u2028\u200b\rCR[red]MARK[/nope][link=http://evil.example]x[/link]:smile:"
)
NAME = EVIL.replace("/", "")
"""The same, as a file may be called."""
RAW = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u206f]")
MONTH = Path(__file__).parents[1] / "finance" / "month_end"
HERE = Path(clarus_bluecherry.cli.__file__).parent


def plain(*words: str, **environment: str) -> str:
    """All that a command writes, of which nothing steers a terminal."""
    done = run(*words, **environment)
    written = done.stdout + done.stderr
    assert written, "it says something"
    assert not RAW.search(written.replace("\r\n", "\n")), ascii(written)
    assert "Traceback" not in written, written
    return written


def everything(*arguments: object, **options: object) -> None:
    """Print the text in every way that a command has, and end with an error that carries it."""
    console, table = screen(), FoldedTable("what", EVIL, title=EVIL)
    table.add_row(EVIL, EVIL)
    console.print(table)
    console.print(EVIL, style="bold")
    console.print(f"- {EVIL}")
    tell(EVIL)
    note(EVIL)
    complain(EVIL)
    step(EVIL)
    say_next("explain", EVIL, why=EVIL)
    sys.stdout.write(EVIL)
    sys.stderr.write(EVIL)
    raise ConfigurationError(EVIL, record=EVIL, field=EVIL, action=EVIL)


def test_whatever_a_command_prints_goes_through_the_door() -> None:
    for words, command in COMMANDS.items():
        known = ["1", EVIL] if words == ("sandbox", "adjust") else []
        assert r"\x1b" in plain(*words, f"--no{EVIL}", *known), words
        if not getattr(command, "no_args_is_help", False):
            with mock.patch.multiple(command, params=[], callback=everything):
                written = plain(*words)
            assert "[red]MARK[/nope]" in written, words
            assert ":smile:" in written


def test_nothing_is_printed_but_through_the_door() -> None:
    doors = {"door.py", "terminal.py"}
    found = [
        f"{path.relative_to(HERE)}:{node.lineno}: {ast.unparse(node)}"
        for path in HERE.rglob("*.py")
        if path.name not in doors and path.parts[-2:] != ("demo", "worker.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Call) and _prints(node) and path.name != "worker.py"
    ]
    assert found == [], "use tell, complain, note, screen and FoldedTable of cli.door and cli.terminal"


def _prints(node: ast.Call) -> bool:
    name = ast.unparse(node.func)
    return name in ("print", "typer.echo", "typer.secho", "Console", "rich.print") or name.startswith(
        ("sys.stdout.write", "sys.stderr.write")
    )


# At a terminal with colours ----------------------------------------------------------------------------------


def test_where_our_own_colours_pass_those_of_the_data_do_not() -> None:
    said, complained = io.StringIO(), io.StringIO()

    def coloured(*arguments: object, **options: object) -> None:
        table = FoldedTable("what")
        table.add_row(EVIL)
        screen().print(table)
        screen().print(EVIL, style="bold red")
        tell(EVIL)
        complain(EVIL)
        raise ConfigurationError(EVIL, action=EVIL)

    with (
        mock.patch.dict("os.environ", {"FORCE_COLOR": "1", "TERM": "xterm-256color", "COLUMNS": "300"}),
        mock.patch.multiple(COMMANDS[("period",)], params=[], callback=coloured),
        mock.patch.object(sys, "argv", ["clarus-bluecherry", "period"]),
        redirect_stdout(said),
        redirect_stderr(complained),
        pytest.raises(SystemExit),
    ):
        main()
    written = said.getvalue() + complained.getvalue()
    assert "\x1b[1;31m" in written, "our own"
    assert "31;8m" in written
    assert "\x1b[31;8m" not in written
    assert not RAW.search(re.sub("\x1b\\[[0-9;]*m", "", written))


# What the data carries, command by command -------------------------------------------------------------------


def test_exports_of_a_close(tmp_path: Path) -> None:
    folder = tmp_path / NAME
    shutil.copytree(MONTH, folder)
    for path in folder.glob("*.csv"):
        text = path.read_text("utf-8")
        for word in ("01002-BLK-M", "P1002"):
            text = text.replace(word, word + EVIL.replace("\r", "").replace('"', "").replace(",", ""))
        path.write_text(text, "utf-8")
    for words in (
        ("close",),
        ("position", "--differing"),
        ("period",),
        ("explain", "--document", f"P1002{EVIL}"),
        ("explain", "--item", EVIL),
        ("availability", "--out", str(tmp_path / NAME / "feed")),
    ):
        written = plain(*words, "--from", str(folder), COLUMNS="60")
        assert r"\x1b" in written or words == ("period",), "it names no document"


def test_product_lists(tmp_path: Path) -> None:
    ours, theirs = tmp_path / f"a{NAME}.csv", tmp_path / f"b{NAME}.csv"
    ours.write_text(f"Style,Color,Size,QOH,{EVIL}\n01234,BLK{EVIL},M,5,\n01235,BLK,M,{EVIL},\n", "utf-8")
    theirs.write_text(f"Code,Qty,Description\n99999{EVIL},4,{EVIL}\n01235-BLK-M,{EVIL},\n", "utf-8")
    plain("sku", "audit", "--blue-cherry", str(ours), "--clarus", str(theirs), "--out", str(tmp_path / NAME))
    plain("sku", "infer", str(theirs), "--blue-cherry", str(ours))
    plain("sku", "infer", str(theirs))


def test_x12(tmp_path: Path) -> None:
    path = tmp_path / f"{NAME}.x12"
    head = f"ISA*00*{'':10}*00*{'':10}*ZZ*{'US':15}*ZZ*{'THEM':15}*260302*0800*U*00401*000000001*0*P*>~"
    evil = EVIL.replace("~", "").replace("*", "")
    path.write_text(
        f"{head}GS*OW*US*THEM*20260302*0800*1*X*004010~ST*940*0001~W05*N*1001{evil}*PO{evil}~N1*ST*{evil}~"
        f"SE*4*0001~GE*1*1~IEA*1*000000001~",
        "utf-8",
    )
    for words in (("x12", "check"), ("x12", "show", "--personal"), ("x12", "show"), ("bluecherry", "intake")):
        plain(*words, str(path))


@pytest.fixture
def ledger(tmp_path: Path) -> str:
    path = tmp_path / f"{NAME}.sqlite"
    with Ledger.open(path, now=Clock()) as here:
        one(here, "1", State.REJECTED, reason=EVIL)
        one(here, "3", State.PARKED, reason_code="unknown_sku")
        here.hear(evolve(an_unread("1001"), record_name=f"order {EVIL}"))
    return str(path)


def test_a_ledger(ledger: str) -> None:
    key = a_posting(adjustment("1")).key
    said = ("--why", EVIL, "--who", EVIL)
    for words in (
        ("show", ledger),
        ("show", ledger, "--state", "rejected", "--state", "waiting"),
        ("show", ledger, "--key", EVIL),
        ("retry", ledger, key, *said),
        ("show", ledger, "--key", key),
        ("cancel", ledger, EVIL, *said),
        ("retry", ledger, "--state", "parked", *said),
        ("settle", ledger, key, "--document", EVIL, *said),
        ("edit", ledger, key, "--set", EVIL, *said),
        ("leave", ledger, EVIL, *said),
        ("erase", ledger, "--order", EVIL),
        ("prune", ledger, "--older-than", EVIL),
        ("upgrade", ledger),
    ):
        plain("ledger", *words, COLUMNS="30")
    json.loads(run("ledger", "show", ledger, "--state", "rejected", "--json").stdout)


def test_a_site_file(tmp_path: Path) -> None:
    site = tmp_path / f"{NAME}.toml"
    site.write_text(f"[clarus]\nsubdomain = {json.dumps(EVIL)}\n{json.dumps(EVIL)} = 1\n", "utf-8")
    for words in (("config", "explain"), ("exceptions",), ("drift",), ("bluecherry", "picks"), ("products",)):
        plain(*words, "--site", str(site))


def test_a_site(tmp_path: Path) -> None:
    with loop() as here:
        site = tmp_path / f"{NAME}.toml"
        ledger = tmp_path / "ledger.sqlite"
        site.write_text(
            SITE.format(clarus=here.clarus_url, bluecherry=here.bluecherry_url, ledger=ledger), "utf-8"
        )
        here.release("1001")
        here.erp.picks["1001"].customer = EVIL
        here.erp.picks["1001"].pick_date = dt.date(2026, 1, 2)
        for words in (
            ("sync", "--once"),
            ("bluecherry", "picks"),
            ("exceptions", "--out", str(tmp_path / f"{NAME}.csv")),
            ("exceptions", "history", EVIL),
            ("exceptions", "ack", EVIL, "--why", EVIL, "--who", EVIL),
            ("exceptions", "trend", "--since", EVIL),
            ("drift", "--order", EVIL),
            ("products", "--dry-run"),
        ):
            plain(*words, "--site", str(site), **SECRETS)


def test_a_narrow_terminal_loses_nothing() -> None:
    table = FoldedTable(*(f"column {number}" for number in range(9)))
    table.add_row(*(f"A-LONG-CODE-{number}" for number in range(9)))
    for columns in (200, 80, 30, 10):
        console = screen()
        console.width = columns
        with console.capture() as shown:
            console.print(table)
        lines = shown.get().splitlines()
        letters = "".join(re.findall(r"[A-Z0-9-]", shown.get().replace("─", "")))
        assert all(len(line) <= columns for line in lines)
        assert "…" not in shown.get()
        if columns in (200, 10):
            assert all(f"A-LONG-CODE-{number}" in letters for number in range(9))


def test_inert_text_says_what_was_typed() -> None:
    assert inert("a\tb\nc\r\nd") == "a\tb\nc\r\nd"
    assert inert(EVIL).startswith(r"\x1b[2J\x1b[31;8mHID")
    assert not RAW.search(inert(EVIL))
