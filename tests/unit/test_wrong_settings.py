"""A setting that cannot be right is refused where it is said, by its name; no raw error of a library below."""

import math
from decimal import Decimal
from pathlib import Path

import httpx
import pytest
from http_world import READ, Face, Time, call

from clarus_bluecherry import BlueCherry, Clarus
from clarus_bluecherry.errors import ConfigurationError, NotSent
from clarus_bluecherry.http import AsyncSender, Retries, Sender, Settings, StaticToken, Timeouts

URL = "https://wms.test"
SECRET = "s3cr3t"


@pytest.mark.parametrize(
    "wrong",
    [None, "5", httpx.Timeout(5), math.nan, math.inf, 0, -1, True, Decimal(5)],
    ids=lambda each: repr(each),
)
def test_a_timeout_is_seconds_or_timeouts(wrong):
    with pytest.raises(ConfigurationError, match=r"Settings, field timeout: .*Timeouts"):
        Settings(timeout=wrong)
    with pytest.raises(ConfigurationError, match=r"Timeouts, field read"):
        Timeouts(read=wrong)
    with Sender(URL) as sender, pytest.raises(ConfigurationError, match="field timeout"):
        sender.with_options(timeout=wrong)


@pytest.mark.parametrize("wrong", [None, "3", -1, 2.5, True, math.nan])
def test_retries_are_a_whole_number_or_retries(wrong):
    with pytest.raises(ConfigurationError, match=r"Settings, field max_retries: .*Retries"):
        Settings(max_retries=wrong)
    with Sender(URL) as sender, pytest.raises(ConfigurationError, match="field max_retries"):
        sender.with_options(max_retries=wrong)


@pytest.mark.parametrize(
    ("kind", "wrong"),
    [
        (Settings, {"deadline": "20"}),
        (Settings, {"deadline": None}),
        (Settings, {"deadline": True}),
        (Settings, {"longest_answer": "1"}),
        (Settings, {"headers": "X-Tenant: acme"}),
        (Settings, {"limits": httpx.Limits()}),
        (Settings, {"limiter": 5}),
        (Settings, {"proxy": 3128}),
        (Settings, {"verify": None}),
        (Settings, {"verify": ""}),
        (Settings, {"verify": Path("ca.pem")}),
        (Retries, {"attempts": "3"}),
        (Retries, {"total": None}),
    ],
)
def test_a_setting_of_another_kind_is_refused_by_name(kind, wrong):
    (name,) = wrong
    with pytest.raises(ConfigurationError, match=f"{kind.__name__}, field {name}: "):
        kind(**wrong)


@pytest.mark.parametrize("made", [Sender, AsyncSender])
def test_settings_that_are_none_are_refused(made):
    for wrong in ({"timeout": 5}, {}, 5):
        with pytest.raises(ConfigurationError, match=r"field settings: .*no http\.Settings"):
            made(URL, settings=wrong)
    with pytest.raises(ConfigurationError, match="field settings"):
        Clarus("acme", auth=StaticToken("t"), settings={"timeout": 5})
    with pytest.raises(ConfigurationError, match="field settings"):
        BlueCherry.rest(URL, subscription_key="k", settings={"timeout": 5})


def test_an_option_that_there_is_not_is_refused_with_the_nearest():
    with Sender(URL) as sender:
        with pytest.raises(ConfigurationError, match=r"field timout: .*did you mean 'timeout'\?.*deadline"):
            sender.with_options(timout=5)
        with pytest.raises(ConfigurationError, match=r"field proxy: .*Settings\(proxy="):
            sender.with_options(proxy="http://proxy.test")
    with Clarus("acme", auth=StaticToken("t")) as clarus, pytest.raises(ConfigurationError, match="field verify"):
        clarus.with_options(verify=False)
    with (
        BlueCherry.rest(URL, subscription_key="k") as erp,
        pytest.raises(ConfigurationError, match="field retries"),
    ):
        erp.with_options(retries=1)


# What the connections are made of -----------------------------------------------------------------------------


@pytest.fixture(params=["sync", "async"])
def opened(request):
    def sender(**settings):
        Face(request.param, URL, Time(), **settings).close()

    return sender


@pytest.mark.parametrize("proxy", ["127.0.0.1:9", "", "bla://proxy.test", "http://", f"me:{SECRET}@proxy.test"])
def test_a_proxy_that_is_none_is_refused(opened, proxy):
    with pytest.raises(ConfigurationError, match=r"field proxy: .*http://") as refused:
        opened(proxy=proxy)
    assert SECRET not in str(refused.value)


def test_a_proxy_of_the_environment_that_is_none_names_its_variable(opened, monkeypatch):
    monkeypatch.setenv("HTTPS_PROXY", f"bla://me:{SECRET}@proxy.test")
    with pytest.raises(ConfigurationError, match=r"HTTPS_PROXY.*http://") as refused:
        opened()
    assert SECRET not in str(refused.value)


def test_certificates_that_cannot_be_read_are_named(opened, monkeypatch, tmp_path):
    missing, torn = tmp_path / "nope.pem", tmp_path / "torn.pem"
    torn.write_text("not a certificate")
    for path in (missing, torn):
        with pytest.raises(ConfigurationError, match=f"field verify: .*{path}"):
            opened(verify=str(path))
        monkeypatch.setenv("SSL_CERT_FILE", str(path))
        with pytest.raises(ConfigurationError, match=f"SSL_CERT_FILE.*{path}"):
            opened()
        monkeypatch.delenv("SSL_CERT_FILE")


# A proxy that does not answer ---------------------------------------------------------------------------------


def refused_through(kind, monkeypatch, url, *, proxy=None, **environment):
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    face = Face(kind, url, Time(), max_retries=0, proxy=proxy)
    with pytest.raises(NotSent) as refused:
        face.send(call(READ))
    face.close()
    assert SECRET not in str(refused.value)
    assert "will be repeated" not in str(refused.value)
    return str(refused.value)


@pytest.mark.parametrize("kind", ["sync", "async"])
@pytest.mark.parametrize("url", ["https://wms.test", "http://wms.test"])
def test_a_dead_proxy_is_named_without_its_credentials(kind, url, monkeypatch):
    dead = f"http://me:{SECRET}@127.0.0.1:9"
    told = refused_through(kind, monkeypatch, url, proxy=dead)
    assert "did not reach wms.test through the proxy 127.0.0.1:9" in told
    assert "Check the proxy" in told
    told = refused_through(kind, monkeypatch, url, HTTPS_PROXY=dead, http_proxy=dead)
    assert "did not reach wms.test through the proxy 127.0.0.1:9" in told
    told = refused_through(kind, monkeypatch, url, HTTPS_PROXY="127.0.0.1:9", http_proxy="127.0.0.1:9")
    assert "through the proxy 127.0.0.1:9" in told


@pytest.mark.parametrize("kind", ["sync", "async"])
def test_where_there_is_no_proxy_none_is_named(kind, monkeypatch):
    told = refused_through(
        kind, monkeypatch, "http://127.0.0.1:9", http_proxy="http://127.0.0.1:10", no_proxy="127.0.0.1"
    )
    assert "did not reach 127.0.0.1 (" in told
    assert "proxy" not in told


def test_a_client_that_was_brought_along_keeps_its_proxy_to_itself(monkeypatch):
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:10")
    with httpx.Client(trust_env=False) as mine:
        sender = Sender("http://127.0.0.1:9", client=mine, settings=Settings(max_retries=0))
        with pytest.raises(NotSent) as refused:
            sender.send(call(READ))
    assert "proxy" not in str(refused.value)
