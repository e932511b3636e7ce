"""A small Clarus behind a transport, and both clients behind one face, for the tests of the clarus room."""

import asyncio
import base64
import json
import re

import httpx

from clarus_bluecherry.clarus import AsyncClarus, Clarus
from clarus_bluecherry.http import AsyncSender, Sender, StaticToken, no_wait, no_wait_async

URL = "https://clarus.test"


class Tenant:
    """Answers lists from `rows` by root (filters `eq` and `in`), and everything else with `answer`."""

    def __init__(self, **rows):
        self.rows = rows
        self.requests = []
        self.answer = httpx.Response(200, json={"data": {"id": 7, "type": "things", "attributes": {}}})
        self.before_answering = lambda request: None

    def __call__(self, request):
        self.requests.append(request)
        self.before_answering(request)
        return self._listed(json.loads(request.content)) if request.url.path == "/graphql" else self.answer

    @property
    def bodies(self):
        return [json.loads(request.content) for request in self.requests]

    def _listed(self, body):
        root = re.search(r"\{ (\w+) \{ all", body["query"])[1]
        asked = body["variables"]
        rows = [row for row in self.rows.get(root, []) if self._fits(row, asked.get("filter", {}))]
        start = int(base64.b64decode(asked["after"])) if "after" in asked else 0
        shown = rows[start : start + asked["first"]]
        edges = [
            {"cursor": base64.b64encode(str(start + place).encode()).decode(), "node": row}
            for place, row in enumerate(shown, start=1)
        ]
        info = {"hasNextPage": start + len(shown) < len(rows), "endCursor": edges[-1]["cursor"] if edges else None}
        return httpx.Response(200, json={"data": {root: {"all": {"pageInfo": info, "edges": edges}}}})

    @staticmethod
    def _fits(row, filters):
        """As a server with a case-insensitive collation compares."""
        for name, operators in filters.items():
            value = row["carrier"]["code"] if name == "carrier_code" else row.get(name)
            wanted = operators.get("in") or [operators.get("eq")]
            if str(value).lower() not in [str(each).lower() for each in wanted]:
                return False
        return True


class Face:
    """A client, sync or async, that is used from a plain test."""

    def __init__(self, kind, tenant, **settings):
        self.runner = asyncio.Runner() if kind == "async" else None
        transport = httpx.MockTransport(tenant)
        if self.runner:
            sender = AsyncSender(URL, auth=StaticToken("t"), transport=transport, sleep=no_wait_async)
            self.client = AsyncClarus("acme", sender=sender, **settings)
        else:
            sender = Sender(URL, auth=StaticToken("t"), transport=transport, sleep=no_wait)
            self.client = Clarus("acme", sender=sender, **settings)

    def send(self, call):
        return self.wait(self.client.send(call))

    def first(self, listing):
        return self.wait(self.client.first(listing))

    def all(self, listing):
        return self.wait(self.client.all(listing))

    def iterate(self, listing):
        rows = self.client.iterate(listing)
        return list(rows) if not self.runner else self.runner.run(_gathered(rows))

    def id_of(self, kind, *args, **options):
        found = getattr(self.client.ids, kind)(*args, **options)
        return self.wait(found)

    def wait(self, outcome):
        return self.runner.run(_awaited(outcome)) if self.runner else outcome

    def close(self):
        self.wait(self.client.close())
        if self.runner:
            self.runner.close()


async def _awaited(outcome):
    return await outcome


async def _gathered(rows):
    return [row async for row in rows]
