"""What a shell is given when somebody presses the tabulator, in each of the shells."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from cli_tree import one_tree  # noqa: F401 - a fixture of all tests here
from test_cli import SITE, run

from clarus_bluecherry.finance.exceptions import ExceptionClass
from clarus_bluecherry.ledger import Ledger, State
from clarus_bluecherry.ledger.records import KeptException


def completed(line: str, shell: str = "zsh") -> str:
    """What comes of a line that is begun; of its last word, where it ends with a blank."""
    asked = {"_CLARUS_BLUECHERRY_COMPLETE": f"complete_{shell}", "_TYPER_COMPLETE_ARGS": line}
    if shell == "bash":
        asked |= {"COMP_WORDS": line, "COMP_CWORD": str(len(line.split(" ")) - 1)}
    if shell == "fish":
        asked["_TYPER_COMPLETE_FISH_ACTION"] = "get-args"
    done = run(**asked)
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


NOON = dt.datetime(2026, 3, 2, 12, tzinfo=dt.UTC)


def waiting(order: str) -> KeptException:
    """An order that waits for a person, as a ledger keeps it."""
    named = {"identity": f"parked:order {order}", "kind": "parked", "subject": f"order {order}", "what": order}
    return KeptException(
        **named, owner="operations", state="open", since=NOON, item={}, opened_at=NOON, seen_at=NOON
    )


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
@pytest.mark.parametrize(
    ("line", "word", "not_there"),
    [
        ("clarus-bluecherry exc", "exceptions", "close"),
        ("clarus-bluecherry sku au", "audit", "infer"),
        ("clarus-bluecherry close --kno", "--known-until", "--from"),
        ("clarus-bluecherry demo --scale s", "season", "rest"),
    ],
)
def test_commands_options_and_words_of_a_list(shell: str, line: str, word: str, not_there: str) -> None:
    given = completed(line, shell)
    assert word in given
    assert not_there not in given


def test_words_that_have_a_list_are_completed_from_it() -> None:
    for line, told in (
        ("clarus-bluecherry ledger show x --state p", {each for each in State if each.startswith("p")}),
        (
            "clarus-bluecherry exceptions ack --class re",
            {each for each in ExceptionClass if each[:2] == "re"},
        ),
        ("clarus-bluecherry explain --status posted_", {"posted_twice"}),
        ("clarus-bluecherry explain --line op", {"opening"}),
        ("clarus-bluecherry explain --side b", {"book"}),
        ("clarus-bluecherry sandbox fault failed", {"failed-before", "failed-after"}),
        ("clarus-bluecherry exceptions --for fin", {"finance"}),
    ):
        given = completed(line, "fish")
        assert told
        assert {str(each) for each in told} <= set(given.split()), line


def test_open_exceptions_of_the_site_are_completed(tmp_path: Path) -> None:
    site = tmp_path / "site.toml"
    site.write_text(SITE.format(clarus="http://x", bluecherry="http://x", ledger=tmp_path / "l.sqlite"), "utf-8")
    line = f"clarus-bluecherry exceptions history --site {site} pa"
    assert "parked:order" not in completed(line, "fish"), "there is no ledger yet, and nobody is told"
    with Ledger.open(tmp_path / "l.sqlite") as ledger:
        ledger.keep_exceptions([waiting("1001"), waiting("1002")], [])
    assert completed(line, "fish").split("\n")[:2] == ["parked:order 1001", "parked:order 1002"]
    assert "1002" not in completed(f"{line}rked:order 1001".replace(" 1001", "\\ 1001"), "fish")


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_what_a_shell_would_run_is_not_completed(shell: str, tmp_path: Path) -> None:
    """A number is anybody's word, and zsh reads what is completed as it reads what is typed."""
    ledger = tmp_path / "ledger.sqlite"
    signs = [
        "$(id)",
        "\\$(id)",
        "`id`",
        "a;id",
        "a|id",
        "a&id",
        "a>b",
        "a'b",
        'a"b',
        "a*",
        "~",
        "!x",
        "a\nid",
        "a\\",
    ]
    with Ledger.open(ledger) as here:
        here.keep_exceptions([*map(waiting, ["1001", *signs])], [])
    site = tmp_path / "site.toml"
    site.write_text(SITE.format(clarus="http://x", bluecherry="http://x", ledger=ledger), "utf-8")
    given = completed(f"clarus-bluecherry exceptions ack --site {site} pa", shell)
    assert "1001" in given
    assert given.count("parked") == 1


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_the_script_for_each_shell_can_be_had(shell: str) -> None:
    script = run(_CLARUS_BLUECHERRY_COMPLETE=f"source_{shell}").stdout
    assert "_CLARUS_BLUECHERRY_COMPLETE=complete_" + shell in script
    assert "\\x" not in script, "nothing of it is written out"
