"""Small help for the tests of the Blue Cherry room: a site that answers from a list, both clients behind one face,
and rows as the API sends them."""

import asyncio
import json
import urllib.parse

import httpx

from clarus_bluecherry.bluecherry import (
    AsyncBlueCherry,
    AsyncRestTransport,
    BlueCherry,
    RestProfile,
    RestTransport,
    subscription,
)
from clarus_bluecherry.bluecherry.kinds.pick_ticket import PICK_TICKET
from clarus_bluecherry.http import AsyncSender, Sender, no_wait, no_wait_async

KEY = "0123456789abcdef0123456789abcdef"
URL = "https://erp.example"
SITE = RestProfile(our_id="WAREHOUSE", vnd_id="CGS")


class Site:
    """Gives its `answers` one after the other, the last one for ever, and keeps the requests."""

    def __init__(self, *answers):
        self.answers = list(answers)
        self.requests = []

    def handle(self, request):
        self.requests.append(request)
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        status, body = answer if isinstance(answer, tuple) else (200, answer)
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        return httpx.Response(status, content=content, headers={"content-type": "application/json"})

    @property
    def queries(self):
        return [dict(urllib.parse.parse_qsl(request.url.query.decode())) for request in self.requests]

    @property
    def posted(self):
        return json.loads(self.requests[-1].content)


class Face:
    """A client, sync or async, that is used from a plain test: reads are lists, everything else is a value."""

    def __init__(self, kind, site, profile=SITE):
        auth = subscription(KEY, profile)
        web = httpx.MockTransport(site.handle)
        self.runner = asyncio.Runner() if kind == "async" else None
        if self.runner:
            sender = AsyncSender(URL, auth=auth, transport=web, sleep=no_wait_async)
            self.client = AsyncBlueCherry(AsyncRestTransport(sender, profile))
        else:
            self.client = BlueCherry(RestTransport(Sender(URL, auth=auth, transport=web, sleep=no_wait), profile))

    def read(self, name, *args):
        return self._all(getattr(self.client, name)(*args))

    def send(self, message, control_number="7"):
        return self._wait(self.client.send(message, control_number))

    def probe(self, kind, control_number="7", reference=""):
        return self._wait(self.client.probe(kind, control_number, reference))

    def ping(self):
        return self._wait(self.client.ping())

    def pick(self, pick_num):
        return self._wait(self.client.pick(pick_num))

    def find(self, kind, number):
        return self._wait(self.client.find(kind, number))

    def close(self):
        self._wait(self.client.close())
        if self.runner:
            self.runner.close()

    def _wait(self, outcome):
        return self.runner.run(outcome) if self.runner else outcome

    def _all(self, found):
        async def gather():
            return [each async for each in found]

        return self.runner.run(gather()) if self.runner else list(found)


def pick_row(number="P1001", **changes):
    return {
        "pkey": f"K{number}",
        "pick_num": number,
        "ord_num": "O77",
        "po_num": "PO-9",
        "customer": "ACME    ",
        "location": "MAIN",
        "shipper": "UPS",
        "last_mod": "2026-01-05 08:00:00",
        "load_id": "L5",
        "disc_amt": 1.5,
        "udford1c": "gift",
        "pickaddress": {"rows": [{"addr_type": "ST", "name": "Jo Doe", "addr1": "1 Main St", "country": "US"}]},
        "pickdetail": {
            "rows": [
                {
                    "line_seq": 1,
                    "style": "01234",
                    "color_code": "BLK",
                    "size_desc": "M",
                    "upc": 12345678905,
                    "bk_qty": 3,
                },
                {
                    "line_seq": 2,
                    "style": "01234",
                    "color_code": "BLK",
                    "size_desc": "L   ",
                    "price": 9.99,
                    "bk_qty": 0,
                },
            ]
        },
        **changes,
    }


def ticket(**changes):
    """`pick_row` as it is read."""
    (found,) = PICK_TICKET.rest.records(pick_row(**changes), SITE.envelopes)
    return found


def documents(*rows):
    return {"version": "2.1", "data": {"header": list(rows)}}


def masters(*rows):
    return {"version": "2.1", "data": list(rows)}
