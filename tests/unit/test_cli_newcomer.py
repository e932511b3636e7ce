"""What a person meets who has only the README: nothing typed loses a file, and each refusal says what to type."""

from __future__ import annotations

import errno
import io
import json
import logging
import os
import re
import shlex
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from unittest import mock

import pytest
from cli_tree import COMMANDS, one_tree  # noqa: F401 - a fixture of all tests here
from test_cli import SITE, run
from test_cli_completion import completed, waiting
from test_cli_help import examples, typed

from clarus_bluecherry.cli import main
from clarus_bluecherry.cli.demo import show
from clarus_bluecherry.cli.door import complain, guarded, tell
from clarus_bluecherry.cli.exit_codes import ExitCode
from clarus_bluecherry.cli.paths import folder_to_write, writing
from clarus_bluecherry.errors import ConfigurationError, LedgerError, MissingExtra
from clarus_bluecherry.ledger import Ledger
from clarus_bluecherry.ledger.database import check_is_ledger


@pytest.fixture
def exports(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with an example of every export, in the folder where one is."""
    monkeypatch.chdir(tmp_path)
    assert run("close", "--template", "exports").returncode == ExitCode.WELL
    return tmp_path / "exports"


def test_a_template_never_takes_the_place_of_a_persons_own_export(exports: Path) -> None:
    (exports / "stock.csv").write_text("my own\n")
    (exports / "close.toml").write_text("# my own\n")
    (exports / "costs.csv").unlink()
    again = json.loads(run("close", "--template", "exports", "--json").stdout)
    assert again["written"] == ["costs.csv"]
    assert {"stock.csv", "close.toml"} <= set(again["left"])
    assert (exports / "stock.csv").read_text() == "my own\n"
    assert (exports / "close.toml").read_text() == "# my own\n"
    told = run("close", "--template", "exports").stdout
    assert "Written to exports: nothing" in told
    assert "There already, and left as they are: stock.csv" in told


def about_exports() -> Iterator[str]:
    """The examples of every help that ask something of the folder of exports, and write nothing."""
    for words in COMMANDS:
        for line in examples(words):
            if "--from exports" in line and not re.search(r"--(out|pack|changed-since)\b", line):
                yield line


def test_each_example_about_exports_answers_of_the_template_as_it_stands(exports: Path) -> None:
    lines = list(about_exports())
    assert len(lines) >= 8
    for line in lines:
        done = run(*typed(line)[1:])
        assert done.returncode in (ExitCode.WELL, ExitCode.FOUND), f"{line}: {done.stderr}"
        assert done.stdout


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("close --from exports", "Error: Invalid value for '--from': folder 'exports' does not exist."),
        ("close --from exports", "clarus-bluecherry close --template exports"),
        ("close", "clarus-bluecherry close --template exports"),
        ("morning", "clarus-bluecherry sandbox site > site.toml"),
        ("morning --site site.toml", "clarus-bluecherry sandbox site > site.toml"),
        ("help", "Did you mean: clarus-bluecherry --help?"),
        ("version", "Did you mean: clarus-bluecherry --version?"),
        ("demo --scale big", "'big' is not one of 'small', 'season'."),
    ],
)
def test_a_refusal_says_what_to_type(
    words: str, told: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    refused = run(*shlex.split(words))
    assert refused.returncode == ExitCode.FAILED
    assert told in refused.stderr
    assert "Value error" not in refused.stderr


def test_a_folder_that_is_there_is_told_nothing_of_templates(exports: Path) -> None:
    assert "--template" not in run("close", "--from", "exports", "--form", "x").stderr


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("position --item 1234-BLK-M", "the nearest that there is: 01234-BLK-M"),
        ("explain --status posted_twice", "not_told"),
        ("explain --status not_told --class received", "There is no such cause."),
        ("explain --line dispatched --side book", "It has closing, currency, opening, revalued."),
    ],
)
def test_what_nobody_has_heard_of_is_told_with_what_there_is(exports: Path, words: str, told: str) -> None:
    refused = run(*shlex.split(words), "--from", "exports")
    assert refused.returncode == ExitCode.FAILED
    assert told in refused.stderr


@pytest.mark.parametrize("name", ["month.pdf", "closed.xls", "page.htm"])
def test_a_folder_is_never_made_of_the_name_of_a_file(exports: Path, name: str) -> None:
    refused = run("close", "--from", "exports", "--out", name)
    assert (refused.returncode, Path(name).exists()) == (ExitCode.FAILED, False)
    assert f"Name a folder, such as {Path(name).stem}." in refused.stderr


def test_a_date_behind_a_point_is_no_file(tmp_path: Path) -> None:
    assert folder_to_write(tmp_path / "closed-2026.10", "--out").is_dir()
    (tmp_path / "old.pdf").mkdir()
    assert folder_to_write(tmp_path / "old.pdf", "--out").is_dir()


# Where nothing can be written ----------------------------------------------------------------------------------


class Full(io.StringIO):
    """A disk without room."""

    def write(self, text: str) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")


@pytest.mark.parametrize("words", [("config", "schema"), ("--help",), ("--version",)], ids=" ".join)
def test_an_answer_without_room_is_told_in_a_line(words: tuple[str, ...]) -> None:
    complained = io.StringIO()
    with (
        mock.patch.object(sys, "argv", ["clarus-bluecherry", *words]),
        redirect_stdout(Full()),
        redirect_stderr(complained),
        pytest.raises(SystemExit) as ended,
    ):
        main()
    said = "the answer cannot be written (No space left on device). Make room, or send it elsewhere.\n"
    assert (ended.value.code, complained.getvalue()) == (ExitCode.FAILED, said)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full on this system")
def test_a_process_without_room_says_one_line() -> None:
    words = [sys.executable, "-m", "clarus_bluecherry", "config", "schema"]
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(words, stdout=full, stderr=subprocess.PIPE, check=False, text=True)
    assert (done.returncode, len(done.stderr.splitlines())) == (ExitCode.FAILED, 1)


def test_a_log_without_room_stops_no_work() -> None:
    with redirect_stderr(Full()), redirect_stdout(io.StringIO()) as said, guarded():
        logging.getLogger("clarus_bluecherry.test").warning("something")
        complain("something else")
        tell("done")
    assert said.getvalue() == "done\n"


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full on this system")
def test_a_complaint_without_room_changes_no_exit_code() -> None:
    words = [sys.executable, "-m", "clarus_bluecherry", "no-such-command"]
    with Path("/dev/full").open("wb") as full:
        assert subprocess.run(words, stderr=full, check=False).returncode == ExitCode.FAILED


def refusing(path: Path | None, code: int = errno.EROFS) -> OSError:
    return OSError(code, os.strerror(code), *([] if path is None else [str(path)]))


def test_the_file_that_a_person_named_is_told_and_none_of_a_moment(tmp_path: Path) -> None:
    there = tmp_path / "sku-audit.xlsx"
    there.touch()
    for problem, named in (
        (refusing(tmp_path / "tmpkh06ljzh"), tmp_path / "closed"),
        (refusing(None, errno.ENOSPC), tmp_path / "closed"),
        (refusing(there, errno.EACCES), "sku-audit.xlsx"),
    ):
        with pytest.raises(ConfigurationError) as caught, writing(tmp_path / "closed", "--out"):
            raise problem
        assert caught.value.what.startswith(f"{named} cannot be written (")


def test_the_folder_one_is_in_is_told_by_its_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ConfigurationError, match=f"^field --out: {tmp_path} cannot"), writing(Path(), "--out"):
        raise refusing(None)


def test_a_template_without_room_is_no_defect(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with mock.patch.object(Path, "write_text", side_effect=refusing(None, errno.ENOSPC)):
        refused = run("close", "--template", "exports")
    assert refused.returncode == ExitCode.FAILED
    assert "field --template: exports cannot be written (No space left on device)." in refused.stderr
    assert "Traceback" not in refused.stderr


def test_a_demo_tries_its_folder_before_it_plays(tmp_path: Path) -> None:
    (tmp_path / "taken").touch()
    with mock.patch.object(show, "play", side_effect=AssertionError("it plays")):
        refused = run("demo", "--out", str(tmp_path / "taken"))
    assert refused.returncode == ExitCode.FAILED
    assert "taken is a file: name a folder" in refused.stderr


def test_a_ledger_in_a_folder_that_is_only_read_is_not_called_something_else(tmp_path: Path) -> None:
    place = tmp_path / "ledger.sqlite"
    Ledger.open(place).close()
    with (
        mock.patch("sqlite3.connect", side_effect=sqlite3.OperationalError("unable to open database file")),
        mock.patch("os.access", return_value=False),
        pytest.raises(LedgerError, match="nothing can be written beside it"),
    ):
        check_is_ledger(place)


def test_rights_that_cannot_be_taken_away_are_a_warning(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    place = tmp_path / "ledger.sqlite"
    Ledger.open(place).close()
    place.chmod(0o644)
    with mock.patch.object(Path, "chmod", side_effect=refusing(place)):
        Ledger.open(place).close()
    assert "it is not ours to close" in caplog.text


def test_completing_a_word_changes_nothing(tmp_path: Path) -> None:
    site, place = tmp_path / "site.toml", tmp_path / "ledger.sqlite"
    site.write_text(SITE.format(clarus="http://x", bluecherry="http://x", ledger=place))
    with Ledger.open(place) as ledger:
        ledger.keep_exceptions([waiting("1001")], [])
    place.chmod(0o644)
    line = f"clarus-bluecherry exceptions ack --site {site} parked"
    assert "parked:order 1001" in completed(line, "fish")
    assert place.stat().st_mode & 0o777 == 0o644


def test_an_audit_without_the_package_for_workbooks_leaves_all_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("skus.csv").write_text("Style,Color #,Size\n01234,BLK,M\n")
    Path("products.csv").write_text("Code\n01234-BLK-M\n")
    lacking = MissingExtra("writing Excel workbooks needs the package xlsxwriter", extra="excel")
    words = ("sku", "audit", "--blue-cherry", "skus.csv", "--clarus", "products.csv", "--out", "audit")
    with mock.patch("clarus_bluecherry.cli.sku_audit_files.write_workbook", side_effect=lacking):
        done = run(*words)
    assert done.returncode == ExitCode.WELL
    assert "No workbook: writing Excel workbooks needs the package xlsxwriter." in done.stderr
    assert Path("audit/sku-audit.html").exists()
    assert not Path("audit/sku-audit.xlsx").exists()
