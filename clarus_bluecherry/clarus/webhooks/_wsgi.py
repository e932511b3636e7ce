"""The receiver as a WSGI application, for gunicorn, uWSGI, mod_wsgi or an iPaaS that hosts one.

Law of this module: as for the ASGI face: it decides nothing, and reads no more than the receiver allows. A body
that is shorter than its length was never said: whoever sent it has left.
"""

from __future__ import annotations

from collections.abc import Iterable
from http import HTTPStatus
from typing import TYPE_CHECKING

from clarus_bluecherry.clarus.webhooks._receiver import CallOutcome, Receiver, WebhookReply

if TYPE_CHECKING:
    from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

_LEFT = WebhookReply(400, CallOutcome.REFUSED, "the body ended early")


def wsgi_app(receiver: Receiver) -> WSGIApplication:
    """`receiver` as a WSGI application."""

    def app(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        method, path = environ["REQUEST_METHOD"], environ.get("SCRIPT_NAME", "") + environ.get("PATH_INFO", "")
        headers = _headers(environ)
        verdict = receiver.refusal(method, path, headers)
        if verdict is None:
            body = _body(environ, receiver.max_body)
            verdict = _LEFT if body is None else receiver.receive(method, path, headers, body)
        status = f"{verdict.status} {HTTPStatus(verdict.status).phrase}"
        start_response(status, [*verdict.headers.items()])
        return [b""]

    return app


def _headers(environ: WSGIEnvironment) -> dict[str, str]:
    named = {
        name.removeprefix("HTTP_").replace("_", "-"): value
        for name, value in environ.items()
        if name.startswith("HTTP_") and isinstance(value, str)
    }
    return {**named, "CONTENT-LENGTH": environ.get("CONTENT_LENGTH") or "0"}


def _body(environ: WSGIEnvironment, longest: int) -> bytes | None:
    """What the caller sent: as long as it says, or to its end where the server ends it; never much too long.

    None when it is shorter than it says.
    """
    length = environ.get("CONTENT_LENGTH") or ""
    is_told = length.isascii() and length.isdigit()
    if is_told:
        wanted = min(int(length), longest + 1)
    elif environ.get("wsgi.input_terminated"):
        wanted = longest + 1
    else:
        return b""
    body = bytearray()
    while len(body) < wanted and (piece := environ["wsgi.input"].read(wanted - len(body))):
        body += piece
    return None if is_told and len(body) < wanted else bytes(body)
