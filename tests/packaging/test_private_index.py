"""From the wheel to a reader's environment, over real package indexes, with the commands of docs/private-index.md.

Three indexes stand behind each other as they do in the world: the company's, which has our package and passes on
what it does not have; a public one, where a stranger has registered our name with a higher number; and the
registry that this machine uses, for everything else.
"""

from __future__ import annotations

import importlib.util
import os
import re
import shutil
import socket
import subprocess
import sys
import time
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import pytest

from clarus_bluecherry import __version__

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "private-index.md").read_text("utf-8")
ON_THE_PAGE = "https://packages.example.com/"
STRANGER = "99.0"
SOURCES = ("clarus_bluecherry", "docs", "examples", "pyproject.toml", "README.md", "CHANGELOG.md", "LICENSE")


def block(name: str) -> str:
    """The page's block behind the comment `name`, or under the heading of that name."""
    found = re.search(
        rf"(?:<!-- {re.escape(name)} -->|## {name})\n+```\w+\n(.*?)^```$", PAGE, re.DOTALL | re.MULTILINE
    )
    assert found, name
    return found[1]


def clean() -> dict[str, str]:
    """An environment in which no setting of this machine chooses an index, and `python3` is ours."""
    ours = ("PIP_", "UV_", "PYTHON", "VIRTUAL_ENV")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(ours) or name == "PIP_CERT"}
    path = os.pathsep.join([str(Path(sys.executable).parent), kept.get("PATH", "")])
    login = {"UV_PUBLISH_USERNAME": "reader", "UV_PUBLISH_PASSWORD": "none"}
    uv = {"UV_NO_CONFIG": "1", "UV_PYTHON": sys.executable, "UV_SYSTEM_CERTS": "1"}
    return {**kept, **login, **uv, "PATH": path, "PIP_CONFIG_FILE": os.devnull}


def shell(commands: str, folder: Path, **more: str) -> str:
    done = subprocess.run(
        ["sh", "-euc", commands], cwd=folder, env={**clean(), **more}, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, f"{commands}\n{done.stdout}\n{done.stderr}"
    return done.stdout


def skip_without_tools() -> None:
    missing = [name for name in ("build", "pypiserver", "uv") if importlib.util.find_spec(name) is None]
    if missing:
        pytest.skip(f"SKIPPED: not installed: {', '.join(missing)} (pip install '.[test]')")


def registry(folder: Path) -> str:
    """The registry of this machine, if it can be reached without settings of this machine's own."""
    url = "https://pypi.org/simple/"
    probe = [
        sys.executable,
        "-m",
        "pip",
        "download",
        "-q",
        "--no-deps",
        "-d",
        str(folder),
        "--index-url",
        url,
        "attrs",
    ]
    done = subprocess.run(probe, env={**clean(), "PIP_RETRIES": "0"}, capture_output=True, text=True, check=False)
    if done.returncode:
        pytest.skip(f"SKIPPED: {url} cannot be reached: {done.stderr.strip().splitlines()[-1:]}")
    return url


@contextmanager
def index(folder: Path, fallback: str) -> Iterator[str]:
    """A package index over `folder`, which sends whoever asks for another name on to `fallback`."""
    folder.mkdir(exist_ok=True)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    anybody = ["-P", ".", "-a", "."]
    place = ["-i", "127.0.0.1", "-p", str(port), "--hash-algo", "sha256", "--fallback-url", fallback]
    command = [sys.executable, "-m", "pypiserver", "run", *place, *anybody, str(folder)]
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        until = time.monotonic() + 30
        while not listens(port):
            assert server.poll() is None
            assert time.monotonic() < until
            time.sleep(0.05)
        yield f"http://127.0.0.1:{port}/"
    finally:
        server.terminate()
        server.wait(timeout=10)


def listens(port: int) -> bool:
    with socket.socket() as knock:
        return knock.connect_ex(("127.0.0.1", port)) == 0


def strangers_wheel(folder: Path) -> None:
    """A package of our name by somebody else."""
    folder.mkdir()
    info = f"clarus_bluecherry-{STRANGER}.dist-info"
    with zipfile.ZipFile(folder / f"clarus_bluecherry-{STRANGER}-py3-none-any.whl", "w") as wheel:
        wheel.writestr("clarus_bluecherry.py", "__version__ = 'of a stranger'\n")
        wheel.writestr(
            f"{info}/METADATA", f"Metadata-Version: 2.1\nName: clarus-bluecherry\nVersion: {STRANGER}\n"
        )
        wheel.writestr(
            f"{info}/WHEEL", "Wheel-Version: 1.0\nGenerator: x\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
        )
        wheel.writestr(f"{info}/RECORD", "")


class Indexes(NamedTuple):
    """Where the company's index is, and the public one behind it."""

    company: str
    public: str


@pytest.fixture(scope="module")
def indexes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Indexes]:
    """The company's index, to which the page's own commands have published this checkout."""
    skip_without_tools()
    folder = tmp_path_factory.mktemp("indexes")
    world = registry(folder)
    checkout = folder / "checkout"
    checkout.mkdir()
    for name in SOURCES:
        copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copy
        copy(ROOT / name, checkout / name)
    strangers_wheel(folder / "strangers")
    with index(folder / "strangers", world) as public, index(folder / "company", f"{public}simple/") as ours:
        install, *publish = block("Publish").splitlines()
        assert install == "python3 -m pip install build uv"  # they are there
        shell("\n".join(publish).replace(ON_THE_PAGE, ours), checkout)
        kinds = sorted(
            path.name.removeprefix(f"clarus_bluecherry-{__version__}") for path in (folder / "company").iterdir()
        )
        assert kinds == ["-py3-none-any.whl", ".tar.gz"]
        yield Indexes(company=ours, public=public)


def test_pip_installs_ours_from_the_one_index_also_pinned_and_under_constraints(
    indexes: Indexes, tmp_path: Path
) -> None:
    (tmp_path / "pip.conf").write_text(block("pip.conf").replace(ON_THE_PAGE, indexes.company))
    settings = {"PIP_CONFIG_FILE": str(tmp_path / "pip.conf")}
    assert shell(block("pip"), tmp_path, **settings).splitlines()[-1] == __version__
    shell(block("constraints"), tmp_path, **settings)
    assert f"clarus-bluecherry=={__version__}" in (tmp_path / "constraints.txt").read_text()
    shell(".venv/bin/pip uninstall -y clarus-bluecherry", tmp_path)
    shell(block("locked").replace(ON_THE_PAGE, indexes.company), tmp_path, **settings)
    assert "--hash=sha256:" in (tmp_path / "requirements.txt").read_text()
    tell = ".venv/bin/pip show --verbose clarus-bluecherry"
    assert "Security, https://" in shell(tell, tmp_path)
    assert "mapping" in shell(
        '.venv/bin/python -c "import clarus_bluecherry.mapping as m; print(m.__name__)"', tmp_path
    )


def test_uv_installs_ours_from_the_index_that_has_the_name_and_the_rest_from_another(
    indexes: Indexes, tmp_path: Path
) -> None:
    (tmp_path / "pyproject.toml").write_text(block("pyproject.toml").replace(ON_THE_PAGE, indexes.company))
    assert shell(block("uv"), tmp_path).splitlines()[-1] == __version__
    assert f'source = {{ registry = "{indexes.company}simple/" }}' in (tmp_path / "uv.lock").read_text()


def test_two_indexes_side_by_side_would_install_a_strangers(indexes: Indexes, tmp_path: Path) -> None:
    """Why the page says not to: where pip asks both, the higher number wins."""
    told = shell(
        f"python3 -m pip install --dry-run --no-deps --ignore-installed --target {tmp_path} "
        f"--index-url {indexes.public}simple/ --extra-index-url {indexes.company}simple/ clarus-bluecherry",
        tmp_path,
    )
    assert f"clarus_bluecherry-{STRANGER}" in told.replace("clarus-bluecherry", "clarus_bluecherry")
