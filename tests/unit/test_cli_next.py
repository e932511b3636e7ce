"""The command to type next is one that the reader's shell finds."""

import pytest

from clarus_bluecherry.cli.door import say_next


@pytest.fixture
def installed(tmp_path, monkeypatch):
    program = tmp_path / "bin" / "clarus-bluecherry"
    program.parent.mkdir()
    program.write_text("#!/bin/sh\n")
    program.chmod(0o700)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PATH", "/nowhere")
    return program


def said(capsys):
    say_next("close", "--from", "exports")
    return capsys.readouterr().err


def test_a_command_of_no_path_is_named_as_it_was_typed(installed, monkeypatch, capsys):
    monkeypatch.setattr("sys.argv", ["bin/clarus-bluecherry", "close"])
    assert said(capsys) == "Next: bin/clarus-bluecherry close --from exports\n"


def test_a_command_that_the_shell_finds_is_named_without_its_path(installed, monkeypatch, capsys):
    monkeypatch.setenv("PATH", str(installed.parent))
    monkeypatch.setattr("sys.argv", [str(installed), "close"])
    assert said(capsys) == "Next: clarus-bluecherry close --from exports\n"


def test_another_installation_on_the_path_is_not_taken_for_this_one(installed, tmp_path, monkeypatch, capsys):
    other = tmp_path / "other" / "clarus-bluecherry"
    other.parent.mkdir()
    other.write_text("#!/bin/sh\n")
    other.chmod(0o700)
    monkeypatch.setenv("PATH", str(other.parent))
    monkeypatch.setattr("sys.argv", ["bin/clarus-bluecherry", "close"])
    assert said(capsys).startswith("Next: bin/clarus-bluecherry close")


@pytest.mark.parametrize("typed", ["clarus-bluecherry", "/x/pytest", "-c", "/x/clarus_bluecherry/cli/__main__.py"])
def test_another_program_is_not_named(installed, monkeypatch, capsys, typed):
    monkeypatch.setattr("sys.argv", [typed])
    assert said(capsys).startswith("Next: clarus-bluecherry close")


@pytest.mark.parametrize(
    "address",
    [
        *("postgresql://me:pa/ss@host/ledger", "postgresql://host/ledger?user=me&password=pass"),
        *("postgresql://host/ledger?sslpassword=pass", "host=db user=me password = pass"),
    ],
)
def test_an_address_with_a_password_is_not_repeated(installed, monkeypatch, capsys, address):
    monkeypatch.setattr("sys.argv", ["clarus-bluecherry"])
    say_next("ledger", "show", address)
    assert capsys.readouterr().err == "Next: clarus-bluecherry ledger show LEDGER_URL\n"
