"""Files between us and a partner: a folder, or a folder and an SFTP server. It knows names and bytes, no contents.

`SftpExchange` loads asyncssh (the `sftp` extra) on first use.
"""

from typing import TYPE_CHECKING

from clarus_bluecherry._lazy import lazy
from clarus_bluecherry.exchange.arrival import Arrival
from clarus_bluecherry.exchange.folder import Folder, FolderLayout
from clarus_bluecherry.exchange.incident import FileIncident, IncidentKind
from clarus_bluecherry.exchange.journal import Journal, SentDocument, SentOutcome
from clarus_bluecherry.exchange.names import Kinds, NameTemplate, check_name
from clarus_bluecherry.exchange.server import SharedJournal
from clarus_bluecherry.exchange.settings import SftpSettings

if TYPE_CHECKING:
    from clarus_bluecherry.exchange.pump import Pumped, SftpExchange

__all__ = [
    "Arrival",
    "FileIncident",
    "Folder",
    "FolderLayout",
    "IncidentKind",
    "Journal",
    "Kinds",
    "NameTemplate",
    "Pumped",
    "SentDocument",
    "SentOutcome",
    "SftpExchange",
    "SftpSettings",
    "SharedJournal",
    "check_name",
]

__getattr__ = lazy(__name__, {"Pumped": "pump", "SftpExchange": "pump"})
