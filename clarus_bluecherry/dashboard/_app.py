"""The live view as an ASGI application: which address gives what.

Law of this module: every answer has passed the doorkeeper, is stored by nobody, and is in the log. What goes wrong
is a page that says what to do; what broke inside is in the log alone.
"""

from __future__ import annotations

import asyncio
import base64
import datetime as dt
import hashlib
import json
import logging
import re
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import cache
from html import escape
from pathlib import Path
from urllib.parse import parse_qs

from attrs import field, frozen

from clarus_bluecherry._lazy import need
from clarus_bluecherry.dashboard import _pages as pages
from clarus_bluecherry.dashboard._access import (
    COOKIE,
    WHO,
    AccessTerms,
    AsgiApp,
    Doorkeeper,
    LookRefused,
    Receive,
    Scope,
    Send,
    Sessions,
    headers,
    host_name,
    is_loopback,
    is_token,
    log_access,
    shown,
)
from clarus_bluecherry.dashboard._asking import HURRY_SECONDS, FewAtOnce, OneLook
from clarus_bluecherry.dashboard._health import READ_WITHIN, Health, health_of, unreachable
from clarus_bluecherry.dashboard._metrics import CONTENT_TYPE, metrics_text
from clarus_bluecherry.dashboard._stories import story_of
from clarus_bluecherry.dashboard._today import today
from clarus_bluecherry.dashboard._watched import WatchTerms, watch
from clarus_bluecherry.errors import ClarusBluecherryError
from clarus_bluecherry.ledger.store import Ledger
from clarus_bluecherry.model._plain import told
from clarus_bluecherry.report import words
from clarus_bluecherry.report.pages import (
    CellKind,
    LiveLinks,
    PageColumn,
    PageHead,
    PageSection,
    PageTable,
    ReportPage,
    Tone,
    page_html,
    page_policy,
)
from clarus_bluecherry.x12._findings import printable

need("starlette", extra="dashboard", purpose="the dashboard")

from starlette.applications import Starlette  # noqa: E402
from starlette.exceptions import HTTPException  # noqa: E402
from starlette.requests import ClientDisconnect, Request  # noqa: E402
from starlette.responses import RedirectResponse, Response  # noqa: E402
from starlette.routing import Route  # noqa: E402

logger = logging.getLogger("clarus_bluecherry.dashboard")

_MORNING_SECONDS = 10.0
_STORIES_AT_ONCE = 4
_MONITORS_AT_ONCE = 4
_LONGEST_FORM = 4096
_PAGE_FILE = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}\.(?:html|json|xlsx)")
_LARGEST_FILE = 64 * 1024 * 1024
_TYPES = {
    ".html": "text/html; charset=utf-8",
    ".json": "application/json",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
_LINKS: Mapping[str, str] = {
    "Today": "/",
    "Flows and lag": "/flows",
    "Waiting": "/waiting",
    "Pages": "/pages/",
    "Health": "/health",
}
_STORIES: Mapping[str, str] = {"order": "/orders/{}", "sku": "/skus/{}", "page": "/pages/{}"}
_ONCE_A_DAY = dt.timedelta(days=1)
"""The page is loaded anew at the latest then; `live.js` does it as soon as there is another one."""
_BARE_STYLE = (
    "body{font:16px system-ui,sans-serif;max-width:24rem;margin:4rem auto;padding:0 1rem}"
    "label,input,button{display:block;width:100%;box-sizing:border-box;margin:.5rem 0;font:inherit;padding:.5rem}"
)


@frozen(kw_only=True)
class DashboardTerms:
    """What the dashboard shows, and to whom.

    `pages` is the folder in which commands write their pages, `every` how often an open page asks for a newer one
    (seconds). Personal data of an order is shown only where `shows_personal` says so and the reader asks, and each
    such look is in the log. `read_within` is how long no worker may have read both systems before `/health` fails.
    """

    watch: WatchTerms = field(factory=WatchTerms)
    access: AccessTerms = field(factory=AccessTerms)
    pages: Path | None = None
    every: int = 15
    shows_personal: bool = False
    read_within: dt.timedelta = READ_WITHIN


def dashboard_app(ledger: Ledger, terms: DashboardTerms) -> AsgiApp:
    """The live view of `ledger` (opened with `Ledger.open_to_read`) as an ASGI application.

    Raises `MissingExtra` where the extra `dashboard` is not installed.
    """
    return _Guarded(_Views(ledger, terms).app(), terms)


# What everybody gets -----------------------------------------------------------------------------------------


@cache
def _live_script() -> str:
    return (Path(__file__).parent / "live.js").read_text("utf-8")


def _digest(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


@cache
def live_policy() -> str:
    """The `Content-Security-Policy` of every page: our scripts and our style by their digests, nothing else."""
    ours = page_policy().replace("script-src ", f"script-src {_digest(_live_script())} ", 1)
    return f"{ours}; connect-src 'self'"


_BARE_POLICY = (
    f"default-src 'none'; style-src {_digest(_BARE_STYLE)}; form-action 'self'; base-uri 'none';"
    " frame-ancestors 'none'"
)


_BROKEN = LookRefused(
    500, "Something went wrong", "The log of the dashboard says what. Today and Waiting may still answer."
)
_NO_ROOM = LookRefused(
    503, "No room", "Too many ask at this moment. Try again in a minute.", [("connection", "close")]
)


class _Guarded:
    """The application behind its doorkeeper, with what every answer's head says, and its line in the log."""

    def __init__(self, app: AsgiApp, terms: DashboardTerms) -> None:
        self._app = app
        self._terms = terms
        self._sessions = Sessions()
        self._door = Doorkeeper(terms.access, self._sessions)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        began, answer = time.perf_counter(), _Answer(send)
        who = self._door.asked(scope)
        scope[WHO] = "" if isinstance(who, LookRefused) else who
        try:
            if isinstance(who, LookRefused):
                await _refused(who)(scope, receive, answer.send)
            elif scope["path"] == "/login":
                await (await self._login(Request(scope, receive)))(scope, receive, answer.send)
            else:
                await self._app(scope, receive, answer.send)
        except Exception as error:  # noqa: BLE001  # its text may be anybody's: its kind alone is told
            logger.error(  # noqa: TRY400
                "%s while answering %s", _kind_of(error), shown(scope["path"])
            )
            if not answer.status:
                await _refused(_BROKEN)(scope, receive, answer.send)
        finally:
            seconds = time.perf_counter() - began
            log_access(scope, who=scope[WHO], status=answer.status, size=answer.size, seconds=seconds)

    async def _login(self, request: Request) -> Response:
        if request.method != "POST":
            return _form()
        body = b""
        try:
            async for some in request.stream():
                body += some
                if len(body) > _LONGEST_FORM:
                    return _form("That is no token.", 413)
        except ClientDisconnect:
            return _form("It was not sent whole.", 400)
        token = parse_qs(body.decode("utf-8", "replace")).get("token", [""])[0].strip()
        if not is_token(token, self._terms.access.token):
            return _form("That is not the token.", 401)
        answer = RedirectResponse("/", 303)
        [host] = headers(request.scope, "host")
        answer.set_cookie(
            COOKIE,
            self._sessions.begin(),
            httponly=True,
            samesite="strict",
            secure=not is_loopback(host_name(host)),
            path="/",
        )
        return answer


async def no_room(scope: Scope, receive: Receive, send: Send) -> None:
    """Answer one who comes while as many as can be are being answered."""
    answer = _Answer(send)
    await _refused(_NO_ROOM)(scope, receive, answer.send)
    log_access(scope, who="", status=answer.status, size=answer.size, seconds=0.0)


class _Answer:
    """An answer under way: what its head says beside, and what of it is told in the log."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self.status = 0
        self.size = 0

    async def send(self, message: Scope) -> None:
        """Send it on."""
        if message["type"] == "http.response.start":
            self.status = message["status"]
            has = {name.lower() for name, _ in message["headers"]}
            message = {
                **message,
                "headers": [*message["headers"], *(each for each in answer_heads() if each[0] not in has)],
            }
        else:
            self.size += len(message.get("body", b""))
        await self._send(message)


@cache
def answer_heads() -> Sequence[tuple[bytes, bytes]]:
    """What the head of every answer says to a browser."""
    told = {
        "content-security-policy": live_policy(),
        "x-content-type-options": "nosniff",
        "x-frame-options": "DENY",
        "referrer-policy": "no-referrer",
        "cache-control": "no-store",
        "cross-origin-opener-policy": "same-origin",
        "cross-origin-resource-policy": "same-origin",
        "permissions-policy": "camera=(), microphone=(), geolocation=()",
    }
    return [(name.encode(), value.encode()) for name, value in told.items()]


def _said(
    terms: DashboardTerms, status: int, title: str, what: str, headers: Mapping[str, str] | None = None
) -> Response:
    """An answer that says one thing."""
    head = PageHead(
        as_of=dt.datetime.now(terms.watch.zone).replace(second=0, microsecond=0), zone=terms.watch.zone
    )
    page = pages.said_page("said", title, what, ["Go back to Today, or look at Health."], head)
    return Response(page_html(page, live=_links()), status, headers=headers, media_type="text/html")


def _refused(refusal: LookRefused) -> Response:
    """What somebody gets whom nobody knows: it costs nothing to make."""
    told = f"<h1>{escape(refusal.title)}</h1><p>{escape(refusal.what)}</p>"
    return _bare(refusal.title, told, refusal.status, dict(refusal.headers))


def _form(problem: str = "", status: int = 200) -> Response:
    """Where the token is asked for."""
    told = f'<p role="alert">{escape(problem)}</p>' if problem else ""
    form = (
        f"<h1>Log in</h1>{told}"
        '<form method="post" action="/login"><label for="token">The token of this dashboard</label>'
        '<input id="token" name="token" type="password" autocomplete="current-password" required autofocus>'
        "<button>Log in</button></form>"
    )
    # Without a referrer a browser says of its own form that it comes from nowhere.
    return _bare("Log in", form, status, {"referrer-policy": "same-origin"})


def _bare(title: str, body: str, status: int, headers: Mapping[str, str]) -> Response:
    """A page without anything of ours: `body` is HTML."""
    text = (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{escape(title)}</title>'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<style>{_BARE_STYLE}</style></head><body><main>{body}</main></body></html>"
    )
    return Response(text, status, {"content-security-policy": _BARE_POLICY, **headers}, media_type="text/html")


def _links() -> LiveLinks:
    return LiveLinks(stories=_STORIES, pages=_LINKS, refresh=_ONCE_A_DAY)


def _kind_of(error: BaseException) -> str:
    """What broke: an error of ours says it without anybody's data, of others only the kind is told."""
    return str(error) if isinstance(error, ClarusBluecherryError) else type(error).__name__


# What is shown -----------------------------------------------------------------------------------------------


class _Views:
    """The addresses, and what each gives."""

    def __init__(self, ledger: Ledger, terms: DashboardTerms) -> None:
        self._ledger = ledger
        self._terms = terms
        self._seen = OneLook(lambda: watch(ledger, terms.watch))
        self._today = OneLook(lambda: today(ledger, terms.watch), fresh=min(terms.every, _MORNING_SECONDS))
        self._for_somebody = OneLook(lambda: ledger.messages_waiting(*pages.FOR_SOMEBODY, limit=pages.MOST_SHOWN))
        self._stories = FewAtOnce(_STORIES_AT_ONCE)
        self._monitors = ThreadPoolExecutor(_MONITORS_AT_ONCE, "dashboard, monitor")

    def app(self) -> AsgiApp:
        """All of them."""
        return Starlette(
            routes=[
                Route("/", self._view(lambda request: self._today().page)),
                Route("/flows", self._view(lambda request: pages.flows_page(self._seen()))),
                Route("/waiting", self._view(self._waiting)),
                Route("/orders/{name:path}", self._view(lambda request: self._story("order", request))),
                Route("/skus/{name:path}", self._view(lambda request: self._story("sku", request))),
                Route("/pages/", self._view(lambda request: self._files_page())),
                Route("/pages/{name}", self._file),
                Route("/health", self._for_monitor(self._health)),
                Route("/metrics", self._for_monitor(self._metrics)),
                Route("/alive", _alive),
            ],
            exception_handlers={
                HTTPException: self._http,
                ClarusBluecherryError: self._failed,
                Exception: lambda request, error: _refused(_BROKEN),
            },
        )

    def _view(self, make: Callable[[Request], ReportPage]) -> Callable[[Request], Response]:
        def view(request: Request) -> Response:
            return self._shown(make(request), request)

        return view

    def _for_monitor(self, answer: Callable[[Request], Response]) -> Callable[[Request], Awaitable[Response]]:
        """In threads of their own: however many readers wait for a page, a monitor hears what is wrong."""

        async def view(request: Request) -> Response:
            return await asyncio.get_running_loop().run_in_executor(self._monitors, answer, request)

        return view

    def _shown(self, page: ReportPage, request: Request, status: int = 200) -> Response:
        """A page; nothing of it where the reader has the very same."""
        text = page_html(page, live=_links())
        etag = f'"{hashlib.sha256(text.encode()).hexdigest()[:32]}"'
        if status == 200 and request.headers.get("if-none-match") == etag:
            return Response(status_code=304, headers={"etag": etag})
        told = {"etag": etag, "every": self._terms.every, "zone": page.head.zone}
        data = " ".join(f'data-{name}="{escape(str(value))}"' for name, value in told.items())
        live = f'<template id="live" {data}></template>'
        text = text.replace("</body>", f"{live}<script>{_live_script()}</script></body>")
        return Response(text, status, headers={"etag": etag}, media_type="text/html")

    def _waiting(self, request: Request) -> ReportPage:
        return pages.waiting_page(self._seen(), self._today().items, self._for_somebody())

    def _story(self, of: str, request: Request) -> ReportPage:
        name = request.path_params["name"]
        personal = self._asks_personal(of, name, request)
        zone = self._terms.watch.zone
        page = self._stories(lambda: story_of(of, self._ledger, name, zone, personal=personal))
        if page is None:
            raise HTTPException(404, f"The ledger knows no {of.replace('sku', 'SKU')} of this number.")
        return page

    def _asks_personal(self, of: str, name: str, request: Request) -> bool:
        if of != "order" or request.query_params.get("personal") != "yes":
            return False
        if not self._terms.shows_personal:
            raise HTTPException(
                403, "Personal data is shown only where the dashboard was started with --allow-personal."
            )
        told = {"who": request.scope[WHO], "order": printable(name[:100])}
        logger.warning("%(who)s looks at personal data of order %(order)s", told, extra={"personal": told})
        return True

    # Files of commands ---------------------------------------------------------------------------------------

    def _files(self) -> Mapping[str, Path]:
        """The pages that are there, by name: plain files of the folder itself."""
        folder = self._terms.pages
        if folder is None or not folder.is_dir():
            return {}
        found = (each for each in folder.iterdir() if _PAGE_FILE.fullmatch(each.name))
        return {each.name: each for each in sorted(found) if each.is_file() and not each.is_symlink()}

    def _files_page(self) -> ReportPage:
        zone = self._terms.watch.zone
        rows = list[tuple[str, str, int, dt.datetime]]()
        for name, path in self._files().items():
            with suppress(OSError, ValueError, OverflowError):  # it went away, or is of no time
                found = path.stat()
                written = dt.datetime.fromtimestamp(found.st_mtime, zone)
                rows.append((name, path.suffix[1:], found.st_size // 1024, written))
        table = PageTable(
            name="files",
            title="Pages that commands wrote",
            columns=[
                PageColumn(name="name", title="Page", kind=CellKind.CODE, story="page"),
                PageColumn(name="type", title="Type"),
                PageColumn(name="size", title="Size", kind=CellKind.COUNT, unit="kB"),
                PageColumn(name="written", title="Written", kind=CellKind.INSTANT),
            ],
            rows=rows,
            empty="None yet: start the dashboard with `--pages FOLDER`, and write there with `--out FOLDER`.",
        )
        return ReportPage(
            name="files",
            title="Pages",
            verdict=f"{words.counted(len(rows), 'page')} that commands wrote, as they were written then.",
            tone=Tone.PLAIN,
            head=PageHead(as_of=dt.datetime.now(zone).replace(second=0, microsecond=0), zone=zone),
            sections=[PageSection(name="files", title="Written pages", blocks=[table])],
        )

    def _file(self, request: Request) -> Response:
        path = self._files().get(request.path_params["name"])
        if path is None:
            raise HTTPException(404, "There is no such page.")
        try:
            with path.open("rb") as file:
                content = file.read(_LARGEST_FILE + 1)
        except OSError as error:
            raise HTTPException(404, "This page went away, or cannot be read.") from error
        if len(content) > _LARGEST_FILE:
            raise HTTPException(413, "This page is too large to be served: open its file.")
        kept = {} if path.suffix == ".html" else {"content-disposition": f'attachment; filename="{path.name}"'}
        return Response(content, headers={"content-type": _TYPES[path.suffix], **kept})

    # For programs --------------------------------------------------------------------------------------------

    def _health(self, request: Request) -> Response:
        health, head = self._checked()
        status = 200 if health.is_well else 503
        if "text/html" in request.headers.get("accept", ""):
            return self._shown(pages.health_page(health, head), request, status)
        return Response(json.dumps(told(health.told), indent=2), status, media_type="application/json")

    def _checked(self) -> tuple[Health, PageHead]:
        try:
            seen = self._seen(HURRY_SECONDS)
        except ClarusBluecherryError as error:
            now = dt.datetime.now(self._terms.watch.zone).replace(second=0, microsecond=0)
            return unreachable(error.problem), PageHead(as_of=now, zone=self._terms.watch.zone)
        return health_of(seen, self._terms.read_within), pages.head_of(seen)

    def _metrics(self, request: Request) -> Response:
        return Response(metrics_text(lambda: self._seen(HURRY_SECONDS)), headers={"content-type": CONTENT_TYPE})

    # What goes wrong -----------------------------------------------------------------------------------------

    def _http(self, request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException), "as it was asked for"
        title = {404: "Not there", 403: "Not shown"}.get(error.status_code, "Not answered")
        what = "There is nothing at this address." if error.detail == "Not Found" else error.detail
        return _said(self._terms, error.status_code, title, what)

    def _failed(self, request: Request, error: Exception) -> Response:
        logger.error("%s", _kind_of(error))
        what = "The ledger cannot be read at this moment: Health says why. Nothing is lost by that."
        return _said(self._terms, 503, "The ledger does not answer", what)


async def _alive(request: Request) -> Response:
    return Response("alive\n", media_type="text/plain")
