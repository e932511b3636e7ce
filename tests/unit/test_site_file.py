"""The site file and the environment: what they say is what the clients do, and what is missing is named."""

import datetime as dt
from pathlib import Path

import pytest

from clarus_bluecherry.bluecherry import messages
from clarus_bluecherry.clarus import UNDOCUMENTED_FIELDS
from clarus_bluecherry.config import Secrets, load_site
from clarus_bluecherry.errors import ConfigurationError, InvalidRecord, NotSent
from clarus_bluecherry.flows.opening import bluecherry_of, clarus_of, open_site
from clarus_bluecherry.model import Sku
from clarus_bluecherry.sku import DEFAULT_STAGES, Recipe, Stage

SITE = """
[clarus]
subdomain = "acme"
account = "BRAND"
zone = "Europe/London"
warehouses = { WH1 = "NJ" }
CLARUS_MORE

[bluecherry]
base_url = "http://127.0.0.1:9"
zone = "America/New_York"
currency = "USD"

[ledger]
path = ":memory:"
zone = "Europe/London"
go_live = 2026-03-01
"""
CLARUS_ONLY = Secrets.from_environment({"CLARUS_TOKEN": "t"})


def site_file(folder: Path, more: str = ""):
    path = folder / "site.toml"
    path.write_text(SITE.replace("CLARUS_MORE", more), "utf-8")
    return load_site(path)


def test_the_tenants_ways_are_those_of_the_site_file(tmp_path):
    more = 'page_size = 25\ndelete_verb = "REMOVE"\nextra_fields = { stocks = ["batch"] }'
    with clarus_of(site_file(tmp_path, more).clarus, CLARUS_ONLY) as clarus:
        assert (clarus.page_size, clarus.tenant.delete_verb) == (25, "REMOVE")
        assert clarus.tenant.extra_fields == {"stocks": ("batch",)}


def test_a_site_file_that_is_silent_means_our_reading(tmp_path):
    with clarus_of(site_file(tmp_path).clarus, CLARUS_ONLY) as clarus:
        assert (clarus.page_size, clarus.tenant.delete_verb) == (100, "DESTROY")
        assert clarus.tenant.extra_fields == UNDOCUMENTED_FIELDS


@pytest.mark.parametrize(
    ("more", "setting"),
    [
        ("page_size = 0", "clarus.page_size"),
        ('delete_verb = "DROP"', "clarus.delete_verb"),
        ('extra_fields = { stocks = "batch" }', "clarus.extra_fields.stocks"),
        ("pages = 5", "clarus.pages"),
    ],
)
def test_a_wrong_setting_is_named(tmp_path, more, setting):
    with pytest.raises(ConfigurationError) as caught:
        site_file(tmp_path, more)
    assert caught.value.field == setting


@pytest.mark.parametrize(
    ("environment", "missing"),
    [
        ({"CLARUS_TOKEN": "t"}, "BLUECHERRY_SUBSCRIPTION_KEY"),
        ({"BLUECHERRY_SUBSCRIPTION_KEY": "k"}, "CLARUS_TOKEN"),
        ({"BLUECHERRY_SUBSCRIPTION_KEY": "k", "CLARUS_CLIENT_ID": "i"}, "CLARUS_TOKEN"),
    ],
)
def test_a_site_without_a_credential_says_which(tmp_path, environment, missing):
    with (
        pytest.raises(ConfigurationError) as caught,
        open_site(site_file(tmp_path), Secrets.from_environment(environment)),
    ):
        pass
    assert caught.value.field == missing


def test_secrets_are_never_shown():
    secrets = Secrets.from_environment({"CLARUS_TOKEN": "hush-1", "BLUECHERRY_SUBSCRIPTION_KEY": "hush-2"})
    assert "hush" not in f"{secrets!r} {secrets}"


# The recipe and the matching -----------------------------------------------------------------------------------


def skus_of(folder: Path, text: str):
    return site_file(folder, f"[sku]\n{text}")


def test_a_site_that_says_nothing_of_its_skus_has_our_recipe_and_our_order_of_matching(tmp_path):
    site = site_file(tmp_path)
    assert (site.recipe, site.stages) == (Recipe(), DEFAULT_STAGES)


def test_the_site_file_says_all_that_a_recipe_can(tmp_path):
    site = skus_of(
        tmp_path,
        """
separator = "_"
max_length = 40
match = ["exact", "barcode"]
parts = [
  { text = "AC" },
  { name = "style", pad_to = 5, before = "-", allowed = "0-9" },
  { name = "color", fold = true, absent = "NA" },
  { name = "size", strip_zeros = true, inside = ".", words = { "O/S" = "OS" } },
  { name = "dimension", case = "lower" },
  { name = "label", case = "keep", pad_to = 3, pad_with = "X", needed = true },
]
""",
    )
    assert site.stages == (Stage.EXACT, Stage.BARCODE)
    assert site.recipe.max_length == 40
    assert site.recipe.code(Sku("123", "blk", size="30/32", label="ab")) == "AC-00123_BLK_30.32_Xab"
    assert site.recipe.code(Sku("123", size="O/S", dimension="R", label="abc")) == "AC-00123_NA_OS_r_abc"


def test_a_site_that_wants_codes_it_can_read_back_gets_no_others(tmp_path):
    parts = 'parts = [{ name = "style" }, { name = "size" }]'
    sku = Sku("01234", size="XS-S")
    assert skus_of(tmp_path, parts).recipe.code(sku) == "01234-XS-S"
    with pytest.raises(InvalidRecord, match="cannot be read back"):
        skus_of(tmp_path, f"readable = true\n{parts}").recipe.code(sku)


@pytest.mark.parametrize(
    ("text", "setting"),
    [
        ('separator = "+"', "sku.separator"),
        ("max_length = 51", "sku.max_length"),
        ('match = ["exact", "exact"]', "sku.match"),
        ('parts = [{ name = "color" }]', "sku.parts"),
        ('parts = [{ name = "style" }, { name = "sise" }]', "sku.parts.1.name"),
        ('parts = [{ name = "style", pad_with = "00" }]', "sku.parts.0.pad_with"),
        ('parts = [{ name = "style", allowed = "z-a" }]', "sku.parts.0.allowed"),
        ('parts = [{ name = "style", words = { A = "X", B = "X" } }]', "sku.parts.0.words"),
        ('parts = [{ name = "style", words = { "O/S" = "" } }]', "sku.parts.0.words"),
        ('parts = [{ name = "style", case = "title" }]', "sku.parts.0.case"),
        ('parts = [{ name = "style", before = "+" }]', "sku.parts.0.before"),
        ('parts = [{ name = "style", text = "AC" }]', "sku.parts.0.name"),
        ('parts = [{ text = "AC", pad_to = 3 }, { name = "style" }]', "sku.parts.0.pad_to"),
        ('parts = [{ name = "style", width = 3 }]', "sku.parts.0.width"),
    ],
)
def test_a_wrong_setting_of_the_recipe_stops_the_start_with_its_name(tmp_path, text, setting):
    with pytest.raises(ConfigurationError) as caught:
        skus_of(tmp_path, text)
    assert caught.value.field == setting


def test_a_rule_that_nobody_brings_stops_the_start(tmp_path):
    with pytest.raises(ConfigurationError, match="no SKU rule 'colour-words'") as caught:
        skus_of(tmp_path, 'match = ["exact", "colour-words"]')
    assert caught.value.field == "sku.match"
    assert caught.value.record == "site file"
    assert "Install the package" in caught.value.action


# The ways to Blue Cherry ---------------------------------------------------------------------------------------


def blue_cherry(folder: Path, more: str):
    path = folder / "site.toml"
    text = SITE.replace("CLARUS_MORE", "").replace('base_url = "http://127.0.0.1:9"\n', "")
    path.write_text(text + more, "utf-8")
    return load_site(path).bluecherry


def test_a_site_that_says_nothing_uses_rest_and_needs_its_address(tmp_path):
    with pytest.raises(ConfigurationError) as caught:
        bluecherry_of(blue_cherry(tmp_path, ""), Secrets())
    assert caught.value.field == "bluecherry.base_url"


def test_a_site_on_sheets_reads_its_own_columns_and_needs_no_secret(tmp_path):
    more = f"""
[bluecherry.files]
root = "{tmp_path / "exchange"}"
settle = 0
[bluecherry.sheets.carrier]
names = ["CARR*.csv"]
columns = {{ "Code" = "shipper", "Name" = "ship_name" }}
dialect = {{ delimiter = ";" }}
[bluecherry.sheets.order_shipment]
"""
    section = blue_cherry(tmp_path, more)
    with bluecherry_of(section.model_copy(update={"transport": "csv"}), Secrets()) as erp:
        (tmp_path / "exchange" / "in" / "CARRIERS.csv").write_bytes(b"Name;Code\r\nUnited Parcel;UPS\r\n")
        assert [(each.shipper, each.ship_name) for each in erp.carriers()] == [("UPS", "United Parcel")]
        assert erp.ping() == "0 files wait for Blue Cherry"


def test_a_site_may_name_a_transport_that_is_not_installed(tmp_path):
    section = blue_cherry(tmp_path, "").model_copy(update={"transport": "pigeon"})
    with pytest.raises(ConfigurationError, match="no transport 'pigeon'"):
        bluecherry_of(section, Secrets())


def test_a_site_may_keep_its_folder_on_a_server_that_it_knows(tmp_path):
    more = f"""
[bluecherry.files]
root = "{tmp_path / "exchange"}"
[bluecherry.files.sftp]
host = "127.0.0.1"
port = 9
user = "brand"
host_keys = ["SHA256:{"A" * 43}"]
"""
    section = blue_cherry(tmp_path, more).model_copy(update={"transport": "csv"})
    with pytest.raises(ConfigurationError, match="password") as caught:
        bluecherry_of(section, Secrets())
    assert sorted(path.name for path in (tmp_path / "exchange").glob("journal*")) == ["journal.sqlite"], caught
    secrets = Secrets.from_environment({"BLUECHERRY_SFTP_PASSWORD": "hush"})
    with bluecherry_of(section, secrets) as erp, pytest.raises(NotSent):
        erp.ping()


def test_a_site_on_x12_sends_its_messages_as_sets(tmp_path):
    more = f"""
[bluecherry.files]
root = "{tmp_path / "exchange"}"
names = "{{kind}}_{{control_number}}.x12"
settle = 0
"""
    ids = {"transport": "x12", "own_id": "WAREHOUSE", "partner_id": "BRAND"}
    section = blue_cherry(tmp_path, more).model_copy(update=ids)
    article = {"style": "01234", "color_code": "BLK", "size_desc": "M"}
    advice = messages.ReturnAdvice(
        adj_num="79", location="NJ", adj_date=dt.date(2026, 3, 2), article=article, size_qty=1
    )
    with bluecherry_of(section, Secrets()) as erp:
        erp.send(advice, "000000079")
    left = (tmp_path / "exchange" / "out" / "return_to_stock_000000079.x12").read_text("utf-8")
    assert left.splitlines()[2:4] == ["ST*947*0001~", "W15*20260302*79*79~"]
