"""A connection to a partner's SFTP server.

Law of this module: the server proves who it is before it hears who we are, every wait has an end, and no password,
user name or server text gets into an error. Paths are bytes: what a server calls its files need not be text.

The client is asyncssh, run on a thread of its own, so that it works for callers with and without an event loop.
"""

from __future__ import annotations

import asyncio
import stat
import threading
from collections.abc import Awaitable, Callable, Coroutine, Iterable, Iterator
from contextlib import contextmanager
from typing import Any, ParamSpec, TypeVar, cast

from attrs import frozen

from clarus_bluecherry._lazy import need
from clarus_bluecherry.errors import (
    ClarusBluecherryError,
    ConfigurationError,
    NotAuthenticated,
    NotFound,
    NotPermitted,
    NotSent,
    Retry,
    ServerFailed,
)
from clarus_bluecherry.exchange.names import shown
from clarus_bluecherry.exchange.settings import SftpSettings

need("asyncssh", extra="sftp", purpose="an exchange over SFTP")

import asyncssh  # noqa: E402

T = TypeVar("T")
P = ParamSpec("P")

_BLOCK = 32 * 1024
"""What every server takes in one request."""
_PIECE = 16 * _BLOCK
"""Held in memory at a time; its blocks travel in parallel."""


@frozen
class Looks:
    """`size` in bytes, `modified` in seconds since 1970 (0 where the server does not say)."""

    size: int
    modified: int


@frozen
class RemoteFile:
    """A file in a listing: its `path` and last part `raw` as the server says them; else as `Looks`."""

    path: bytes
    raw: bytes
    size: int
    modified: int

    @property
    def name(self) -> str:
        """The name as text; what is not UTF-8 becomes what no safe name may hold."""
        return self.raw.decode("utf-8", "surrogateescape")


class _Client(asyncssh.SSHClient):
    """Knows the server by its key, and remembers the key it was shown."""

    def __init__(self, host_keys: tuple[str, ...]) -> None:
        self._host_keys = host_keys
        self.offered = ""

    def validate_host_public_key(self, host: str, addr: str, port: int, key: asyncssh.SSHKey) -> bool:
        self.offered = key.get_fingerprint("sha256")
        return self.offered in self._host_keys


class SftpConnection:
    """A logged-in session; close it, or use it in a `with` block.

    Raises, here and in every call: `ConfigurationError` for a host key that is not known, a file of keys that
    cannot be used and algorithms that do not meet; `NotAuthenticated` for a refused login; `NotSent`, safe to
    retry, when the connection cannot be made or is lost; `NotFound`, `NotPermitted` and `ServerFailed` for what
    the server refuses.
    """

    def __init__(self, settings: SftpSettings) -> None:
        self._settings = settings
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="sftp", daemon=True)
        self._thread.start()
        self._ssh: asyncssh.SSHClientConnection | None = None
        try:
            self._sftp = self._wait(self._connect(), settings.host, steps=3)
        except BaseException:
            self.close()
            raise

    async def _connect(self) -> asyncssh.SFTPClient:
        at = self._settings
        client = _Client(at.host_keys)
        known_hosts = at.known_hosts and _usable("known_hosts", asyncssh.read_known_hosts, str(at.known_hosts))
        key = at.key_file and _usable("key_file", asyncssh.read_private_key, str(at.key_file), at.passphrase)
        try:
            self._ssh = await asyncssh.connect(
                at.host,
                at.port,
                config=None,
                known_hosts=known_hosts or ([], [], []),
                x509_trusted_certs=None,
                client_factory=lambda: client,
                username=at.user,
                password=at.password,
                client_keys=[key] if key else None,
                agent_path=None,
                gss_host=None,
                connect_timeout=at.timeout,
                login_timeout=at.timeout,
                keepalive_interval=at.keepalive,
            )
        except asyncssh.HostKeyNotVerifiable:
            shows = client.offered or "that is revoked"
            raise ConfigurationError(
                f"the server shows a host key that is not the known one: {shows}",
                record=f"SFTP server {at.host}",
                field="host_keys",
                action="Ask the partner, by another way, whether this is their key; nothing was sent to it.",
            ) from None
        return await self._ssh.start_sftp_client()

    def close(self) -> None:
        """Say good-bye and stop the thread."""
        if self._ssh is not None:
            self._run(self._leave(self._ssh))
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    async def _leave(self, ssh: asyncssh.SSHClientConnection) -> None:
        ssh.close()
        try:
            await asyncio.wait_for(ssh.wait_closed(), self._settings.timeout)
        except TimeoutError:
            ssh.abort()

    def __enter__(self) -> SftpConnection:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    # Files there -----------------------------------------------------------------------------------------------

    def files(self, folder: str) -> list[RemoteFile]:
        """The regular files of a folder there, oldest first, then by name. Links and folders are left out."""
        path = folder.encode()
        names = self._wait(self._sftp.readdir(path), folder)
        found = [_remote_file(path, each) for each in names if _is_file(each.attrs)]
        return sorted(found, key=lambda file: (file.modified, file.raw))

    def look(self, path: bytes) -> Looks | None:
        """How a file there looks; None when there is none."""
        try:
            attrs = self._wait(self._sftp.stat(path), path)
        except NotFound:
            return None
        return Looks(attrs.size or 0, attrs.mtime or 0)

    def read(self, path: bytes, size: int) -> Iterator[bytes]:
        """The first `size` bytes of a file there, a piece at a time: one that grows for ever ends too."""
        file = self._wait(self._sftp.open(path, "rb", block_size=_BLOCK), path)
        try:
            while piece := cast(bytes, self._wait(file.read(min(_PIECE, size)), path)):
                yield piece
                size -= len(piece)
        finally:
            self._wait(file.close(), path)

    def write(self, path: bytes, pieces: Iterable[bytes]) -> int:
        """Write a file there, replacing what is there; return its size."""
        size = 0
        file = self._wait(self._sftp.open(path, "wb", block_size=_BLOCK), path)
        try:
            for piece in pieces:
                for start in range(0, len(piece), _PIECE):
                    size += self._wait(file.write(piece[start : start + _PIECE]), path)
        finally:
            self._wait(file.close(), path)
        return size

    def rename(self, old: bytes, new: bytes) -> None:
        """Rename a file there without replacing another.

        The plain request of the protocol refuses to replace; the `posix-rename` extension replaces, so it is asked
        only where the plain one fails and nothing has the name (servers on file systems without hard links).
        """
        try:
            self._wait(self._sftp.rename(old, new), old)
        except ServerFailed:
            if self.look(new) is not None:
                raise
            self._wait(self._sftp.posix_rename(old, new), old)

    def remove(self, path: bytes) -> None:
        """Delete a file there."""
        self._wait(self._sftp.remove(path), path)

    # Waiting ---------------------------------------------------------------------------------------------------

    def _wait(self, step: Awaitable[T], what: str | bytes, *, steps: int = 1) -> T:
        with _explained(self._settings.host, what):
            return self._run(asyncio.wait_for(step, self._settings.timeout * steps))

    def _run(self, step: Coroutine[Any, Any, T]) -> T:
        return asyncio.run_coroutine_threadsafe(step, self._loop).result()


def _usable(setting: str, read: Callable[P, T], *args: P.args, **options: P.kwargs) -> T:
    try:
        return read(*args, **options)
    except (asyncssh.KeyImportError, asyncssh.KeyEncryptionError, OSError, ValueError) as error:
        what = f"the file cannot be used ({type(error).__name__})"
        raise ConfigurationError(what, record="SFTP", field=setting) from None


def _remote_file(folder: bytes, entry: asyncssh.SFTPName) -> RemoteFile:
    raw = entry.filename if isinstance(entry.filename, bytes) else entry.filename.encode()
    return RemoteFile(folder + b"/" + raw, raw, entry.attrs.size or 0, entry.attrs.mtime or 0)


def _is_file(attrs: asyncssh.SFTPAttrs) -> bool:
    """Whether a listing says "regular file"; a server that says nothing of permissions is believed to."""
    return attrs.permissions is None or stat.S_IFMT(attrs.permissions) in (0, stat.S_IFREG)


_GONE = (asyncssh.SFTPNoSuchFile, asyncssh.SFTPNoSuchPath)
_DENIED = (asyncssh.SFTPPermissionDenied, asyncssh.SFTPWriteProtect, asyncssh.SFTPCannotDelete)
_LOST = (asyncssh.SFTPConnectionLost, asyncssh.SFTPNoConnection, asyncssh.DisconnectError, TimeoutError, OSError)


@contextmanager
def _explained(host: str, what: str | bytes) -> Iterator[None]:
    """What asyncssh says as an error of ours. Its own text may quote the server, so only the kind is told."""
    record = f"SFTP server {host}, {shown(what)}"
    try:
        yield
    except ClarusBluecherryError:
        raise
    except asyncssh.PermissionDenied:
        action = "Check the user, the password or the key with the partner."
        raise NotAuthenticated("the login was refused", record=f"SFTP server {host}", action=action) from None
    except (asyncssh.KeyExchangeFailed, asyncssh.ProtocolNotSupported) as error:
        raise ConfigurationError(f"no common algorithms ({type(error).__name__})", record=record) from None
    except _GONE:
        raise NotFound("no such file or folder", record=record, action="Check the folder settings.") from None
    except _DENIED:
        action = "Ask the partner for the right to read, write, rename and delete there."
        raise NotPermitted("the server does not permit it", record=record, action=action) from None
    except _LOST as error:
        raise NotSent(
            f"the connection failed ({type(error).__name__})",
            record=record,
            action="Check host, port and network; whatever was not confirmed is done again on the next run.",
        ) from None
    except asyncssh.Error as error:
        action = "Ask the partner: the disk may be full or the folder locked. It is tried again on the next run."
        raise ServerFailed(
            f"the server refused ({type(error).__name__})", record=record, action=action, retry=Retry.SAFE
        ) from None
