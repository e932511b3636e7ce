"""A folder of exports, as what a close is made of.

Law of this module: nothing is asked of a system, a ledger or the network, and nothing of this machine's clock.
"""

from __future__ import annotations

from pathlib import Path

from clarus_bluecherry.flows.close_files._given import CloseRead, close_read
from clarus_bluecherry.flows.exports.kinds import BESIDE
from clarus_bluecherry.flows.exports.rows import names_in, read_files
from clarus_bluecherry.flows.exports.settings import load_settings
from clarus_bluecherry.flows.exports.unread import unread_columns, unread_files


def read_folder(folder: Path, *, as_of: str = "", known_until: str = "") -> CloseRead:
    """Read the exports in `folder`; `as_of` and `known_until` go before what its settings say.

    Either is a day (its end in the books' zone), an instant with its offset, or a period's name. Without `as_of`
    it is the last day of the newest period that had ended when the stock was read. Raises `ConfigurationError` for
    what cannot be a close: a file without its columns, a word of the settings that nobody knows.
    """
    settings = load_settings(folder)
    files = read_files(folder, settings)
    aside = names_in(folder, settings, [kind.name for kind in BESIDE])
    unread = [*unread_files(folder, files, aside=aside), *unread_columns(files)]
    return close_read(settings, files, unread, as_of=as_of, known_until=known_until)
