"""The pytest plug-in, as an author of tests meets it: in a run of its own, found by its entry point."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from collections import defaultdict
from pathlib import Path

import broken_plugins
import pytest

pytest_plugins = ["pytester"]

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "testing.md"
HEAVY = {
    *("asyncssh", "attr", "attrs", "cattrs", "graphql", "httpx", "psycopg", "pydantic", "rich"),
    *("sqlalchemy", "starlette", "tenacity", "typer", "uvicorn", "xlsxwriter"),
}
INI = """
[pytest]
addopts = --strict-markers --strict-config -p no:cacheprovider
filterwarnings = error
"""


@pytest.fixture
def installed(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> pytest.Pytester:
    """An environment in which the package's entry points are those of its pyproject."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    lines = (f"{name} = {place}\n" for name, place in project["entry-points"]["pytest11"].items())
    site = pytester.mkdir("site")
    metadata = site / "of_this_checkout-1.0.dist-info"
    metadata.mkdir()
    (metadata / "METADATA").write_text("Metadata-Version: 2.1\nName: of-this-checkout\nVersion: 1.0\n", "utf-8")
    (metadata / "entry_points.txt").write_text("".join(["[pytest11]\n", *lines]), "utf-8")
    monkeypatch.setenv("PYTHONPATH", f"{site}:{ROOT}")
    pytester.makeini(INI)
    return pytester


def test_being_there_loads_nothing_heavy(installed: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    installed.makepyfile(
        f"""
        import sys

        def test_nothing_is_loaded(request):
            assert request.config.pluginmanager.has_plugin("clarus_bluecherry")
            assert {HEAVY} & {{name.partition(".")[0] for name in sys.modules}} == set()
        """
    )
    installed.runpytest_subprocess("-p", "clarus_bluecherry").assert_outcomes(passed=1)


A_SUITE = """
    import os

    import pytest

    from clarus_bluecherry.errors import ServerFailed
    from clarus_bluecherry.sandbox import Door, Fault
    from clarus_bluecherry.testing import sites


    def test_people_are_there(sandbox):
        assert sandbox.season.seed == 1
        assert "received" in str(sandbox.receive("70201", announce=True))

    def test_it_is_fresh_for_each_test(sandbox):
        assert sandbox.books().facts == {"warehouse": [], "staged": [], "booked": []}

    @pytest.mark.sandbox(seed=7)
    def test_another_season(sandbox):
        assert sandbox.season.seed == 7

    def test_programs_find_it(sandbox, sandbox_environment):
        assert os.environ["CLARUS_URL"] == sandbox_environment["CLARUS_URL"]
        assert Door.from_environment().do("picks").facts["picks"]

    def test_clients_reach_it(sandbox_clarus, sandbox_bluecherry):
        assert len(sandbox_clarus.warehouses.list().all()) == 2
        assert len(list(sandbox_bluecherry.locations())) == 2

    def test_faults_strike(sandbox_clarus, sandbox_bluecherry, clarus_faults, bluecherry_faults):
        clarus_faults.next(Fault.TOO_MANY)
        bluecherry_faults.next(Fault.FAILED_BEFORE, times=2)
        assert len(sandbox_clarus.warehouses.list().all()) == 2
        assert len(list(sandbox_bluecherry.locations())) == 2
        assert clarus_faults.injected == {Fault.TOO_MANY: 1}
        assert bluecherry_faults.injected == {Fault.FAILED_BEFORE: 2}

    def test_a_site_takes_turns(sandbox_site, sandbox):
        sites.turn(sandbox_site)
        assert {row["warehouse"] for row in sandbox.picks().facts["picks"]} >= {"PENDING"}

    def test_the_environment_is_as_it_was():
        assert "SANDBOX_DOOR" not in os.environ
"""


def test_its_fixtures_serve_a_suite(installed: pytest.Pytester) -> None:
    installed.makepyfile(A_SUITE)
    installed.runpytest_subprocess().assert_outcomes(passed=8)


def test_the_page_is_a_suite_that_passes(installed: pytest.Pytester) -> None:
    blocks = re.findall(r"^```python\n(.*?)^```$", PAGE.read_text("utf-8"), re.MULTILINE | re.DOTALL)
    installed.makepyfile("\n".join(blocks))
    found = installed.runpytest_subprocess().parseoutcomes()
    assert found["passed"] > 50
    assert "failed" not in found
    assert "errors" not in found


def test_the_page_tells_of_every_fixture(installed: pytest.Pytester) -> None:
    page = PAGE.read_text("utf-8")
    listed = installed.runpytest_subprocess("--fixtures").stdout.str()
    (ours,) = re.findall(
        r"fixtures defined from clarus_bluecherry\.testing\.plugin -+\n(.*?)\n-+ ", listed, re.DOTALL
    )
    names = re.findall(r"^(\w+)", ours, re.MULTILINE)
    assert "sandbox_site" in names
    assert [name for name in names if not re.search(rf"^\| .*`{name}`.* \|", page, re.MULTILINE)] == []


def test_a_package_that_is_missing_is_named_with_what_brings_it(installed: pytest.Pytester) -> None:
    installed.makeconftest("import sys; sys.modules['uvicorn'] = None")
    installed.makepyfile("def test_it(sandbox): pass")
    found = installed.runpytest_subprocess()
    found.assert_outcomes(errors=1)
    found.stdout.fnmatch_lines(['*needs the package uvicorn*pip install "clarus-bluecherry?testing?"*'])


def test_a_contract_without_pytest_says_what_brings_it() -> None:
    code = (
        "import sys; sys.modules['pytest'] = None\n"
        "try:\n    from clarus_bluecherry.testing import TransportContract\n"
        "except ImportError as error:\n    print(error)"
    )
    said = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout
    assert 'pip install "clarus-bluecherry[testing]"' in said


def test_a_contract_says_what_it_needs(installed: pytest.Pytester) -> None:
    installed.makepyfile(
        """
        from clarus_bluecherry.testing import LedgerHomeContract, SkuRuleContract, TransportContract

        class TestTransport(TransportContract):
            stands = {"pick_ticket": ["1"]}

        class TestRule(SkuRuleContract):
            pass

        class TestHome(LedgerHomeContract):
            pass
        """
    )
    found = installed.runpytest_subprocess("-k", "ping or has_a_name or at_first")
    found.assert_outcomes(errors=3)
    found.stdout.fnmatch_lines(
        ["*TestTransport needs a fixture `transport`*", "*TestRule needs a fixture `rule`*", "*TestHome needs*"]
    )


def test_a_contract_with_a_word_it_does_not_know_says_which_it_knows(installed: pytest.Pytester) -> None:
    installed.makepyfile(
        """
        from clarus_bluecherry.testing import TransportContract

        class TestTransport(TransportContract):
            stands = {"picks": ["1"]}
        """
    )
    found = installed.runpytest_subprocess()
    found.assert_outcomes(errors=1)
    found.stdout.fnmatch_lines(["*TestTransport names *picks*: that is none of acknowledgement, carrier, *"])


def test_a_check_that_fails_shows_both_sides(installed: pytest.Pytester) -> None:
    installed.makepyfile(Path(broken_plugins.__file__).read_text("utf-8"))
    found = installed.runpytest_subprocess("-k", "TestZerosOfNumbersAreLost")
    found.assert_outcomes(
        failed=1, passed=found.parseoutcomes()["passed"], skipped=found.parseoutcomes()["skipped"]
    )
    found.stdout.fnmatch_lines(["E*style gives other records than there are*", "E*'1234'*"])


def test_each_planted_fault_fails_the_one_check_that_is_for_it(installed: pytest.Pytester) -> None:
    installed.makepyfile(Path(broken_plugins.__file__).read_text("utf-8"))
    planted = {name: each.fails for name, each in vars(broken_plugins).items() if name.startswith("Test")}
    assert len([name for name in planted.values() if name]) >= 10
    failed = defaultdict(set)
    lines = installed.runpytest_subprocess("-q", "-rfE").outlines
    for line in lines:
        if found := re.match(r"(?:FAILED|ERROR) \S+::(Test\w+)::(\w+)", line):
            failed[found[1]].add(found[2])
    assert dict(failed) == {name: {check} for name, check in planted.items() if check}, "\n".join(lines[-60:])
