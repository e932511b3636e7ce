"""What lets both systems carry hundreds of thousands of facts: nothing is looked for twice.

Law of this module: every answer is the sandbox's own, to the letter; only how it is found is ours.
"""

from __future__ import annotations

import json
from bisect import bisect_left
from collections.abc import Collection, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Any

from attrs import field, frozen

from clarus_bluecherry.sandbox.clarus_app import GRAPHQL
from clarus_bluecherry.sandbox.clarus_filters import _instant
from clarus_bluecherry.sandbox.clarus_schema import LARGEST_PAGE, _cursor, _position, execute
from clarus_bluecherry.sandbox.erp import Erp, SkuKey, Staged, Standing
from clarus_bluecherry.sandbox.erp.erp import Body
from clarus_bluecherry.sandbox.erp.erp import Refused as NotBooked
from clarus_bluecherry.sandbox.faults import AsgiApp, Receive, Scope, Send
from clarus_bluecherry.sandbox.warehouse.documents import Transaction
from clarus_bluecherry.sandbox.warehouse.tables import Table

_EDGES = "edges {"


class Journal(Table[Transaction]):
    """Transactions in the order in which they were written, which is that of their times."""

    def __init__(self) -> None:
        super().__init__("goods_out.id", "product.id")
        self.written: list[Transaction] = []

    def add(self, row: Transaction) -> Transaction:
        """Keep `row`."""
        self.written.append(row)
        return super().add(row)


class LightErp(Erp):
    """Blue Cherry that knows what waits in its interface, and does not look through what it has worked off.

    It refuses what it is told of `stopped` articles.
    """

    def __init__(self, **named: Any) -> None:
        super().__init__(**named)
        self._waiting: list[Staged] = []
        self._to_invoice: list[Staged] = []
        self.stopped: set[SkuKey] = set()

    def stage(self, entity: str, isa_num: str, body: Body) -> Staged:
        """Take a record into the interface."""
        with self.lock:
            staged = super().stage(entity, isa_num, body)
            self._waiting.append(staged)
            return staged

    def process_staging(self) -> int:
        """Work off what has come since the last time."""
        with self.lock:
            waiting, self._waiting = self._waiting, []
            for staged in waiting:
                staged.worked = True
                try:
                    self._work(staged)
                except NotBooked as error:
                    staged.standing, staged.error = Standing.REJECTED, str(error)
            self._to_invoice += [one for one in waiting if one.standing is Standing.STAGED]
            return len(waiting)

    def run_invoicing(self) -> int:
        """Invoice what was shipped since the last time."""
        with self.lock:
            due, self._to_invoice = self._to_invoice, []
            for staged in due:
                self._invoice(staged)
            return len(due)

    def _place(self, columns: Body) -> tuple[SkuKey, str]:
        key, location = super()._place(columns)
        if key in self.stopped:
            raise NotBooked(f"nothing is booked of {key[0]}")
        return key, location


@frozen
class _Part:
    """A warehouse of which the schema sees some transactions only."""

    lock: AbstractContextManager[object]
    transactions: Sequence[Transaction]


@frozen
class ToldOnce:
    """Clarus, of which the feed of transactions is put together from rows that were written out once.

    Of the rows whose ids are `spoilt` it tells a quantity that is none.
    """

    app: AsgiApp
    lock: AbstractContextManager[object]
    journal: Journal
    spoilt: Collection[int]
    _told: dict[str, list[str]] = field(factory=dict)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a page of the feed, and leave everything else to the application."""
        if scope["type"] != "http" or scope["path"] != GRAPHQL:
            await self.app(scope, receive, send)
            return
        body = await whole_body(receive)
        asked = json.loads(body)
        if not _is_feed(asked):
            await self.app(scope, again(body), send)
            return
        answer = self._page(asked["query"], asked["variables"]).encode()
        headers = [(b"content-type", b"application/json"), (b"content-length", str(len(answer)).encode())]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": answer})

    def _page(self, query: str, variables: Mapping[str, Any]) -> str:
        begin = _instant(variables["filter"]["created_at"]["from"])
        place, size = _position(variables.get("after")), min(variables["first"], LARGEST_PAGE)
        with self.lock:
            written = self.journal.written
            start = bisect_left(written, begin, key=lambda row: row.created_at) + place
            nodes, is_last = self._nodes(query, start, start + size), start + size >= len(written)
        edges = ", ".join(
            f'{{"cursor": "{_cursor(number)}", "node": {node}}}' for number, node in enumerate(nodes, place + 1)
        )
        end = f'"{_cursor(place + len(nodes))}"' if nodes else "null"
        info = f'{{"hasNextPage": {json.dumps(not is_last)}, "endCursor": {end}}}'
        return f'{{"data": {{"transactions": {{"all": {{"pageInfo": {info}, "edges": [{edges}]}}}}}}}}'

    def _nodes(self, query: str, start: int, end: int) -> list[str]:
        told = self._told.setdefault(query[query.index(_EDGES) :], [])
        while len(told) < min(end, len(self.journal.written)):
            fresh = self.journal.written[len(told) : len(told) + LARGEST_PAGE]
            part: Any = _Part(self.lock, fresh)
            data: Any = execute(part, query, {"first": LARGEST_PAGE, "include_archived": True})["data"]
            nodes = [edge["node"] for edge in data["transactions"]["all"]["edges"]]
            told += [json.dumps(self._spoilt(row, node)) for row, node in zip(fresh, nodes, strict=True)]
        return told[start:end]

    def _spoilt(self, row: Transaction, node: dict[str, Any]) -> dict[str, Any]:
        return {**node, "quantity": "a few"} if row.id in self.spoilt else node


def _is_feed(asked: Mapping[str, Any]) -> bool:
    wanted = (asked.get("variables") or {}).get("filter") or {}
    return "{ transactions {" in asked["query"] and set(wanted) == {"account_id", "created_at"}


async def whole_body(receive: Receive) -> bytes:
    """The body of a request."""
    body = b""
    while (message := await receive())["type"] == "http.request":
        body += message.get("body", b"")
        if not message.get("more_body"):
            break
    return body


def again(body: bytes) -> Receive:
    """A body that was read, to be read once more."""

    async def receive() -> dict[str, object]:
        return {"type": "http.request", "body": body, "more_body": False}

    return receive
