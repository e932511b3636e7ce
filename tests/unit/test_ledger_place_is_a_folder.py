"""A folder that is named where the ledger's file should be stays as it is: other people's files are in it."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from clarus_bluecherry.errors import LedgerError
from clarus_bluecherry.exchange.journal import Journal
from clarus_bluecherry.ledger.store import Ledger

pytestmark = pytest.mark.skipif(os.name != "posix", reason="rights of files are POSIX's here")


@pytest.mark.parametrize("opened", [Ledger.open, Journal], ids=["ledger", "journal"])
def test_a_folder_in_place_of_the_file_keeps_its_rights(tmp_path: Path, opened: Callable[[Path], object]) -> None:
    folder = tmp_path / "srv"
    folder.mkdir()
    folder.chmod(0o755)
    with pytest.raises(LedgerError):
        opened(folder)
    assert stat.S_IMODE(folder.stat().st_mode) == 0o755
