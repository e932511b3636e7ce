"""Servers on this machine through which people are told: mail with STARTTLS and a login, and webhooks."""

from __future__ import annotations

import datetime as dt
import ipaddress
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult
from attrs import define, field
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

USER, PASSWORD = "wms", "hush-hush-password"


def certified(folder: Path, name: str = "localhost") -> tuple[Path, ssl.SSLContext]:
    """A certificate for `name` that vouches for itself, and a server's side of TLS with it."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = dt.datetime.now(dt.UTC)
    names = [x509.DNSName(name), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    certificate, secret = folder / "mail.crt", folder / "mail.key"
    certificate.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    plain = serialization.NoEncryption()
    form = serialization.PrivateFormat.PKCS8
    secret.write_bytes(key.private_bytes(serialization.Encoding.PEM, form, plain))
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate, secret)
    return certificate, context


class _AnyPort(Controller):
    """A controller whose server took whichever port was free."""

    def _trigger_server(self) -> None:
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()


@define
class Mails:
    """What a mail server took. `refuses` are recipients that it does not take."""

    port: int = 0
    taken: list[bytes] = field(factory=list)
    refuses: set[str] = field(factory=set)
    goodbye: str = "221 Bye"

    async def handle_RCPT(self, server, session, envelope, address, options):
        if address in self.refuses:
            return f"550 no such user as {address}"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_QUIT(self, server, session, envelope):
        return self.goodbye

    async def handle_DATA(self, server, session, envelope):
        self.taken.append(envelope.content)
        return "250 OK"


def _logs_in(server, session, envelope, mechanism, data):
    return AuthResult(success=(data.login, data.password) == (USER.encode(), PASSWORD.encode()), handled=False)


@contextmanager
def mail_server(context: ssl.SSLContext | None, *, tls: str = "starttls") -> Iterator[Mails]:
    """A mail server, for the length of the block."""
    mails = Mails()
    wants = {"require_starttls": True, "tls_context": context, "auth_required": True} if tls == "starttls" else {}
    if tls == "tls":
        wants = {"ssl_context": context, "auth_require_tls": False}
    server = _AnyPort(mails, hostname="127.0.0.1", port=0, authenticator=_logs_in, **wants)
    server.start()
    try:
        mails.port = server.port
        yield mails
    finally:
        server.stop()


@define
class Hooks:
    """What a web server was sent, and what it answers with, first to last; then 200."""

    url: str = ""
    answers: list[tuple[int, dict[str, str], bytes]] = field(factory=list)
    taken: list[tuple[str, dict[str, str], bytes]] = field(factory=list)


@contextmanager
def hook_server() -> Iterator[Hooks]:
    """A web server, for the length of the block."""
    hooks = Hooks()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            hooks.taken.append((self.path, dict(self.headers.items()), body))
            status, headers, said = hooks.answers.pop(0) if hooks.answers else (200, {}, b"ok")
            self.send_response(status)
            for name, value in {"Content-Length": str(len(said)), **headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(said)

        def log_message(self, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        hooks.url = f"http://127.0.0.1:{server.server_port}"
        yield hooks
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
