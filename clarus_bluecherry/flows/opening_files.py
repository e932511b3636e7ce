"""The folders of a site, and the servers that they are continued on: the same for both systems' files.

Law of this module: nothing is sent while opening, and what cannot work is told at its setting.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, TypedDict

from pydantic import SecretStr

from clarus_bluecherry import exchange
from clarus_bluecherry.clarus.files import (
    ORDERS,
    PRE_RECEIPTS,
    ClarusFiles,
    ExportFiles,
    ExportLayout,
    ImportFiles,
    Template,
)
from clarus_bluecherry.config import (
    ClarusFilesSection,
    ClarusSection,
    ExportSection,
    ImportSection,
    Secrets,
    SftpSection,
)
from clarus_bluecherry.config._folder import FolderSection
from clarus_bluecherry.config._section import in_setting
from clarus_bluecherry.errors import ClarusBluecherryError, ConfigurationError
from clarus_bluecherry.exchange import Folder, NameTemplate, SftpSettings, SharedJournal
from clarus_bluecherry.flows.names import GOODS_OUT, PRE_RECEIPT
from clarus_bluecherry.flows.site import utc_now

if TYPE_CHECKING:
    from clarus_bluecherry.exchange import Pumped, SftpExchange


@contextmanager
def clarus_files_of(section: ClarusSection, secrets: Secrets, ledger: str) -> Iterator[ClarusFiles | None]:
    """The tenant's exchange of files, open for the length of the block; None where it is reached over its API.

    `ledger` is the place of the site's ledger, where the exchange's journal may be.
    """
    if section.transport != "files":
        yield None
        return
    told = section.files
    with folder_of(told, "clarus.files", ledger) as folder:
        yield ClarusFiles(
            folder=folder,
            store=told.store or told.root / "store",
            imports={
                GOODS_OUT: _imported(ORDERS, "orders", told.orders),
                PRE_RECEIPT: _imported(PRE_RECEIPTS, "pre_receipts", told.pre_receipts),
            },
            exports=_exports(section),
            now=utc_now,
            zone=section.zone,
            since=None if told.since is None else dt.datetime.combine(told.since, dt.time.min, section.zone),
            silence=told.silence,
            taken_is_posted=told.taken_means == "posted",
            **_carriers(told, folder, secrets),
        )


def _imported(template: Template, name: str, section: ImportSection) -> ImportFiles:
    with in_setting(f"clarus.files.{name}"):
        template = template.of_header(section.header) if section.header else template
        return ImportFiles(template=template, names=NameTemplate(section.names), more=section.more)


def _exports(section: ClarusSection) -> dict[str, ExportFiles]:
    told = {"dispatched": section.files.dispatched, "received": section.files.received}
    return {kind: _export(kind, each, section) for kind, each in told.items() if each is not None}


def _export(kind: str, told: ExportSection, section: ClarusSection) -> ExportFiles:
    """One of the exports. What a fact needs has to be in it; a tenant with one building need not name it."""
    needed = ["line_number", f"{kind}_at", *(["warehouse_code"] if len(section.warehouses) > 1 else [])]
    with in_setting(f"clarus.files.{kind}"):
        layout = ExportLayout(kind=kind, **told.model_dump(exclude={"names"}))
        for name in needed:
            if name not in told.columns:
                raise ConfigurationError(f"{name} has no column", field="columns")
    return ExportFiles(layout=layout, names=told.names)


def _carriers(told: ClarusFilesSection, folder: Folder, secrets: Secrets) -> _Carriers:
    """How files travel from and to the tenant's server: by two accounts, one for each way."""
    carriers: _Carriers = {}
    if told.download:
        server = server_of(
            told.download, folder, secrets.clarus_download_password, secrets.clarus_download_passphrase
        )
        patterns = [name for each in (told.dispatched, told.received) if each for name in each.names]
        carriers["collect"] = partial(problems_of, partial(server.collect, patterns))
    if told.upload:
        server = server_of(told.upload, folder, secrets.clarus_upload_password, secrets.clarus_upload_passphrase)
        carriers["bring"] = partial(problems_of, server.deliver)
    return carriers


def problems_of(pump: Callable[[], Pumped]) -> Sequence[ClarusBluecherryError]:
    """What a pump says is wrong with single files, after it has pumped."""
    return pump().problems


class _Carriers(TypedDict, total=False):
    collect: Callable[[], Sequence[ClarusBluecherryError]]
    bring: Callable[[], Sequence[ClarusBluecherryError]]


def server_of(
    section: SftpSection, folder: Folder, password: SecretStr | None, passphrase: SecretStr | None
) -> SftpExchange:
    """The server that `folder` is continued on, by one account and its secrets."""
    settings = SftpSettings(**dict(section), password=secret_text(password), passphrase=secret_text(passphrase))
    return exchange.SftpExchange(folder, settings)  # loads the SFTP client only where there is a server


def folder_of(told: FolderSection, section: str, ledger: str) -> Folder:
    """The folder that `section` of the site file describes; whoever asks for it closes it."""
    return Folder(
        told.root,
        layout=told.folders,
        settle=told.settle,
        lease=told.lease,
        retry_after=told.retry_after,
        attempts=told.attempts,
        ignored=told.ignored,
        journal=_journal_of(told, section, ledger),
        group=told.group,
    )


def _journal_of(told: FolderSection, section: str, ledger: str) -> Path | SharedJournal | None:
    """A file, or the ledger's database: then the file is the one that it had before."""
    if not told.journal_in_ledger:
        return told.journal
    try:
        return SharedJournal(ledger, section.replace(".", "_"), before=told.journal)
    except ConfigurationError as error:
        field = f"{section}.journal_in_ledger"
        raise ConfigurationError(error.what, record="site file", field=field, action=error.action) from None


def secret_text(secret: SecretStr | None) -> str | None:
    """What a secret is, for whom it is meant."""
    return None if secret is None else secret.get_secret_value()
