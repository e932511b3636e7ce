"""What a site says of a partner's SFTP server.

Law of this module: settings that would let in an unknown server cannot be made, and a secret is never shown.
"""

from __future__ import annotations

import base64
import binascii
import datetime as dt
from collections.abc import Iterable
from pathlib import Path

from attrs import field, frozen

from clarus_bluecherry.errors import ConfigurationError


def _fingerprint(text: str) -> str:
    """A pinned key as asyncssh writes it. Raises `ConfigurationError` for what is no SHA-256 fingerprint."""
    kind, _, digest = text.strip().rstrip("=").partition(":")
    try:
        if kind == "SHA256" and len(base64.b64decode(digest + "=", validate=True)) == 32:
            return f"{kind}:{digest}"
    except binascii.Error:
        pass
    what = "a pinned host key is written SHA256:… as `ssh-keygen -lf` prints it"
    raise ConfigurationError(what, record="SFTP", field="host_keys")


def _fingerprints(texts: Iterable[str]) -> tuple[str, ...]:
    return tuple(_fingerprint(text) for text in ((texts,) if isinstance(texts, str) else texts))


@frozen(kw_only=True)
class SftpSettings:
    """Where the partner's server is, how it is known and how we are.

    One of `known_hosts` (an OpenSSH file) and `host_keys` (fingerprints, `SHA256:…`; two while the partner changes
    keys) is required: an unknown key is never accepted. One of `password` and `key_file` (with its `passphrase`)
    too. No setting is read from `~/.ssh`, and no agent is asked.

    `incoming` is the folder there that the partner fills, `outgoing` the one it empties. A file that we have
    fetched is moved to the folder `taken`, or deleted when that is None. `partial` is put behind the name of a
    file that is still going up. `settle`: how long a file there must not have changed before it is fetched; zero
    for partners who rename. `timeout` is for every single step, `keepalive` for the quiet between steps, in
    seconds. Folder names are a site's own (a folder drop is the practice, M; nobody publishes a layout).
    """

    host: str
    user: str = field(repr=False)
    port: int = 22
    password: str | None = field(default=None, repr=False)
    key_file: Path | None = None
    passphrase: str | None = field(default=None, repr=False)
    known_hosts: Path | None = None
    host_keys: tuple[str, ...] = field(default=(), converter=_fingerprints)
    incoming: str = "incoming"
    outgoing: str = "outgoing"
    taken: str | None = "taken"
    partial: str = ".part"
    settle: dt.timedelta = dt.timedelta(seconds=30)
    timeout: float = 30.0
    keepalive: float = 15.0

    def __attrs_post_init__(self) -> None:
        if (self.known_hosts is None) == (not self.host_keys):
            what = "one of known_hosts and host_keys says how the server is known"
            raise ConfigurationError(what, record="SFTP", field="host_keys")
        if self.password is None and self.key_file is None:
            raise ConfigurationError("a password or a key file is required", record="SFTP", field="password")
        if self.timeout <= 0 or self.keepalive <= 0:
            raise ConfigurationError("waits are longer than nothing", record="SFTP", field="timeout")
        if not self.partial:
            what = "a file that is going up needs a name of its own"
            raise ConfigurationError(what, record="SFTP", field="partial")
