"""A small brand's warehouse behind real HTTP, for the tests of the sandbox."""

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager

import httpx

from clarus_bluecherry.sandbox import Faults, FaultyApp, LocalServer, Warehouse
from clarus_bluecherry.sandbox.clarus_app import CLIENT_ID, CLIENT_SECRET, Tokens, clarus_app

DRESS, JACKET = "DRS-1001-BLK-10", "JKT-2040-NVY-M"


class Clock:
    """The present instant, moved by hand."""

    def __init__(self):
        self.now = dt.datetime(2026, 7, 14, 9, 30, 16, 787_000, tzinfo=dt.UTC)

    def __call__(self):
        return self.now

    def forward(self, **period):
        self.now += dt.timedelta(**period)


def brand_warehouse(clock=None):
    warehouse = Warehouse(clock=clock or Clock())
    warehouse.add_account("BRAND", "A brand")
    warehouse.add_warehouse("LON1", "London")
    warehouse.add_carrier("DPD", services=("NEXT",))
    for code, reason_type in (
        ("FOUND", "positive_adjustment"),
        ("DAMAGED", "negative_adjustment"),
        ("QA", "hold"),
        ("QA-OK", "release"),
        ("COUNT", "stock_check"),
        ("NOSTOCK", "short_order_lines"),
        ("MOVE", "transfer"),
    ):
        warehouse.add_reason(code, reason_type)
    warehouse.add_product(DRESS, barcode="5012345678900")
    warehouse.add_product(JACKET, barcode="5012345678917")
    return warehouse


def id_of(table, code):
    return table.find("code", code)[0].id


def order(warehouse, *lines, reference="SO-1", **more):
    """The attributes of a goods out; each line is (product code, quantity)."""
    return {
        "goods_out_type": "sales_order",
        "account_id": id_of(warehouse.accounts, "BRAND"),
        "warehouse_id": id_of(warehouse.warehouses, "LON1"),
        "reference": reference,
        "expected_date_of_dispatch": "2026-07-14T16:00:00Z",
        "lines_changes": [
            {
                "type": "ADD",
                "attributes": {
                    "product_id": id_of(warehouse.products, product),
                    "order_quantity": quantity,
                    "alt_line_number": str(number),
                },
            }
            for number, (product, quantity) in enumerate(lines, start=1)
        ],
        **more,
    }


def pre_receipt(warehouse, *lines, reference="PO-1"):
    return {
        "account_id": id_of(warehouse.accounts, "BRAND"),
        "warehouse_id": id_of(warehouse.warehouses, "LON1"),
        "reference": reference,
        "external_system_reference1": reference,
        "lines_changes": [
            {
                "type": "ADD",
                "attributes": {
                    "product_id": id_of(warehouse.products, product),
                    "expected_quantity": quantity,
                    "alt_line_number": str(number),
                },
            }
            for number, (product, quantity) in enumerate(lines, start=1)
        ],
    }


class Caller:
    """Talks to the sandbox's warehouse as any HTTP client would."""

    def __init__(self, client, subdomain="sandbox"):
        self.http = client
        self.subdomain = subdomain

    def sign_in(self):
        answer = self.http.post(
            "/oauth/token",
            data={
                "grant_type": "client_credentials",
                "client_id": CLIENT_ID,
                "client_secret": CLIENT_SECRET,
            },
        )
        self.http.headers["Authorization"] = f"Bearer {answer.json()['access_token']}"
        self.http.headers["X-Clarus-Subdomain"] = self.subdomain
        return self

    def send(self, method, path, kind="", attributes=None, *, address=None, flat=None):
        data = {"type": kind, "attributes": attributes}
        if address is not None:
            data["relationships"] = {"address": {"data": {"type": "addresses", "attributes": address}}}
        body = flat if flat is not None else {"data": data} if kind else None
        return self.http.request(method, path, json=body)

    def query(self, text, **variables):
        return self.http.post("/graphql", json={"query": text, "variables": variables}).json()

    def nodes(self, root, fields, filter_type="", **filters):
        """The nodes of the first page of a list."""
        head, use = (
            (f"query($f: {filter_type})", "(filter: $f, first: 100)") if filter_type else ("", "(first: 100)")
        )
        found = self.query(f"{head} {{ {root} {{ all{use} {{ edges {{ node {{ {fields} }} }} }} }} }}", f=filters)
        assert "errors" not in found, found["errors"]
        return [edge["node"] for edge in found["data"][root]["all"]["edges"]]


@contextmanager
def served(warehouse, *, faults: Faults | None = None, tokens: Tokens | None = None) -> Iterator[Caller]:
    app = clarus_app(warehouse, tokens)
    app = FaultyApp(app, faults) if faults else app
    with LocalServer(app) as server, httpx.Client(base_url=server.url, trust_env=False, timeout=10) as client:
        yield Caller(client).sign_in()
