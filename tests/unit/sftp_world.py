"""A real SFTP server on loopback, over a folder, that misbehaves on demand.

It is paramiko's: another implementation of the protocol than the one the library uses.
"""

import os
import socket
import threading
from pathlib import Path

import paramiko
from paramiko.sftp import CMD_VERSION

OPEN_MODES = {os.O_RDONLY: "rb", os.O_WRONLY: "r+b", os.O_RDWR: "r+b"}


class SftpWorld:
    """`root` as a server sees it, with the folders `incoming`, `outgoing` and `taken`.

    Faults: `cut_after` bytes of content the connection drops, once; `full_after` bytes a write fails; `denied`
    holds operations that are not permitted; `cut_at_rename` ("before" or "after") the connection drops over a
    rename, once, and after one `then` is done first; `names` are listed beside the real files; `posix_rename` is
    whether there is that extension, `hard_links` whether a plain rename works.
    """

    def __init__(self, root, *, password="s3cret-pass", authorized=None):
        self.root = Path(root)
        for folder in ("incoming", "outgoing", "taken"):
            (self.root / folder).mkdir(parents=True, exist_ok=True)
        self.password = password
        self.authorized = authorized
        self.host_key = paramiko.ECDSAKey.generate()
        self.cut_after = self.full_after = self.cut_at_rename = None
        self.then = lambda: None
        self.denied = set()
        self.names = []
        self.posix_rename = False
        self.hard_links = True
        self.asked = []
        self.opened = []
        self._moved = 0
        self._stopping = False
        self._transports = []
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        self._thread = threading.Thread(target=self._serve)

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_):
        self._stopping = True
        with socket.create_connection(("127.0.0.1", self.port)):
            self._thread.join()
        self._listener.close()
        for transport in self._transports:
            transport.close()
            transport.join(5)
        for file in self.opened:
            file.close()

    @property
    def fingerprint(self):
        return self.host_key.fingerprint

    def known_hosts_line(self):
        return f"[127.0.0.1]:{self.port} {self.host_key.get_name()} {self.host_key.get_base64()}\n"

    def settings(self, **changes):
        """What `SftpSettings` takes to get in here; no settling, as the partner here renames."""
        known = {"host_keys": (self.fingerprint,), "password": self.password}
        return {"host": "127.0.0.1", "port": self.port, "user": "erp", "timeout": 5, **known, **changes}

    def moved(self, size):
        """Count bytes of content; cut the wire or run full when it is time."""
        self._moved += size
        if self.cut_after is not None and self._moved > self.cut_after:
            self.cut_after = None
            self.cut()
        return self.full_after is not None and self._moved > self.full_after

    def cut(self):
        """Drop every connection, without a word."""
        for transport in self._transports:
            if transport.is_active():
                transport.sock.shutdown(socket.SHUT_RDWR)

    def _serve(self):
        while True:
            connection, _ = self._listener.accept()
            if self._stopping:
                connection.close()
                return
            transport = paramiko.Transport(connection)
            transport.add_server_key(self.host_key)
            transport.set_subsystem_handler("sftp", _Protocol, _Files, self)
            self._transports.append(transport)
            try:
                transport.start_server(server=_Door(self))
            except (paramiko.SSHException, EOFError, OSError):
                transport.close()  # a client that did not like the host key


class _Door(paramiko.ServerInterface):
    def __init__(self, world):
        self._world = world

    def get_allowed_auths(self, username):
        return "publickey" if self._world.authorized else "password"

    def check_auth_password(self, username, password):
        self._world.asked.append((username, password))
        right = (username, password) == ("erp", self._world.password)
        return paramiko.AUTH_SUCCESSFUL if right and not self._world.authorized else paramiko.AUTH_FAILED

    def check_auth_publickey(self, username, key):
        right = self._world.authorized and key.get_base64() == self._world.authorized
        return paramiko.AUTH_SUCCESSFUL if right else paramiko.AUTH_FAILED

    def check_channel_request(self, kind, chanid):
        return paramiko.OPEN_SUCCEEDED


class _Protocol(paramiko.SFTPServer):
    def __init__(self, channel, name, server, files, world):
        super().__init__(channel, name, server, files, world)
        self._world = world

    def _send_packet(self, kind, packet):
        if kind == CMD_VERSION and self._world.posix_rename:
            packet.add_string("posix-rename@openssh.com")
            packet.add_string("1")
        super()._send_packet(kind, packet)


class _Handle(paramiko.SFTPHandle):
    def __init__(self, world, file, flags):
        super().__init__(flags)
        self._world = world
        self.readfile = self.writefile = file
        world.opened.append(file)

    def read(self, offset, length):
        data = super().read(offset, length)
        if isinstance(data, bytes):
            self._world.moved(len(data))
        return data

    def write(self, offset, data):
        return paramiko.SFTP_FAILURE if self._world.moved(len(data)) else super().write(offset, data)

    def stat(self):
        return paramiko.SFTPAttributes.from_stat(os.fstat(self.readfile.fileno()))


def _asked(operation):
    """Refuse what is denied, and answer a failing system call as a server does."""

    def answer(self, *args):
        if operation.__name__ in self.world.denied:
            return paramiko.SFTP_PERMISSION_DENIED
        try:
            return operation(self, *args)
        except OSError as error:
            return paramiko.SFTPServer.convert_errno(error.errno)

    return answer


class _Files(paramiko.SFTPServerInterface):
    def __init__(self, server, world):
        super().__init__(server)
        self.world = world

    def _path(self, path):
        return self.world.root / path.lstrip("/")

    @_asked
    def list_folder(self, path):
        with os.scandir(self._path(path)) as entries:
            found = [
                paramiko.SFTPAttributes.from_stat(entry.stat(follow_symlinks=False), entry.name)
                for entry in entries
            ]
        for name in self.world.names:
            one = paramiko.SFTPAttributes.from_stat(Path(__file__).stat(), "x")
            one.filename = name
            found.append(one)
        return found

    @_asked
    def stat(self, path):
        return paramiko.SFTPAttributes.from_stat(self._path(path).stat())

    @_asked
    def lstat(self, path):
        return paramiko.SFTPAttributes.from_stat(self._path(path).lstat())

    @_asked
    def open(self, path, flags, attr):
        descriptor = os.open(self._path(path), flags, 0o644)
        mode = OPEN_MODES[flags & (os.O_RDONLY | os.O_WRONLY | os.O_RDWR)]
        return _Handle(self.world, os.fdopen(descriptor, mode, buffering=0), flags)

    @_asked
    def remove(self, path):
        self._path(path).unlink()
        return paramiko.SFTP_OK

    @_asked
    def rename(self, oldpath, newpath):
        if not self.world.hard_links:
            return paramiko.SFTP_FAILURE
        when, self.world.cut_at_rename = self.world.cut_at_rename, None
        if when == "before":
            self.world.cut()
            return paramiko.SFTP_FAILURE
        self._path(newpath).hardlink_to(self._path(oldpath))  # as OpenSSH does: never replaces
        self._path(oldpath).unlink()
        if when == "after":
            self.world.then()
            self.world.cut()
        return paramiko.SFTP_OK

    @_asked
    def posix_rename(self, oldpath, newpath):
        if not self.world.posix_rename:
            return paramiko.SFTP_OP_UNSUPPORTED
        self._path(oldpath).replace(self._path(newpath))
        return paramiko.SFTP_OK
