"""Clients by environment variables: what is wrong with them is told at once, and no value is quoted."""

import asyncio
import datetime as dt

import httpx
import pytest
from bluecherry_world import Site, documents, pick_row

from clarus_bluecherry import AsyncBlueCherry, AsyncClarus, BlueCherry, Clarus
from clarus_bluecherry.bluecherry import Delivery, NotCarried, RestProfile, RestTransport, subscription
from clarus_bluecherry.bluecherry.kinds.period_status import PERIOD_STATUS
from clarus_bluecherry.bluecherry.kinds.pick_ticket import PICK_TICKET
from clarus_bluecherry.bluecherry.kinds.shipment_status import SHIPMENT_STATUS
from clarus_bluecherry.bluecherry.kinds.stock_movement import STOCK_MOVEMENT
from clarus_bluecherry.environment import VARIABLES, needed
from clarus_bluecherry.errors import ConfigurationError, InvalidRecord
from clarus_bluecherry.http import Sender, Settings
from clarus_bluecherry.sandbox import Sandbox

CLARUS = {
    "CLARUS_URL": "https://clarus.example",
    "CLARUS_SUBDOMAIN": "acme",
    "CLARUS_CLIENT_ID": "who-I-am",
    "CLARUS_CLIENT_SECRET": "s3cret-Value",
}
BLUECHERRY = {
    "BLUECHERRY_URL": "https://erp.example",
    "BLUECHERRY_SUBSCRIPTION_KEY": "0123456789abcdef",
    "OUR_ID": "WAREHOUSE",
    "CGS_ID": "BRAND",
}
REPORTS = (SHIPMENT_STATUS, STOCK_MOVEMENT, PERIOD_STATUS)
both_clarus = pytest.mark.parametrize("kind", [Clarus, AsyncClarus], ids=lambda kind: kind.__name__)
both_bluecherry = pytest.mark.parametrize("kind", [BlueCherry, AsyncBlueCherry], ids=lambda kind: kind.__name__)


def close(client):
    outcome = client.close()
    if outcome is not None:
        asyncio.run(outcome)


def refused(kind, environment, **settings):
    with pytest.raises(ConfigurationError) as caught:
        kind.from_environment(environment, **settings)
    return str(caught.value)


def without(environment, *names):
    return {name: value for name, value in environment.items() if name not in names}


@both_clarus
def test_clarus_is_the_tenant_that_the_variables_name(kind):
    client = kind.from_environment(CLARUS)
    assert repr(client).startswith(f"{kind.__name__}('acme', ")
    assert "'https://clarus.example'" in repr(client)
    assert "client_id='who-I-am'" in repr(client)
    assert "s3cret" not in repr(client)
    close(client)


@both_clarus
def test_a_token_does_instead_of_client_credentials_and_the_vendors_address_unless_another_is_given(kind):
    client = kind.from_environment({"CLARUS_SUBDOMAIN": "acme", "CLARUS_TOKEN": "t0ken-Value"})
    assert "'https://clarus-api.com', auth=StaticToken(" in repr(client)
    assert "t0ken" not in repr(client)
    close(client)


@both_bluecherry
def test_blue_cherry_is_the_site_that_the_variables_name(kind):
    client = kind.from_environment(BLUECHERRY)
    assert client.transport.sender.base_url == "https://erp.example"
    assert (client.transport.profile.our_id, client.transport.profile.vnd_id) == ("WAREHOUSE", "BRAND")
    assert "0123456789abcdef" not in repr(client)
    close(client)


@both_bluecherry
def test_a_profile_of_ones_own_brings_its_own_ids(kind):
    client = kind.from_environment(without(BLUECHERRY, "OUR_ID", "CGS_ID"), profile=RestProfile(our_id="WH"))
    assert client.transport.profile.our_id == "WH"
    close(client)


@both_clarus
def test_all_that_clarus_lacks_is_told_at_once_with_where_it_comes_from(kind):
    told = refused(kind, {})
    for name in ("CLARUS_SUBDOMAIN", "CLARUS_TOKEN", "CLARUS_CLIENT_ID", "CLARUS_CLIENT_SECRET"):
        assert name in told
        assert VARIABLES[name].comes_from in told
    assert "CLARUS_URL" not in told
    assert "clarus-bluecherry sandbox" in told


@both_bluecherry
def test_all_that_blue_cherry_lacks_is_told_at_once_with_where_it_comes_from(kind):
    told = refused(kind, {"CGS_ID": " "})
    for name in BLUECHERRY:
        assert f"{name} is not set ({VARIABLES[name].comes_from})" in told


@pytest.mark.parametrize("missing", ["CLARUS_CLIENT_ID", "CLARUS_CLIENT_SECRET"])
def test_half_of_the_client_credentials_lacks_the_other_half(missing):
    told = refused(Clarus, without(CLARUS, missing))
    assert f"{missing} is not set" in told
    assert "CLARUS_TOKEN" not in told


def test_a_token_beside_client_credentials_contradicts_them():
    told = refused(Clarus, {**CLARUS, "CLARUS_TOKEN": "t0ken-Value", "CLARUS_SUBDOMAIN": ""})
    assert "CLARUS_TOKEN and CLARUS_CLIENT_ID, CLARUS_CLIENT_SECRET are set" in told
    assert "CLARUS_SUBDOMAIN is not set" in told
    assert "t0ken" not in told


@pytest.mark.parametrize(
    ("kind", "environment", "name", "value"),
    [
        (Clarus, CLARUS, "CLARUS_URL", "clarus-api.com"),
        (Clarus, CLARUS, "CLARUS_SUBDOMAIN", "acme corp"),
        (Clarus, CLARUS, "CLARUS_CLIENT_SECRET", "s3cret-Value\n"),
        (BlueCherry, BLUECHERRY, "BLUECHERRY_URL", "ftp://erp.example"),
        (BlueCherry, BLUECHERRY, "BLUECHERRY_URL", "https://"),
        (BlueCherry, BLUECHERRY, "BLUECHERRY_SUBSCRIPTION_KEY", "0123\n4567"),
        (AsyncBlueCherry, BLUECHERRY, "OUR_ID", "WAREHOUSE\r"),
    ],
)
def test_a_value_that_cannot_be_one_is_named_and_not_quoted(kind, environment, name, value):
    told = refused(kind, {**environment, name: value})
    assert f"{name} is not written as it should be" in told
    assert value.strip() not in told.replace(VARIABLES[name].comes_from, "")


def test_a_setting_of_the_client_is_refused_as_ever():
    assert "CA bundle" in refused(Clarus, CLARUS, settings=Settings(verify="/no/such/bundle.pem"))


def test_the_sandbox_prints_all_that_both_clients_need():
    with Sandbox(1, "small") as sandbox:
        with BlueCherry.from_environment(sandbox.environment) as erp:
            assert erp.ping()
            number = sandbox.easy_picks()[0]
            assert erp.pick(number).pick_num == number
        with Clarus.from_environment(sandbox.environment) as wms:
            assert wms.ids.account(*needed("CLARUS_ACCOUNT", environ=sandbox.environment))


def test_what_a_script_needs_besides_is_told_in_the_same_way():
    environment = {"CLARUS_ACCOUNT": "BRAND", "CLARUS_WAREHOUSES": "WH1=NJ WH2=LA"}
    assert needed("CLARUS_ACCOUNT", "CLARUS_WAREHOUSES", environ=environment) == ("BRAND", "WH1=NJ WH2=LA")
    with pytest.raises(ConfigurationError, match=r"CLARUS_WAREHOUSES is not written .*MY_OWN is not set"):
        needed(
            "CLARUS_ACCOUNT", "CLARUS_WAREHOUSES", "MY_OWN", environ={**environment, "CLARUS_WAREHOUSES": "WH1"}
        )


def test_the_environment_is_that_of_the_process_unless_another_is_given(monkeypatch):
    for name, value in {**CLARUS, **BLUECHERRY}.items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("CLARUS_TOKEN", raising=False)
    close(Clarus.from_environment())
    close(BlueCherry.from_environment())


# Every read on the face of the client ------------------------------------------------------------------------


class Extracts:
    """A transport that reads files of its own kinds, and cannot be asked for one record."""

    def __init__(self, picks=()):
        self._told = {PICK_TICKET: lambda since: picks, **dict.fromkeys(REPORTS, self._report)}

    def _report(self, since):
        return [f"told since {since}"]

    def read(self, kind, since=None):
        if kind not in self._told:
            raise NotCarried(f"no extract tells a {kind.title}")
        return (Delivery(entry=entry) for entry in self._told[kind](since))

    send = probe = ping = close = print


class AsyncExtracts(Extracts):
    """The same for asyncio."""

    async def read(self, kind, since=None):
        for delivery in super().read(kind, since):
            yield delivery


def rest(*answers):
    web = httpx.MockTransport(Site(*answers).handle)
    return BlueCherry(RestTransport(Sender("https://erp.example", auth=subscription("k"), transport=web)))


def test_one_pick_is_read_by_its_number():
    with rest(documents(pick_row())) as erp:
        assert erp.pick("P1001").pick_num == "P1001"
        assert erp.pick("P9") is None


def test_one_pick_is_found_among_all_where_it_cannot_be_asked_for():
    with rest(documents(pick_row())) as erp:
        (ticket,) = erp.picks()
    newer = ticket.model_copy(update={"location": "LA"})
    erp = BlueCherry(Extracts([ticket, newer]))
    assert erp.pick("P1001") is newer
    assert erp.pick("P9") is None


def test_a_pick_that_cannot_be_used_is_raised_and_those_beside_it_are_not():
    bad = InvalidRecord("no lines", record="pick ticket P1001")
    erp = BlueCherry(Extracts([bad]))
    with pytest.raises(InvalidRecord, match="no lines"):
        erp.pick("P1001")
    assert erp.pick("P2") is None


def test_reports_are_read_where_the_transport_carries_them_and_refused_where_it_does_not():
    erp, noon = BlueCherry(Extracts()), dt.datetime(2026, 3, 9, 12, tzinfo=dt.UTC)
    assert list(erp.shipment_statuses(noon)) == [f"told since {noon}"]
    assert list(erp.stock_movements()) == ["told since None"]
    assert list(erp.periods()) == ["told since None"]
    with pytest.raises(NotCarried, match="no extract tells a style"):
        list(erp.styles())
    with rest(documents()) as other:
        for read in (other.shipment_statuses, other.stock_movements, other.periods):
            with pytest.raises(NotCarried, match=r"REST carries no .* no endpoint is public"):
                read()


def test_asyncio_has_the_same_reads():
    async def read():
        erp = AsyncBlueCherry(AsyncExtracts())
        assert await erp.pick("P1001") is None
        assert [row async for row in erp.periods()] == ["told since None"]
        assert [row async for row in erp.stock_movements()] == ["told since None"]
        assert [row async for row in erp.shipment_statuses()] == ["told since None"]
        async with AsyncBlueCherry.from_environment(BLUECHERRY) as other:
            with pytest.raises(NotCarried, match="REST carries no period status"):
                other.periods()

    asyncio.run(read())
