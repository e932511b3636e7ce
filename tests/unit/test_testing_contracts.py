"""Our own transports, rules and homes keep the very contracts that plug-in authors are given."""

from __future__ import annotations

import datetime as dt
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from decimal import Decimal
from pathlib import Path
from typing import ClassVar

import pytest
from attrs import define, evolve
from files_world import every_template
from ledger_databases import postgres
from pydantic import BaseModel

from clarus_bluecherry.bluecherry.client import BlueCherry
from clarus_bluecherry.bluecherry.edi import X12Codec
from clarus_bluecherry.bluecherry.files import Codecs, FilesProfile, FileTransport
from clarus_bluecherry.bluecherry.kinds import every_kind
from clarus_bluecherry.bluecherry.kinds.pick_ticket import PICK_TICKET
from clarus_bluecherry.bluecherry.profile import RestProfile
from clarus_bluecherry.bluecherry.sheets import template, write_sheet
from clarus_bluecherry.bluecherry.sheets.codec import SheetCodec
from clarus_bluecherry.exchange import Folder, NameTemplate
from clarus_bluecherry.flows.site import utc_now
from clarus_bluecherry.http import Settings
from clarus_bluecherry.model import Sku
from clarus_bluecherry.sandbox import LocalServer
from clarus_bluecherry.sandbox.bluecherry_app import SUBSCRIPTION_KEY, bluecherry_app
from clarus_bluecherry.sandbox.bluecherry_files import FileSide
from clarus_bluecherry.sandbox.bluecherry_sheets import NAMES, SheetSpeech
from clarus_bluecherry.sandbox.bluecherry_x12 import PROFILE as PARTNERS
from clarus_bluecherry.sandbox.bluecherry_x12 import X12Speech
from clarus_bluecherry.sandbox.erp import Article, Erp, Pick, PickLine, ProductionLine, ProductionOrder
from clarus_bluecherry.testing import LedgerHomeContract, OtherSide, SkuRuleContract, TransportContract, messages

PROFILE = RestProfile(our_id="WAREHOUSE", vnd_id="BRAND")
SHIRT = Article(style="01234", color_code="BLK", size_desc="M", upc="036000291452", std_cost=Decimal("7.50"))
JEANS = Article(
    style="04567", color_code="IND", lbl_code="L1", dimension="R", size_desc="30/32", std_cost=Decimal("9.00")
)
SENT = tuple(kind.name for kind in every_kind() if kind.is_sent)
STANDS = {
    "pick_ticket": ["001001"],
    "style": ["01234", "04567"],
    "production_order": ["C0055"],
    "location": ["NJ"],
    "carrier": ["UPS"],
    "transfer_order": ["T0010"],
}
TRANSFER = {
    "transfer_num": "T0010",
    "from_location": "NJ",
    "to_location": "PA",
    "ship_date": "2026-03-02",
    "due_date": "2026-03-05",
    "last_mod": "2026-03-01 08:00:00",
    "transferdetail": {"rows": [{"line_seq": 1, "style": "01234", "size_desc": "M", "bk_qty": 5}]},
}


# Transports --------------------------------------------------------------------------------------------------


@define
class Brand:
    """The Blue Cherry at the other end: the factories' pick and production order, and what they need."""

    erp: Erp

    def release(self, number: str = "001002", units: int | str = 10) -> str:
        lines = [PickLine(line_seq="1", article=SHIRT, bk_qty=units, price=Decimal("19.90"))]
        if number == "001001":
            lines.append(PickLine(line_seq="2", article=JEANS, bk_qty=2, price=Decimal("39.90")))
        pick = Pick(
            pick_num=number,
            ord_num="SO1001",
            po_num="PO-9",
            customer="NORDST",
            location="NJ",
            shipper="UPS",
            pick_date=self.erp.clock().date(),
            ship_to={"name": "A Shop", "addr1": "1 Main St", "city": "Newark", "country": "US"},
            lines=tuple(lines),
            last_mod=self.erp.clock(),
        )
        self.erp.release(pick)
        return number

    def spoil(self) -> str:
        return self.release("001003", "many")

    def taken(self) -> int:
        return len(self.erp.staged)

    def book(self) -> None:
        self.erp.process_staging()
        self.erp.run_invoicing()
        assert [one.error for one in self.erp.staged if one.error] == []


@pytest.fixture
def brand() -> Brand:
    erp = Erp()
    erp.add_location("NJ")
    erp.add_shipper("UPS")
    for article in (SHIRT, JEANS):
        erp.add_article(article)
        erp.open_stock(article, "NJ", 40)
    line = ProductionLine(prod_line="3", article=SHIRT, prod_qty=12, cost=Decimal("7.10"))
    due, now = erp.clock().date(), erp.clock()
    erp.issue(
        ProductionOrder(prod_num="C0055", vendor="MILL", location="NJ", due_date=due, lines=(line,), last_mod=now)
    )
    erp.others["transfer_order"].append(TRANSFER)
    brand = Brand(erp)
    brand.release("001001")
    return brand


class TestRest(TransportContract):
    stands = STANDS
    sends = SENT
    secrets = (SUBSCRIPTION_KEY,)

    @pytest.fixture
    def transport(self, brand: Brand) -> Iterator[object]:
        with (
            LocalServer(bluecherry_app(brand.erp)) as server,
            BlueCherry.rest(
                server.url, subscription_key=SUBSCRIPTION_KEY, profile=PROFILE, settings=Settings(max_retries=0)
            ) as erp,
        ):
            yield erp.transport

    @pytest.fixture
    def other_side(self, brand: Brand) -> OtherSide:
        return OtherSide(release=brand.release, spoil=brand.spoil, taken=brand.taken, book=brand.book)


class Files(TransportContract):
    """What both kinds of file share: a folder, and Blue Cherry's end of it, which leaves all its locations."""

    stands: ClassVar = {
        **STANDS,
        "location": ["NJ", "POE", "FOB"],
        **dict.fromkeys(("acknowledgement", "interface_status", "period_status", "shipment_status"), ()),
        "stock_movement": (),
    }
    sends = SENT

    def speech(self) -> object:
        raise NotImplementedError

    def codec(self) -> object:
        raise NotImplementedError

    def spoiled(self, pick: BaseModel) -> tuple[str, bytes]:
        raise NotImplementedError

    @pytest.fixture
    def side(self, brand: Brand, tmp_path: Path) -> FileSide:
        side = FileSide(brand.erp, tmp_path, self.speech(), PROFILE)
        side.meet()
        return side

    @pytest.fixture
    def transport(self, side: FileSide, tmp_path: Path) -> Iterator[FileTransport]:
        names = NameTemplate("{kind}_{control_number}" + Path(self.codec().patterns[0]).suffix)
        folder = Folder(tmp_path, settle=dt.timedelta(0), now=utc_now)
        transport = FileTransport(
            folder, self.codec(), FilesProfile(names=names), store=tmp_path / "store", now=utc_now
        )
        yield transport
        transport.close()

    @pytest.fixture
    def other_side(self, brand: Brand, side: FileSide, tmp_path: Path) -> OtherSide:
        def release() -> str:
            number = brand.release()
            side.meet()
            return number

        def spoil() -> str:
            name, content = self.spoiled(messages.pick_ticket(pick_num="001003"))
            (tmp_path / "in" / name).write_bytes(content)
            return "001003"

        def taken() -> int:
            side.meet()
            return brand.taken()

        def book() -> None:
            side.meet()
            brand.book()
            side.meet()

        return OtherSide(release=release, spoil=spoil, taken=taken, book=book)


class TestCsvFiles(Files):
    def speech(self) -> SheetSpeech:
        return SheetSpeech()

    def codec(self) -> SheetCodec:
        return SheetCodec(every_template(), NAMES)

    def spoiled(self, pick: BaseModel) -> tuple[str, bytes]:
        content = write_sheet(template("pick_ticket"), [pick])
        return "PICK_000900.csv", content.replace(b",10,", b",many,")


class TestX12Files(Files):
    def speech(self) -> X12Speech:
        return X12Speech(utc_now)

    def codec(self) -> Codecs:
        return Codecs(X12Codec(PARTNERS), SheetCodec({kind: template(kind) for kind in NAMES}, NAMES))

    def spoiled(self, pick: BaseModel) -> tuple[str, bytes]:
        theirs = X12Codec(evolve(PARTNERS, partners=PARTNERS.partners.swapped(), demands=None))
        content = theirs.encode_as(PICK_TICKET, pick, "000000900", utc_now())
        return "PICK_000900.x12", content.replace(b"*10*", b"*many*")


class TestSqlReports(TransportContract):
    """The example reads one report; the contract holds it to refusing all the rest."""

    stands: ClassVar = {"stock_movement": ["01234", "04567"]}

    @pytest.fixture
    def transport(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[object]:
        monkeypatch.syspath_prepend(str(Path(__file__).parents[2] / "examples"))
        import sql_reports

        database = tmp_path / "copy.sqlite"
        with closing(sqlite3.connect(database)) as connection, connection:
            connection.execute("CREATE TABLE stock_ledger (rec_type, style, location, size_qty)")
            rows = [("R1", "01234", "NJ", 12), ("IN", "04567", "NJ", "2.5")]
            connection.executemany("INSERT INTO stock_ledger VALUES (?, ?, ?, ?)", rows)
        transport = sql_reports.open_transport(
            {"database": str(database), "movements": "SELECT * FROM stock_ledger"}
        )
        yield transport
        transport.close()


# SKU rules ---------------------------------------------------------------------------------------------------


class TestColourWords(SkuRuleContract):
    ties: ClassVar = {
        "01234-BLACK-M": Sku("01234", "BLK", size="M"),
        "04567-navy-30/32": Sku("04567", "NVY", size="30/32"),
        "00077-White": Sku("00077", "WHT"),
    }
    silent = ("01234-BLK-M", "BLACK", "01234-BLACKISH-M", "GIFT CARD")

    @pytest.fixture
    def rule(self, monkeypatch: pytest.MonkeyPatch) -> object:
        monkeypatch.syspath_prepend(str(Path(__file__).parents[2] / "examples"))
        import sku_rule

        return sku_rule.ColourWords()


# Homes of the ledger -----------------------------------------------------------------------------------------


class TestSqliteHome(LedgerHomeContract):
    @pytest.fixture
    def home(self, tmp_path: Path) -> Path:
        return tmp_path / "ledger.sqlite"


class TestPostgresHome(LedgerHomeContract):
    @pytest.fixture
    def home(self) -> str:
        return postgres()
