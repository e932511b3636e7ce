"""What may be sold, from exports as both systems write them: the figures, the feed, the explanation, the
refusals."""

import csv
import http.server
import json
import threading

import pytest
from flows_world import BLACK, CODES, loop
from test_cli import SECRETS, inputs, run

from clarus_bluecherry.flows.close_files import read_folder
from tests.finance.close_site_world import exported, sku_of, without_warehouse

NOW = "2026-11-02T15:00:00Z"
FILES = {
    "close.toml": """
zone = "America/New_York"
[warehouses]
WH1 = "NJ"
[taken_at]
stock = "2026-11-02T14:55:00Z"
stock_ledger = "2026-11-02T14:00:00Z"
""",
    "availability.toml": """
[channels.web]
[channels.store]
share = "0.5"
preorders = true
[[buffers]]
units = 1
[[buffers]]
sku_class = "basic"
channel = "web"
units = 3
[classes]
"01-BLK-M" = "basic"
""",
    # 100 came, 10 left, 5 are on a pick ticket, 20 on open orders, 2 of them for the factory's own place.
    "stock_ledger.csv": """entry_id,rec_type,sku,location,quantity,move_date,reference
1,R1,01-BLK-M,NJ,100,2026-10-01,PO1
2,IN,01-BLK-M,NJ,10,2026-10-20,P1
3,PK,01-BLK-M,NJ,5,2026-11-01,P2
4,OP,01-BLK-M,NJ,18,2026-11-01,1003
5,OP,01-BLK-M,FOB,2,2026-11-01,1004
6,R1,01-BLK-M,FOB,500,2026-11-01,PO9
7,ST,01-BLK-M,NJ,70,2026-11-01,PO10
8,R1,02-RED-S,NJ,8,2026-10-01,PO2
8,R1,02-RED-S,NJ,8,2026-10-01,PO2
""",
    "orders.csv": "order,pick\n1002,P2\n1003,P3\n",
    "stock.csv": """product_code,warehouse,quantity,status
01-BLK-M,WH1,80,available
01-BLK-M,WH1,6,held
02-RED-S,WH1,8,available
03-NEW-L,WH1,4,available
""",
    "transactions.csv": """id,subtype,product_code,warehouse,quantity,created_at,goods_out,goods_in,reference
1,PICK,01-BLK-M,WH1,5,2026-11-02T14:10:00Z,P2,,
2,DISP,01-BLK-M,WH1,5,2026-11-02T14:20:00Z,P2,,
2,DISP,01-BLK-M,WH1,5,2026-11-02T14:20:00Z,P2,,
3,ALLOC,01-BLK-M,WH1,18,2026-11-02T14:30:00Z,P3,,
4,HOLD,01-BLK-M,WH1,6,2026-11-02T14:40:00Z,,,H1
5,NEGADJ,01-BLK-M,WH1,1,2026-11-02T14:45:00Z,,,A1
6,RCV,01-BLK-M,WH1,2,2026-11-02T14:50:00Z,,PO11,
""",
    "channel_orders.csv": """order,line,channel,sku,quantity,sold_at,cancelled
1003,1,web,01-BLK-M,18,2026-11-01T12:00:00Z,
1005,1,web,01-BLK-M,4,2026-11-02T14:40:00Z,
1006,1,web,01-BLK-M,3,2026-11-02T14:41:00Z,yes
""",
    "purchase_orders.csv": """order,line,sku,location,quantity,due
PO12,1,02-RED-S,NJ,40,2026-11-20
""",
}
# By the books: 100 - 10 - 5 - 18 - 2 = 65. Since: order 1005 takes 4, the adjustment 1, the receipt brings 2, and
# 6 are held: 56. The floor: 80, of which 1003 has 18, 1004 has 2 and 1005 has 4: 56.
OPEN = 56


@pytest.fixture
def exports(tmp_path):
    folder = tmp_path / "exports"
    folder.mkdir()
    for name, text in FILES.items():
        (folder / name).write_text(text.lstrip(), "utf-8")
    return folder


def figures(folder, *options):
    done = run("availability", "--from", str(folder), "--as-of", NOW, "--json", *options)
    return done, {(each["channel"], each["item"]): each for each in json.loads(done.stdout).get("figures", [])}


def test_the_figures_are_those_worked_out_by_hand(exports):
    done, found = figures(exports)
    assert done.returncode == 0, done.stderr
    told = {key: (each["available"], each["why"]) for key, each in found.items()}
    assert told == {
        ("web", "01-BLK-M"): (str(OPEN - 3), None),
        ("store", "01-BLK-M"): ("27", None),  # half of 55
        ("web", "02-RED-S"): ("7", None),
        ("store", "02-RED-S"): ("3", None),
        ("web", "03-NEW-L"): ("0", "no_reading"),
        ("store", "03-NEW-L"): ("0", "no_reading"),
    }
    one = found["web", "01-BLK-M"]
    assert (one["books"], one["open"], one["free"], one["tells"]) == ("65", "56", "56", "documents")
    assert one["age_seconds"] == 3600
    assert figures(exports)[0].stdout == done.stdout  # the same when asked again


def test_a_figure_is_explained_to_the_document(exports):
    done = run("availability", "explain", "01-BLK-M", "--from", str(exports), "--as-of", NOW, "--json")
    told = json.loads(done.stdout)
    since = {each["document"]: each["qty"] for each in told["sum"] if each["document"]}
    assert since == {"1005": "-4", "A1": "-1", "PO11": "2"}
    assert {each["document"]: each["qty"] for each in told["floor"]} == {
        None: "80", "1003": "-18", "1004": "-2", "1005": "-4"
    }  # fmt: skip
    shown = run("availability", "explain", "03-NEW-L", "--from", str(exports), "--as-of", NOW)
    assert shown.returncode == 1
    assert "not sellable: no reading" in shown.stdout
    assert shown.stdout.startswith("03-NEW-L in web, just before 2026-11-02 15:00 UTC")
    unknown = run("availability", "explain", "nothing", "--from", str(exports), "--as-of", NOW)
    assert (unknown.returncode, "nothing tells of this item" in unknown.stderr) == (2, True)


def test_on_a_narrow_screen_a_sku_is_whole_and_the_moment_is_read_at_a_glance(exports):
    """A SKU that is cut is none: those of a style begin alike."""
    sku = "01234-BLACK-OF-THE-SPRING-REGULAR-M"
    for name in ("stock_ledger.csv", "stock.csv"):
        path = exports / name
        path.write_text(path.read_text("utf-8").replace("02-RED-S", sku), "utf-8")
    shown = run("availability", "--from", str(exports), "--as-of", NOW, COLUMNS="80").stdout
    assert "What may be sold just before 2026-11-02 15:00 UTC, in eaches" in shown
    cells = [line.split("│")[2].strip() for line in shown.splitlines() if line.count("│") > 3]
    assert sku in "".join(cells)


def test_many_rows_that_cannot_be_read_for_one_reason_are_one_line(exports):
    (exports / "stock_ledger.csv").unlink()
    settings = FILES["close.toml"].replace("stock_ledger =", "inventory_report =").strip()
    (exports / "close.toml").write_text(settings, "utf-8")
    header = "Style,Color #,Dm/Pk,Size,Location,Total QOH,Total Pick,Total Open\n"
    rows = "".join(f"{number:05},BLK,,M,NJ,9,,\n" for number in range(30))
    (exports / "inventory_report.csv").write_text(header + rows, "utf-8")
    shown = " ".join(run("availability", "--from", str(exports), "--as-of", NOW).stdout.split())
    assert shown.count("could not be read: inventory_report.csv, line") == 1
    assert "And 29 more like it." in shown
    assert "then close again" not in shown
    assert "then run it again" in shown


def test_what_a_channel_may_sell_is_explained_with_its_share(exports):
    shown = run(
        "availability", "explain", "01-BLK-M", "--from", str(exports), "--as-of", NOW, "--channel", "store"
    )
    assert "of which store may sell 0.5" in " ".join(shown.stdout.split())
    done = run(
        *("availability", "explain", "01-BLK-M", "--from", str(exports), "--as-of", NOW),
        *("--channel", "store", "--json"),
    )
    assert json.loads(done.stdout)["share"] == "0.5"


def test_two_lines_of_an_order_without_a_line_number_are_both_sold(exports):
    sales = exports / "channel_orders.csv"
    head, *_ = sales.read_text("utf-8").splitlines()
    head, two = head.replace("line,", ""), ["1010,web,02-RED-S,1,2026-11-02T14:40:00Z,"] * 2
    sales.write_text("\n".join([head, *two]) + "\n", "utf-8")
    _, found = figures(exports)
    assert found["web", "02-RED-S"]["available"] == "5"
    more = sales.read_text("utf-8") + "1011,web,02-RED-S,1,2026-11-02T14:45:00Z,\n"
    (exports / "newer.csv").write_text(more, "utf-8")
    named = '[files]\nchannel_orders = ["channel_orders.csv", "newer.csv"]\n'
    (exports / "close.toml").write_text(FILES["close.toml"].lstrip() + named, "utf-8")
    _, found = figures(exports)
    assert found["web", "02-RED-S"]["available"] == "4"  # what both files have was sold once


def test_a_close_passes_over_what_only_availability_reads(exports):
    told = read_folder(exports, as_of="2026-10-31").given.troubles
    assert [each.kind for each in told if each.kind == "unread_file"] == []


def test_a_feed_tells_what_changed_and_keeps_what_it_told(exports, tmp_path):
    out = tmp_path / "feed"
    snapshot = out / "availability.json"
    again = ("--changed-since", str(snapshot), "--out", str(out))
    done, _ = figures(exports, *again)
    assert len(json.loads(done.stdout)["changes"]) == 6  # nobody was told anything yet
    done, _ = figures(exports, *again)
    assert json.loads(done.stdout)["changes"] == []
    stock = (exports / "stock.csv").read_text("utf-8").replace("02-RED-S,WH1,8", "02-RED-S,WH1,6")
    (exports / "stock.csv").write_text(stock, "utf-8")
    done, _ = figures(exports, *again)
    changed = json.loads(done.stdout)["changes"]
    assert [(each["channel"], each["available"], each["was"]) for each in changed] == [
        ("store", "2", "3"),
        ("web", "5", "7"),
    ]
    with (out / "changes.csv").open(encoding="utf-8") as file:
        rows = [*csv.DictReader(file)]
    assert [row["available"] for row in rows] == ["2", "5"]
    assert {row["as_of"] for row in rows} == {"2026-11-02T15:00:00+00:00"}
    lines = (out / "changes.jsonl").read_text("utf-8").splitlines()
    assert [json.loads(line)["item"] for line in lines] == ["02-RED-S", "02-RED-S"]
    with (out / "availability.csv").open(encoding="utf-8") as file:
        rows = [*csv.DictReader(file)]
    told = {(row["as_of"], row["tells"], row["age_seconds"]) for row in rows}
    assert (len(rows), told) == (6, {("2026-11-02T15:00:00+00:00", "documents", "3600")})


class _Hook(http.server.BaseHTTPRequestHandler):
    heard: list = []  # noqa: RUF012
    answers: list = []  # noqa: RUF012

    def do_POST(self):
        body = self.rfile.read(int(self.headers["content-length"]))
        self.heard.append((self.path, self.headers.get("authorization"), json.loads(body)))
        self.send_response(self.answers.pop(0) if self.answers else 204)
        self.send_header("retry-after", "0")
        self.send_header("content-length", "0")
        self.end_headers()

    def log_message(self, *_):
        pass


@pytest.fixture
def hook():
    _Hook.heard, _Hook.answers = [], []
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), _Hook) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}/stock?shop=1"
        server.shutdown()


def test_a_webhook_is_told_again_until_it_takes_it(exports, tmp_path, hook):
    _Hook.answers = [503]
    out = tmp_path / "feed"
    options = ("--webhook", hook, "--token-variable", "SHOP_TOKEN", "--out", str(out))
    done = run("availability", "--from", str(exports), "--as-of", NOW, *options, SHOP_TOKEN="a-token")
    assert done.returncode == 0, done.stderr
    assert [(path, token, len(body["changes"])) for path, token, body in _Hook.heard] == [
        ("/stock?shop=1", "Bearer a-token", 6),
        ("/stock?shop=1", "Bearer a-token", 6),
    ]
    assert _Hook.heard[0][2]["as_of"] == "2026-11-02T15:00:00+00:00"


def test_what_a_webhook_refused_is_not_written_down_as_told(exports, tmp_path, hook):
    _Hook.answers = [400]
    out = tmp_path / "feed"
    done = run("availability", "--from", str(exports), "--as-of", NOW, "--webhook", hook, "--out", str(out))
    assert done.returncode == 2
    assert not (out / "availability.json").exists()
    wrong = run("availability", "--from", str(exports), "--as-of", NOW, "--webhook", "shop.example")
    assert (wrong.returncode, "no URL of a webhook" in wrong.stderr) == (2, True)
    unset = run("availability", "--from", str(exports), "--webhook", hook, "--token-variable", "NOT_SET_ANYWHERE")
    assert (unset.returncode, "NOT_SET_ANYWHERE is not set" in unset.stderr) == (2, True)


def test_an_export_that_is_too_old_sells_nothing(exports):
    done = run("availability", "--from", str(exports), "--as-of", "2026-11-04T15:00:00Z", "--json")
    assert done.returncode == 1
    assert {each["why"] for each in json.loads(done.stdout)["figures"]} == {"reading_too_old"}
    assert run("availability", "--from", str(exports)).returncode == 1  # now, by this machine's clock


def test_a_ledger_without_orders_is_no_reading_of_what_may_be_sold(exports):
    ledger = "".join(line for line in FILES["stock_ledger.csv"].splitlines(True) if "OP," not in line)
    ledger = "".join(line for line in ledger.splitlines(True) if ",PK," not in line)
    (exports / "stock_ledger.csv").write_text(ledger, "utf-8")
    done, found = figures(exports)
    assert done.returncode == 1
    assert {each["why"] for each in found.values()} == {"no_reading"}
    assert "ledger_tells_promises" in done.stdout
    settings = "ledger_tells_promises = true\n" + FILES["availability.toml"]
    (exports / "availability.toml").write_text(settings, "utf-8")
    assert figures(exports)[1]["web", "02-RED-S"]["available"] == "7"


def test_a_report_tells_figures_and_its_open_and_picked_are_taken_off(exports):
    (exports / "stock_ledger.csv").unlink()
    (exports / "close.toml").write_text(
        FILES["close.toml"].replace("stock_ledger =", "inventory_report =").strip(), "utf-8"
    )
    report = """Style,Color #,Size,Location,Total QOH,Total Pick,Total Open,UOM
02,RED,S,NJ,8,1,2,EA
01,BLK,M,NJ,90,,20,EA
"""
    (exports / "inventory_report.csv").write_text(report, "utf-8")
    done, found = figures(exports)
    assert done.returncode == 1  # a line does not tell what is picked
    assert found["web", "02-RED-S"]["books"] == "5"
    assert found["web", "02-RED-S"]["available"] == "4"
    assert found["web", "02-RED-S"]["tells"] == "nothing"
    assert found["web", "01-BLK-M"]["why"] == "refused"
    assert "neither what is open to sell" in found["web", "01-BLK-M"]["detail"]


def test_a_sku_of_a_row_that_cannot_be_read_is_not_sold(exports):
    with (exports / "transactions.csv").open("a", encoding="utf-8") as file:
        file.write("7,HOLD,02-RED-S,WH1,many,2026-11-02T14:50:00Z,,,H2\n")
    done, found = figures(exports)
    assert done.returncode == 1
    assert found["web", "02-RED-S"]["why"] == "refused"
    assert found["web", "01-BLK-M"]["why"] is None


def test_what_comes_is_sold_as_preorder_within_the_policy_s_days(exports):
    settings = "incoming_days = 30\n" + FILES["availability.toml"]
    (exports / "availability.toml").write_text(settings, "utf-8")
    _, found = figures(exports)
    assert found["store", "02-RED-S"]["preorder"] == "20"  # half of 40
    assert found["web", "02-RED-S"]["preorder"] == "0"


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("buffer = 3", "'buffer' is none of"),
        ("book_max_age = 'soon'", "is no number"),
        ("[channels.web]\nshare = '2'", "more than all of it"),
        ("[channels.web]\nshares = '1'", "'shares' is none of"),
        ("[[buffers]]\nunits = '-1'", "negative"),
        ("[moves]\nXX = 'eaten'", "none of allocated"),
        ("[moves]\nNEGADJ = 'adjusted'", "none of allocated"),  # it would count twice
        ("pickable = 'available'", "not what it should be"),
        ("incoming_share = '2'", "more than all of it"),
        ("incoming_share = '-1'", "negative"),
        ("incoming_days = -1", "negative"),
        ("stock_max_age = '-1'", "no length of time"),
    ],
)
def test_a_setting_that_is_none_is_refused_by_name(exports, text, complaint):
    (exports / "availability.toml").write_text(text, "utf-8")
    done = run("availability", "--from", str(exports), "--as-of", NOW)
    assert (done.returncode, "availability.toml" in done.stderr) == (2, True)
    assert complaint in done.stderr


def test_the_group_alone_says_what_it_needs(exports):
    done = run("availability")
    assert (done.returncode, "--from" in done.stderr) == (2, True)


def test_a_site_says_it_too_by_its_warehouse_as_it_is_now(tmp_path):
    with loop(ledger=str(tmp_path / "ledger.sqlite")) as here:
        here.release("1001")
        here.turn()
        here.ship("1001")
        here.turn()
        books = without_warehouse(exported(here, tmp_path / "exports"))
        (books / "availability.toml").write_text(
            'ledger_tells_promises = true\nbook_max_age = "never"\nstock_max_age = "never"\n', "utf-8"
        )
        site = [*inputs(here, tmp_path)[:2], "--books", str(books)]
        done = run("availability", *site, "--json", **SECRETS)
        assert done.returncode == 0, done.stderr
        found = {each["item"]: each for each in json.loads(done.stdout)["figures"]}
        assert found[sku_of(BLACK).key]["free"] == str(here.warehouse.on_hand(CODES[BLACK]))
        explained = run("availability", "explain", sku_of(BLACK).key, *site, "--json", **SECRETS)
        assert json.loads(explained.stdout)["available"] == found[sku_of(BLACK).key]["available"]
    both = run("availability", *site, "--from", str(books), **SECRETS)
    assert (both.returncode, "--from or --site" in both.stderr) == (2, True)
