"""`clarus-bluecherry bundle`: one archive; with it alone on the path every plain step says what it says here."""

from __future__ import annotations

import hashlib
import importlib.metadata
import json
import os
import subprocess
import sys
import zipfile
import zoneinfo
from pathlib import Path
from typing import Any

import pytest
from plain_world import (
    SETTINGS,
    a_goods_out,
    a_package,
    a_pick,
    a_production_order,
    a_shipment,
    a_stock,
    a_style,
    a_transaction,
    the_lines,
)

from clarus_bluecherry.cli.bundle import Platform, run
from clarus_bluecherry.errors import ConfigurationError
from clarus_bluecherry.mapping import plain

Bundles = dict[str, tuple[Path, dict[str, Any]]]

ON_THE_PATH = {"lambda": "python", "azure": ".python_packages/lib/site-packages", "zip": ""}

STEPS: dict[str, tuple[list[Any], dict[str, Any]]] = {
    "accounting_date": (["2026-04-01T02:30:00Z", SETTINGS], {}),
    "goods_out_to_order_shipment": (
        [a_goods_out(), the_lines(), a_pick(), SETTINGS],
        {"shipments": [a_shipment()], "packages": [a_package()]},
    ),
    "pick_to_goods_out": ([a_pick(), SETTINGS], {}),
    "production_order_to_pre_receipt": ([a_production_order(), SETTINGS], {}),
    "stock_to_positions": ([[a_stock()], SETTINGS], {"as_of": "2026-03-31", "control_number": 7}),
    "style_to_products": ([a_style(), SETTINGS], {}),
    "transaction_to_advice": ([a_transaction(), SETTINGS], {}),
}

FAR_AWAY = """
import json, sys
sys.path.insert(0, {path!r})
from clarus_bluecherry.mapping import plain
steps = json.load(sys.stdin)
print(json.dumps({{name: getattr(plain, name)(*given, **named) for name, (given, named) in steps.items()}}))
"""


EVERYTHING = """
import pkgutil, sys
sys.path.insert(0, {path!r})
import clarus_bluecherry
from clarus_bluecherry import BlueCherry, Clarus
from clarus_bluecherry.errors import MissingExtra
import httpx
httpx.Client().close()  # finds its certificates
for module in pkgutil.walk_packages(clarus_bluecherry.__path__, "clarus_bluecherry."):
    try:
        __import__(module.name)
    except MissingExtra:
        pass
    except ModuleNotFoundError as error:
        print(error.name)
"""


def bundled(folder: Path, *arguments: str, besides: Path | None = None) -> subprocess.CompletedProcess[str]:
    """The command, where what lies in the folder `besides` is installed as well."""
    paths = [str(path) for path in (besides, os.environ.get("PYTHONPATH")) if path]
    return subprocess.run(
        [sys.executable, "-m", "clarus_bluecherry.cli", "bundle", *arguments],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(paths)},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


def told(folder: Path, *arguments: str, besides: Path | None = None) -> dict[str, Any]:
    """The one JSON document of a command that succeeds and complains of nothing."""
    done = bundled(folder, *arguments, "--json", besides=besides)
    assert (done.returncode, done.stderr) == (0, "")
    found: dict[str, Any] = json.loads(done.stdout)
    return found


@pytest.fixture(scope="module")
def bundles(tmp_path_factory: pytest.TempPathFactory) -> Bundles:
    """The archive for each platform, and what was told of it."""
    folder = tmp_path_factory.mktemp("bundles")
    found = {platform: told(folder, "--for", platform) for platform in ON_THE_PATH}
    return {platform: (folder / bundle["archive"], bundle) for platform, bundle in found.items()}


def alone(code: str, folder: Path, given: str = "") -> str:
    """What an interpreter prints that knows its standard library and nothing else."""
    done = subprocess.run(
        [sys.executable, "-I", "-S", "-c", code],
        cwd=folder,
        input=given,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


def test_the_steps_tried_are_all_there_are() -> None:
    assert set(STEPS) == set(plain.__all__) - {"StepSettings", "StepSettingsOrDict", "settings"}


@pytest.mark.parametrize(
    ("platform", "unpacked"), [("lambda", True), ("azure", True), ("zip", True), ("zip", False)]
)
def test_every_plain_step_runs_with_that_one_path(
    platform: str, unpacked: bool, bundles: Bundles, tmp_path: Path
) -> None:
    archive, _ = bundles[platform]
    if unpacked:
        with zipfile.ZipFile(archive) as file:
            file.extractall(tmp_path)
    path = tmp_path / ON_THE_PATH[platform] if unpacked else archive
    said = alone(FAR_AWAY.format(path=str(path)), tmp_path, json.dumps(STEPS))
    here = {name: getattr(plain, name)(*given, **named) for name, (given, named) in STEPS.items()}
    assert json.loads(said) == json.loads(json.dumps(here))
    if not unpacked:
        assert [*tmp_path.iterdir()] == []


def test_nothing_inside_looks_for_what_was_left_out(bundles: Bundles, tmp_path: Path) -> None:
    """Only what an extra brings is missing."""
    archive, _ = bundles["zip"]
    missed = alone(EVERYTHING.format(path=str(archive)), tmp_path).split()
    assert set(missed) <= {"asyncssh", "psycopg", "sqlalchemy", "xlsxwriter"}


def test_what_is_inside_is_told(bundles: Bundles) -> None:
    archive, bundle = bundles["lambda"]
    assert bundle["sha256"] == hashlib.sha256(archive.read_bytes()).hexdigest()
    assert bundle["bytes"] == archive.stat().st_size
    with zipfile.ZipFile(archive) as file:
        assert sum(each["bytes"] for each in bundle["distributions"]) == sum(
            entry.file_size for entry in file.infolist()
        )
    found = {each["name"]: each for each in bundle["distributions"]}
    assert {"clarus-bluecherry", "attrs", "cattrs", "pydantic", "pydantic-core"} <= set(found)
    assert found["clarus-bluecherry"]["licence"] == "Apache-2.0"
    assert {found[name]["licence"] for name in ("attrs", "cattrs", "pydantic")} == {"MIT"}
    assert found["pydantic"]["version"] == importlib.metadata.version("pydantic")
    assert found["pydantic-core"]["built_for"] != []
    assert bundle["python"] == f"{sys.version_info.major}.{sys.version_info.minor}"


def test_nothing_of_this_machine_and_no_tool_is_inside(bundles: Bundles) -> None:
    archive, _ = bundles["zip"]
    with zipfile.ZipFile(archive) as file:
        names = file.namelist()
    assert names == sorted(names)
    unwanted = ("__pycache__", ".pth", "direct_url.json", "/RECORD", "/cli/", "/sandbox/", "/testing/", "tests/")
    assert [name for name in names if any(part in name for part in unwanted)] == []
    for name in ("attrs", "cattrs", "pydantic", "pydantic_core"):
        own = [each for each in names if each.startswith(f"{name}-") and "licen" in each.lower()]
        assert own != [], name


def test_the_same_environment_gives_the_same_archive(bundles: Bundles, tmp_path: Path) -> None:
    archive, first = bundles["zip"]
    again = told(tmp_path, "--for", "zip", "--out", "again.zip")
    assert (tmp_path / "again.zip").read_bytes() == archive.read_bytes()
    assert again["sha256"] == first["sha256"]


def test_people_are_told_what_to_do_with_it(tmp_path: Path) -> None:
    done = bundled(tmp_path, "--for", "zip", "--out", "steps.zip")
    assert (done.returncode, done.stderr) == (0, "")
    assert "sys.path.insert(0, 'steps.zip')" in done.stdout
    assert "pydantic-core" in done.stdout
    assert hashlib.sha256((tmp_path / "steps.zip").read_bytes()).hexdigest() in done.stdout


def test_a_platform_that_is_none_is_refused_with_those_there_are(tmp_path: Path) -> None:
    done = bundled(tmp_path, "--for", "lamda")
    assert done.returncode == 2
    assert all(name in done.stderr for name in ("lamda", "lambda", "azure", "zip"))
    assert [*tmp_path.iterdir()] == []


@pytest.mark.parametrize("where", [".", "absent/bundle.zip"])
def test_a_place_that_cannot_be_written_is_named_and_nothing_is_left(where: str, tmp_path: Path) -> None:
    done = bundled(tmp_path, "--for", "zip", "--out", where)
    assert done.returncode == 2
    assert "--out" in done.stderr
    assert "Traceback" not in done.stderr
    assert [*tmp_path.iterdir()] == []


def test_time_zones_are_taken_along_where_they_are_installed(tmp_path: Path) -> None:
    """A platform without any of its own still dates in New York."""
    homes = [path for root in zoneinfo.TZPATH if (path := Path(root, "America", "New_York")).is_file()]
    if not homes:
        pytest.skip("this machine has no time zones to make a package of")
    installed = tmp_path / "installed"
    files = {
        "tzdata/__init__.py": b"",
        "tzdata/zoneinfo/__init__.py": b"",
        "tzdata/zoneinfo/America/__init__.py": b"",
        "tzdata/zoneinfo/America/New_York": homes[0].read_bytes(),
        "tzdata-2026.1.dist-info/METADATA": b"Metadata-Version: 2.4\nName: tzdata\nVersion: 2026.1\n"
        b"Classifier: License :: OSI Approved :: Apache Software License\n",
    }
    for name, data in files.items():
        (installed / name).parent.mkdir(parents=True, exist_ok=True)
        (installed / name).write_bytes(data)
    (installed / "tzdata-2026.1.dist-info" / "RECORD").write_text("".join(f"{name},,\n" for name in files))
    bundle = told(tmp_path, "--for", "zip", besides=installed)
    (zones,) = (each for each in bundle["distributions"] if each["name"] == "tzdata")
    assert bundle["time_zones"]
    assert (zones["licence"], zones["built_for"]) == ("Apache Software License", [])
    without = "import zoneinfo; zoneinfo.reset_tzpath(())\n"
    code = without + FAR_AWAY.format(path=str(tmp_path / bundle["archive"]))
    steps = {"accounting_date": (["2026-04-01T02:30:00Z", {"zone": "America/New_York"}], {})}
    assert json.loads(alone(code, tmp_path, json.dumps(steps))) == {"accounting_date": "2026-03-31"}


def test_another_system_makes_no_layer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "darwin")
    for platform in (Platform.LAMBDA, Platform.AZURE):
        with pytest.raises(ConfigurationError, match="runs Linux"):
            run(platform, tmp_path / "bundle.zip", as_json=True)
    assert [*tmp_path.iterdir()] == []
