"""A folder that a partner shares with us, and the server it may be continued on: the same for both systems.

Law of this module: a setting that both systems' files have is written once, here.
"""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Annotated

from pydantic import ConfigDict, Field

from clarus_bluecherry.config._beside import BESIDE
from clarus_bluecherry.config._section import OR_NOTHING, Section, Span
from clarus_bluecherry.config._tables import AsTable
from clarus_bluecherry.exchange.folder import IGNORED, FolderLayout


class SftpSection(Section):
    """`[bluecherry.files.sftp]`, `[clarus.files.upload]`: the server a folder is continued on.

    See `exchange.SftpSettings`.
    """

    host: str = Field(min_length=1)
    user: str = Field(min_length=1)
    port: int = 22
    key_file: Annotated[Path | None, OR_NOTHING, BESIDE] = None
    known_hosts: Annotated[Path | None, OR_NOTHING, BESIDE] = None
    host_keys: tuple[str, ...] = ()
    incoming: str = "incoming"
    outgoing: str = "outgoing"
    taken: Annotated[str | None, OR_NOTHING] = "taken"
    """The folder for what was fetched; false deletes it there."""
    partial: str = Field(default=".part", min_length=1)
    settle: Span = dt.timedelta(seconds=30)
    timeout: float = Field(default=30.0, gt=0)
    keepalive: float = Field(default=15.0, gt=0)


class FolderSection(Section):
    """What `exchange.Folder` takes; what has arrived is kept in `store`, by default a folder under `root`."""

    model_config = ConfigDict(revalidate_instances="always")  # so that a default is put beside the file, too

    root: Annotated[Path, BESIDE] = Field(default=Path("exchange"), validate_default=True)
    store: Annotated[Path | None, OR_NOTHING, BESIDE] = None
    folders: Annotated[FolderLayout, AsTable(FolderLayout())] = Field(default_factory=FolderLayout)
    settle: Span = dt.timedelta(seconds=10)
    lease: Span = dt.timedelta(minutes=15)
    retry_after: Span = dt.timedelta(minutes=5)
    attempts: int = Field(default=5, ge=1)
    ignored: tuple[str, ...] = IGNORED
    journal: Annotated[Path | None, OR_NOTHING, BESIDE] = None
    journal_in_ledger: bool = False
    """Whether the journal is in the ledger's database, so that several machines share the folder at `root`."""
    group: bool = False
    """Whether the partner comes in by the folders' group; else only we do."""
