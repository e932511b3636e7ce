"""The receiver as a WSGI application, for gunicorn, uWSGI, mod_wsgi or an iPaaS that hosts one.

Law of this module: as for the ASGI face: it decides nothing, and reads no more than the receiver allows.
"""

from __future__ import annotations

from collections.abc import Iterable
from http import HTTPStatus
from typing import TYPE_CHECKING

from clarus_bluecherry.clarus.webhooks.receiver import Receiver

if TYPE_CHECKING:
    from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment


def wsgi_app(receiver: Receiver) -> WSGIApplication:
    """`receiver` as a WSGI application."""

    def app(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        method, path = environ["REQUEST_METHOD"], environ.get("SCRIPT_NAME", "") + environ.get("PATH_INFO", "")
        headers = _headers(environ)
        verdict = receiver.refusal(method, path, headers)
        if verdict is None:
            verdict = receiver.receive(method, path, headers, _body(environ, receiver.max_body))
        allow = [("Allow", "POST, GET")] if verdict.status == HTTPStatus.METHOD_NOT_ALLOWED else []
        status = f"{verdict.status} {HTTPStatus(verdict.status).phrase}"
        start_response(status, [("Content-Length", "0"), *allow])
        return [b""]

    return app


def _headers(environ: WSGIEnvironment) -> dict[str, str]:
    named = {
        name.removeprefix("HTTP_").replace("_", "-"): value
        for name, value in environ.items()
        if name.startswith("HTTP_") and isinstance(value, str)
    }
    return {**named, "CONTENT-LENGTH": environ.get("CONTENT_LENGTH") or "0"}


def _body(environ: WSGIEnvironment, longest: int) -> bytes:
    """What the caller sent: as long as it says, or to its end where the server ends it; never much too long."""
    length = environ.get("CONTENT_LENGTH") or ""
    if length.isascii() and length.isdigit():
        wanted = min(int(length), longest + 1)
    elif environ.get("wsgi.input_terminated"):
        wanted = longest + 1
    else:
        return b""
    body = bytearray()
    while len(body) < wanted and (piece := environ["wsgi.input"].read(wanted - len(body))):
        body += piece
    return bytes(body)
