"""What a site file comes to can be asked, by people, programs and editors; nothing secret is ever shown."""

import json
import tomllib
from fnmatch import fnmatchcase
from pathlib import Path

import attrs
import jsonschema
import pytest
from test_cli import run

from clarus_bluecherry.config import DeliverySection, FeedsSection, Secrets, explain, load_site, schema
from clarus_bluecherry.config._lines import lines_of
from clarus_bluecherry.config._sure import _RULES
from clarus_bluecherry.config._walk import settings
from clarus_bluecherry.errors import ConfigurationError
from clarus_bluecherry.flows.opening import clarus_of
from clarus_bluecherry.flows.site import Site

SITE = """\
[clarus]
subdomain = "acme"
account = "BRAND"
zone = "Europe/London"
warehouses = { WH1 = "NJ" }
http = { timeout = 5, headers = { X-Gateway = "hush-header" } }

[bluecherry]
base_url = "http://127.0.0.1:9"
zone = "America/New_York"
currency = "USD"
transport = "csv"
MORE

[ledger]
path = ":memory:"
zone = "Europe/London"
go_live = 2026-03-01

[[sku.parts]]
name = "style"
"""


def site(folder: Path, more: str = 'rest.overlap = "20 min"') -> Path:
    path = folder / "site.toml"
    path.write_text(SITE.replace("MORE", more), "utf-8")
    return path


def told(path: Path, environ=None):
    return {each.setting: each for each in explain(path, environ or {"SECRETS_FOLDER": "/nowhere"})}


# Explained ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("setting", "value", "default", "source", "letter"),
    [
        ("clarus.subdomain", "acme", "required", "line 2", "-"),
        ("clarus.warehouses", {"WH1": "NJ"}, "required", "line 5", "-"),
        ("clarus.page_size", 100, 100, "default", "M"),
        ("clarus.http.timeout.read", 5.0, 60.0, "line 6", "L"),
        ("clarus.http.deadline", "inf", "inf", "default", "L"),
        ("clarus.http.limiter", None, None, "default", "L"),
        ("bluecherry.rest.overlap", "20 min", "15 min", "line 13, not read by csv", "L"),
        ("bluecherry.files.folders.work", "work", "work", "default", "-"),
        ("feeds.reopen_window", "31 d", "31 d", "default", "L"),
        ("sku.parts.0.name", "style", "", "line 21", "-"),
        ("bluecherry.carriers", {}, {}, "default", "-"),
    ],
)
def test_a_setting_is_explained(tmp_path, setting, value, default, source, letter):
    each = told(site(tmp_path))[setting]
    assert (each.value, each.default, each.source, each.sure) == (value, default, source, letter)


def test_each_setting_is_told_once_and_by_the_command_too(tmp_path):
    path = site(tmp_path)
    expected = [each.setting for each in explain(path)]
    assert len(set(expected)) == len(expected)
    done = run("config", "explain", "--site", str(path))
    assert [line.partition(" = ")[0] for line in done.stdout.splitlines()] == expected
    assert "clarus.page_size = 100  # default (M)" in done.stdout
    assert "clarus.http.timeout.read = 5.0  # line 6; default 60.0 (L)" in done.stdout
    assert 'clarus.account = "BRAND"  # line 3; required (-)' in done.stdout
    as_json = json.loads(run("config", "explain", "--site", str(path), "--json").stdout)
    assert [each["setting"] for each in as_json["settings"]] == expected


def test_a_value_that_is_secret_or_may_be_is_not_shown(tmp_path):
    path = site(tmp_path, 'options = { api_key = "hush-option" }')
    secret = tmp_path / "secret"
    secret.write_text("hush-secret\n")
    environ = {"CLARUS_TOKEN": "hush-token", "BLUECHERRY_PROXY_FILE": str(secret), "SECRETS_FOLDER": "/nowhere"}
    found = told(path, environ)
    assert "hush" not in repr(found)
    assert (found["CLARUS_TOKEN"].value, found["CLARUS_TOKEN"].source) == ("***", "environment: CLARUS_TOKEN")
    assert found["BLUECHERRY_PROXY"].source == "file of BLUECHERRY_PROXY_FILE"
    assert (found["CLARUS_CLIENT_ID"].value, found["CLARUS_CLIENT_ID"].source) == (None, "not set")


def test_every_letter_is_said_of_a_setting_that_there_is():
    names = [setting.name for setting in settings()]
    assert [pattern for pattern, _ in _RULES if not any(fnmatchcase(name, pattern) for name in names)] == []
    assert {letter for _, letter in _RULES} == {"H", "M", "L", "-"}


def test_the_defaults_of_feeds_and_delivery_are_the_flows_own():
    flows = {each.name.removeprefix("feed_"): each.default for each in attrs.fields(Site)}
    for section in (FeedsSection, DeliverySection):
        assert {name: flows[name] for name in section.model_fields} == dict(section())


# Lines -------------------------------------------------------------------------------------------------------


def test_lines_are_counted_through_everything_that_toml_can_write():
    text = (
        '# [no]\n"a b" = """\n[c]\nd = 1\n"""\r\ne.f = [\n  1, # ]\n  2,\n]\n\n[g."h.i"]\nj = {}\n'
        "[[k]]\nl = 1\n[[k]]\n[k.m]\nn = 'x'\n[[k.o]]\np = 2\n"
    )
    assert lines_of(text) == {
        ("a b",): 2,
        ("e", "f"): 6,
        ("g", "h.i", "j"): 12,
        ("k", "0", "l"): 14,
        ("k", "1", "m", "n"): 17,
        ("k", "1", "o", "0", "p"): 19,
    }


# The schema --------------------------------------------------------------------------------------------------


def test_the_schema_takes_what_the_file_takes_and_refuses_what_it_refuses():
    validator = jsonschema.Draft202012Validator(json.loads(run("config", "schema").stdout))
    validator.check_schema(validator.schema)
    text = Path(__file__).with_name("every_setting.toml").read_text("utf-8")
    for cell in (
        "go_live = 2026-03-01",
        "closed_through = 2026-02-28",
        "cut_off = 17:30:00",
        "since = 2026-04-06",
        "at = 2020-07-02T18:00:00-04:00",
        "first_day = 2020-01-05",
        "last_day = 2020-06-28",
    ):
        text = text.replace(cell, "{} = '{}'".format(*cell.split(" = ")))  # JSON has no dates
    data = tomllib.loads(text)
    assert [each.message for each in validator.iter_errors(data)] == []
    data["clarus"]["page_sise"] = 5
    data["bluecherry"]["rest"]["query"]["page_cap"] = "many"
    assert len([*validator.iter_errors(data)]) == 2
    assert schema()["$defs"]["ClarusSection"]["properties"]["page_size"]["default"] == 100


# What is wrong ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("more", "setting", "what"),
    [
        ('rest = { trans_type = "Q" }', "bluecherry.rest.trans_type", "'Q' is none of A, M, R"),
        ("rest = { query = { page_cap = 0 } }", "bluecherry.rest.query.page_cap", "0 is not above zero"),
        ("rest = { query = { page_cop = 9 } }", "bluecherry.rest.query.page_cop", "is page_cap meant?"),
        (
            'rest = { probes = { order_shipment = { entety = "x" } } }',
            "bluecherry.rest.probes.order_shipment.entety",
            "is entity meant?",
        ),
        ("rest = { probes = { orders = false } }", "bluecherry.rest.probes", "did you mean order_shipment?"),
        ('rest = { our_id = "X" }', "bluecherry.rest.our_id", "there is no such setting"),
        ('rest = { overlap = "15 minutes" }', "bluecherry.rest.overlap", "write seconds, or for example 15 min"),
        ("rest = { overlap = -1 }", "bluecherry.rest.overlap", "not a length of time"),
        ('http = { timeout = "soon" }', "bluecherry.http.timeout", "valid number"),
        ("http = { timeout = 0 }", "bluecherry.http.timeout", "0.0 is neither a number of seconds above zero"),
        ("http = { timeout = { conect = 5 } }", "bluecherry.http.timeout.conect", "is connect meant?"),
        ('http = { timeout = { connect = "5 s" } }', "bluecherry.http.timeout.connect", "valid number"),
        ("http = { limiter = { per = 1 } }", "bluecherry.http.limiter.rate", "Field required"),
        ("http = { limiter = { rate = 0 } }", "bluecherry.http.limiter.rate", "lets nothing pass"),
        ("http = { observers = [] }", "bluecherry.http.observers", "there is no such setting"),
        ('files = { sftp = { host = "a" } }', "bluecherry.files.sftp.user", "Field required"),
        (
            'sheets = { carrier = { dialect = { quote = "" } } }',
            "bluecherry.sheets.carrier.dialect.quote",
            "is not one character",
        ),
    ],
)
def test_what_is_wrong_is_named_at_its_place(tmp_path, more, setting, what):
    path = site(tmp_path, more)
    with pytest.raises(ConfigurationError) as caught:
        load_site(path)
    assert caught.value.field == setting
    assert what in caught.value.what


# Secrets -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("more", "setting"),
    [
        ('http = { headers = { Authorization = "Bearer hush" } }', "bluecherry.http.headers"),
        ('http = { proxy = "http://me:hush@proxy.example" }', "bluecherry.http.proxy"),
        ('rest = { headers = { X-Api-Key = "hush" } }', "bluecherry.rest.headers"),
        ('http = { proxy = "http://proxy.example/?sig=hush" }', "bluecherry.http.proxy"),
        ('http = { proxy = "http://proxy.example/#hush" }', "bluecherry.http.proxy"),
    ],
)
def test_a_secret_in_the_file_is_refused_and_not_repeated(tmp_path, more, setting):
    path = site(tmp_path, more)
    with pytest.raises(ConfigurationError, match="does not belong into the site file") as caught:
        load_site(path)
    assert caught.value.field == setting
    assert "hush" not in str(caught.value)


@pytest.mark.parametrize(
    "place",
    [
        *("postgresql://me:hush@db/books", "postgresql://me@db/books?password=hush"),
        *("postgresql://me@db/books?sslmode=require&sslpassword=hush", "host=db user=me password = hush"),
    ],
)
def test_a_ledgers_password_is_refused_in_the_file(tmp_path, place):
    path = site(tmp_path)
    path.write_text(path.read_text("utf-8").replace(":memory:", place), "utf-8")
    with pytest.raises(ConfigurationError, match="does not belong") as caught:
        load_site(path)
    assert caught.value.field == "ledger.path"
    assert "hush" not in str(caught.value)


def secret(environ):
    token = Secrets.from_environment(environ).clarus_token
    return None if token is None else token.get_secret_value()


def test_a_secret_comes_from_a_variable_a_file_or_the_folder_of_secrets(tmp_path):
    file = tmp_path / "mine"
    file.write_text("of a file\n")
    assert secret({"CLARUS_TOKEN": "of a variable", "SECRETS_FOLDER": str(tmp_path)}) == "of a variable"
    assert secret({"CLARUS_TOKEN_FILE": str(file), "SECRETS_FOLDER": str(tmp_path)}) == "of a file"
    assert secret({"SECRETS_FOLDER": str(tmp_path)}) is None
    (tmp_path / "clarus_token").write_text("of the folder\r\n")
    assert secret({"SECRETS_FOLDER": str(tmp_path)}) == "of the folder"
    assert secret({"SECRETS_FOLDER": str(tmp_path), "CLARUS_TOKEN_FILE": str(file)}) == "of a file"


@pytest.mark.parametrize(
    ("content", "more", "what"),
    [
        ("x", {"CLARUS_TOKEN": "hush"}, "CLARUS_TOKEN and CLARUS_TOKEN_FILE are both set"),
        (None, {}, "cannot be read"),
        ("\n", {}, "is empty"),
    ],
)
def test_a_secret_that_cannot_be_had_is_named(tmp_path, content, more, what):
    file = tmp_path / "mine"
    if content is not None:
        file.write_text(content)
    with pytest.raises(ConfigurationError, match=what) as caught:
        Secrets.from_environment({"CLARUS_TOKEN_FILE": str(file), "SECRETS_FOLDER": "/nowhere", **more})
    assert caught.value.field.startswith("CLARUS_TOKEN")
    assert "hush" not in str(caught.value)


def test_headers_and_proxies_that_are_secret_reach_the_clients(tmp_path):
    secrets = Secrets.from_environment(
        {
            "CLARUS_TOKEN": "t",
            "CLARUS_HEADERS": "X-Gateway-Key: hush: 1\n",
            "CLARUS_PROXY": "http://me:hush@127.0.0.1:3128",
            "SECRETS_FOLDER": "/nowhere",
        }
    )
    with clarus_of(load_site(site(tmp_path)).clarus, secrets) as clarus:
        settings = clarus._sender.settings
    assert settings.headers == {"X-Gateway": "hush-header", "X-Gateway-Key": "hush: 1"}
    assert settings.proxy == "http://me:hush@127.0.0.1:3128"
    assert "hush" not in repr(settings)
