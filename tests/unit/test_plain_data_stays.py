"""What is stored today is read tomorrow: the ledger's bytes, digests and JSON texts, as they were first written.

The texts in `tests/corpus/plain` are written down once. A change here is a change for whoever reads them.
"""

import datetime as dt
import json
import sqlite3
from decimal import Decimal
from pathlib import Path

import pytest
from ledger_databases import NOON, a_fact
from test_cli import run
from test_finance_reconcile import CODE, MEDIUM, booked, held
from test_sku_audit_report import FOR_THE_RECORD
from test_sku_audit_report import report as an_audit
from test_x12 import GOOD

from clarus_bluecherry.clarus._tenant_schema import ListShape, TenantSchema
from clarus_bluecherry.errors import InvalidRecord
from clarus_bluecherry.finance import reconcile
from clarus_bluecherry.finance.exceptions import ExceptionTerms, cost_by, postings_found
from clarus_bluecherry.flows.ingest import digest
from clarus_bluecherry.ledger import Fact, Ledger, Posting, State
from clarus_bluecherry.model import (
    Address,
    Carton,
    CartonLine,
    Dispatch,
    DispatchLine,
    Money,
    OrderLine,
    SalesOrder,
    Sku,
    UnmatchedCode,
)
from clarus_bluecherry.report import Check, Closing, to_json
from clarus_bluecherry.report.sku_audit import audit_json
from clarus_bluecherry.report.sku_recipe import inference_json, shapes_json
from clarus_bluecherry.sku import Part, Recipe, infer
from clarus_bluecherry.sku.codes._shape import shapes

TEXTS = Path(__file__).parents[1] / "corpus" / "plain"
EAST = dt.timezone(dt.timedelta(hours=-5))

DISPATCH = Dispatch(
    id="4711",
    occurred_at=dt.datetime(2026, 3, 2, 20, 15, tzinfo=EAST),
    order_reference="1001",
    location="NJ",
    lines=(
        DispatchLine(number="1", item=Sku("01234", "BLK", size="10.5"), ordered="24.0", shipped="1E+1"),
        DispatchLine(number="2", item=UnmatchedCode("é-9", "5"), ordered=2, shipped=0),
    ),
    cartons=(
        Carton(
            number="17",
            weight_kg="1.50",
            lines=(CartonLine(number="1", item=Sku("01234", "BLK", size="10.5"), quantity=10),),
        ),
    ),
    own_date=dt.date(2026, 3, 2),
)
DISPATCH_TEXT = (TEXTS / "dispatch.json").read_text("utf-8").rstrip("\n")
FACT = Fact(
    source="clarus",
    kind="dispatch",
    source_id="4711",
    version="1",
    occurred_at=DISPATCH.occurred_at,
    record=DISPATCH,
    raw={
        "id": 4711,
        "quantity": Decimal("2.50"),
        "day": dt.date(2026, 3, 2),
        "tags": ("a", None, True),
        "rate": 0.5,
    },
)
POSTING = Posting(
    fact_key=FACT.key,
    target="bluecherry",
    kind="order_shipment",
    occurred_at=FACT.occurred_at,
    accounting_date=dt.date(2026, 3, 2),
    record_name="dispatch 4711",
    payload={"pick": "1001", "state": State.PARKED, "quantity": Decimal("2.50")},
    reference="1001",
    detail={"candidates": ["a", "b"]},
)
FACT_ROW = {
    "key": "clarus:dispatch:4711:1",
    "source": "clarus",
    "kind": "dispatch",
    "source_id": "4711",
    "version": "1",
    "occurred_at": "2026-03-03T01:15:00.000000+00:00",
    "record": DISPATCH_TEXT,
    "raw": '{"day": "2026-03-02", "id": 4711, "quantity": "2.50", "rate": "0.5", "tags": ["a", null, true]}',
    "recorded_at": "2026-03-02T12:00:00.123456+00:00",
}
POSTING_ROW = {
    "key": "bluecherry:order_shipment:clarus:dispatch:4711:1",
    "fact_key": "clarus:dispatch:4711:1",
    "target": "bluecherry",
    "kind": "order_shipment",
    "state": "pending",
    "occurred_at": "2026-03-03T01:15:00.000000+00:00",
    "accounting_date": "2026-03-02",
    "moved_from": None,
    "record_name": "dispatch 4711",
    "payload": '{"pick": "1001", "quantity": "2.50", "state": "parked"}',
    "reference": "1001",
    "control_number": "",
    "external_id": "",
    "attempts": 0,
    "next_attempt_at": None,
    "reason": "",
    "reason_code": "",
    "detail": '{"candidates": ["a", "b"]}',
    "created_at": "2026-03-02T12:00:00.123456+00:00",
    "updated_at": "2026-03-02T12:00:00.123456+00:00",
    "lease_owner": None,
    "lease_until": None,
    "lease_number": 0,
    "not_after": None,
    "edited": "{}",
}
STEP_ROW = {
    "number": 1,
    "posting_key": "bluecherry:order_shipment:clarus:dispatch:4711:1",
    "at": "2026-03-02T12:00:00.123456+00:00",
    "before": None,
    "after": "pending",
    "note": "",
    "actor": "",
    "changes": None,
}


# The ledger --------------------------------------------------------------------------------------------------


@pytest.fixture
def place(tmp_path):
    path = tmp_path / "ledger.sqlite"
    Ledger.open(path).close()
    return path


def stored(place, table):
    with sqlite3.connect(place) as connection:
        connection.row_factory = sqlite3.Row
        found = [dict(row) for row in connection.execute(f"SELECT * FROM {table}")]
    connection.close()
    return found


def store(place, table, row):
    names = ", ".join(f'"{name}"' for name in row)
    marks = ", ".join("?" for _ in row)
    with sqlite3.connect(place) as connection:
        connection.execute(f"INSERT INTO {table} ({names}) VALUES ({marks})", tuple(row.values()))
    connection.close()


def test_what_is_written_is_the_same_to_the_byte(place):
    with Ledger.open(place, now=lambda: NOON) as ledger:
        ledger.record(FACT)
        ledger.post(POSTING)
    assert stored(place, "facts") == [FACT_ROW]
    assert stored(place, "postings") == [POSTING_ROW]
    assert stored(place, "steps") == [STEP_ROW]


def test_what_was_written_before_is_read(place):
    for table, row in (("facts", FACT_ROW), ("postings", POSTING_ROW), ("steps", STEP_ROW)):
        store(place, table, row)
    with Ledger.open(place) as ledger:
        fact, posting, (step,) = ledger.fact(FACT.key), ledger.posting(POSTING.key), ledger.history(POSTING.key)
        assert ledger.open_postings() == [(posting, fact)]
    assert (fact.record, fact.occurred_at, fact.recorded_at) == (DISPATCH, FACT.occurred_at, NOON)
    assert fact.raw == json.loads(FACT_ROW["raw"])
    assert posting.payload == {"pick": "1001", "state": "parked", "quantity": "2.50"}
    assert (posting.state, posting.accounting_date, posting.moved_from) == (
        State.PENDING,
        dt.date(2026, 3, 2),
        None,
    )
    assert posting.detail == {"candidates": ["a", "b"]}
    assert (step.before, step.after, step.at) == (None, State.PENDING, NOON)


def test_a_fact_that_was_written_before_is_the_same_fact_now(place):
    store(place, "facts", FACT_ROW)
    with Ledger.open(place) as ledger:
        assert ledger.record(FACT) is False


def test_a_record_keeps_its_digest():
    address = Address(name="Zoë", lines=("1 High St",), country="GB")
    line = OrderLine(number="1", item=Sku("01234"), quantity=2, unit_price=Money("9.90", "GBP"))
    order = SalesOrder(reference="1", location="WH1", requested_dispatch=NOON, lines=(line,), ship_to=address)
    assert (digest(DISPATCH), digest(order)) == ("962f58bb5381c0ba", "4d64b5c1b7494611")


# JSON texts --------------------------------------------------------------------------------------------------


def a_closing():
    parked = Posting(
        fact_key="f:k:1",
        target="bluecherry",
        kind="adjustment",
        state=State.PARKED,
        occurred_at=NOON - dt.timedelta(minutes=100),
        record_name="adjustment 1",
        reason="no SKU: é",
        reason_code="unknown_sku",
        detail={"candidates": ["01234-BLK-M"]},
    )
    waits = [(parked, a_fact().record)]
    terms = ExceptionTerms(now=NOON, cost_of=cost_by({Sku("01234", "BLK", size="M"): Money("5.0", "USD")}))
    found = reconcile(
        [held(12, CODE), held("3.50"), held(1, MEDIUM)],
        [booked(5), booked(1, MEDIUM, cost=None), booked("1E+1", Sku("9", "RED"))],
        [],
    )
    return Closing(
        title="Clöse",
        as_of=NOON,
        reconciliation=found,
        exceptions=tuple(postings_found(waits, terms)),
        postings=(("bluecherry", "adjustment", "parked", 1),),
        checks=(Check("all", holds=True), Check("some", holds=False, detail="2 of 3")),
        story=("a", "b"),
    )


RECIPE = Recipe(parts=(Part("style"), Part("color"), Part("size", before="/")))
SKUS = [
    Sku(f"{style}", color, size=size) for style in range(1011, 1031) for color in ("BLK", "RED") for size in "SML"
]


def an_inference():
    codes = [RECIPE.spelling(sku) for sku in SKUS]
    return inference_json(infer([*codes, "1011-BLK/S ", "nonsense"], SKUS))


def an_audit_in_full():
    problem = InvalidRecord("not a number", record="stock.csv, line 7", field="On Hand")
    full = an_audit(problems=(problem,), **FOR_THE_RECORD)
    return audit_json(full, [Path("out/conflict.csv")], ["two notes", "é"])


SCHEMA = TenantSchema(
    lists={"products": ListShape(node="Product", arguments={"first": "Int"}, filters={"code": "StringFilter"})},
    objects={"Product": {"id": "ID!", "code": "String"}},
    inputs={"StringFilter": {"is": "String", "in": "[String!]"}},
    enums={"Subtype": ("RCV", "ADJ")},
)


@pytest.mark.parametrize(
    ("name", "make"),
    [
        ("closing", lambda: to_json(a_closing())),
        ("audit", an_audit_in_full),
        ("audit-short", lambda: audit_json(an_audit())),
        ("inference", an_inference),
        ("shapes", lambda: shapes_json(shapes(["01234-BLK-M", "é", "998", "999"]))),
        ("schema", SCHEMA.to_json),
    ],
)
def test_a_report_for_programs_is_the_same_text(name, make):
    assert make().rstrip("\n") == (TEXTS / f"{name}.json").read_text("utf-8").rstrip("\n")


def test_a_kept_schema_is_read():
    assert TenantSchema.from_json((TEXTS / "schema.json").read_bytes()) == SCHEMA


def test_what_x12_check_prints_is_the_same_text(tmp_path):
    bad = GOOD.replace("SE*13", "SE*12").replace("W05*N*1001", "W05**1001")
    paths = [tmp_path / name for name in ("good.x12", "bad.x12", "none.x12")]
    for path, text in zip(paths, (GOOD, bad, "hello"), strict=True):
        path.write_text(text, "utf-8")
    done = run("x12", "check", *map(str, paths), "--json")
    told = done.stdout.replace(json.dumps(str(tmp_path))[1:-1] + "/", "")
    assert told == (TEXTS / "x12-check.json").read_text("utf-8")
    assert done.returncode == 2
