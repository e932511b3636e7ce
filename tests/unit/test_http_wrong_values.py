"""Values that no wait, count or credential can be are refused by the name of their field, when they are said."""

import math
from decimal import Decimal
from pathlib import Path

import pytest

from clarus_bluecherry import AsyncClarus, BlueCherry, Clarus
from clarus_bluecherry.errors import ConfigurationError
from clarus_bluecherry.http import (
    AsyncSender,
    ClientCredentials,
    Limits,
    Retries,
    Sender,
    Settings,
    StaticHeaders,
    StaticToken,
    Timeouts,
)

URL = "http://wms.test"
NEVER = [1e10, 10**400, Decimal(5), Decimal("NaN"), math.nan, [], {}, "5", None, True, 1j]


@pytest.mark.parametrize("wrong", [*NEVER, math.inf, 0], ids=lambda each: str(each)[:8])
def test_seconds_to_wait_for_a_step(wrong):
    for name in ("connect", "read", "write", "pool"):
        with pytest.raises(ConfigurationError, match=f"Timeouts, field {name}: "):
            Timeouts(**{name: wrong})
    with pytest.raises(ConfigurationError, match="Settings, field timeout: "):
        Settings(timeout=wrong)
    with pytest.raises(ConfigurationError, match="Settings, field timeout: "):
        Settings().with_options({"timeout": wrong})


@pytest.mark.parametrize("wrong", [*NEVER, 0, -math.inf], ids=lambda each: str(each)[:8])
def test_seconds_of_a_whole_call(wrong):
    with pytest.raises(ConfigurationError, match="Settings, field deadline: "):
        Settings(deadline=wrong)
    with pytest.raises(ConfigurationError, match="Settings, field deadline: "):
        Settings().with_options({"deadline": wrong})
    with pytest.raises(ConfigurationError, match="Retries, field total: "):
        Retries(total=wrong)


def test_no_end_is_still_to_be_had():
    assert Settings(deadline=math.inf).with_options({"deadline": math.inf}).deadline == math.inf
    assert Retries(total=math.inf, longest_retry_after=math.inf).total == math.inf


@pytest.mark.parametrize("wrong", [*NEVER, math.inf, -1], ids=lambda each: str(each)[:8])
def test_seconds_between_attempts_and_of_an_idle_connection(wrong):
    for name in ("first_wait", "longest_wait"):
        with pytest.raises(ConfigurationError, match=f"Retries, field {name}: "):
            Retries(**{name: wrong})
    if wrong != math.inf:
        with pytest.raises(ConfigurationError, match="Retries, field longest_retry_after: "):
            Retries(longest_retry_after=wrong)
        with pytest.raises(ConfigurationError, match="Limits, field idle_seconds: "):
            Limits(idle_seconds=wrong)


@pytest.mark.parametrize("wrong", [1.5, math.inf, math.nan, True, -1, Decimal(3), "3", None, []], ids=str)
def test_counts_are_whole(wrong):
    for kind, name in (
        (Retries, "attempts"),
        (Limits, "connections"),
        (Limits, "idle"),
        (Settings, "longest_answer"),
    ):
        with pytest.raises(ConfigurationError, match=f"{kind.__name__}, field {name}: "):
            kind(**{name: wrong})
    with pytest.raises(ConfigurationError, match="Settings, field max_retries: "):
        Settings(max_retries=wrong)
    with pytest.raises(ConfigurationError, match="Settings, field max_retries: "):
        Settings().with_options({"max_retries": wrong})


@pytest.mark.parametrize(
    "wrong",
    [
        {"headers": {"X-Tenant": 5}},
        {"headers": {5: "acme"}},
        {"headers": []},
        {"observers": 5},
        {"observers": [5]},
        {"observers": print},
        {"verify": Path("ca.pem")},
        {"verify": 1},
        {"verify": []},
    ],
    ids=str,
)
def test_other_settings(wrong):
    (name,) = wrong
    with pytest.raises(ConfigurationError, match=f"Settings, field {name}: "):
        Settings(**wrong)


@pytest.mark.parametrize("made", [Sender, AsyncSender])
def test_base_url_and_auth_of_a_sender(made):
    for wrong in (None, 5, b"http://wms.test", Path("wms.test")):
        with pytest.raises(ConfigurationError, match="field base_url: "):
            made(wrong)
    for wrong in ("s3cr3t", ("me", "s3cr3t"), {"Authorization": "s3cr3t"}, 5):
        with pytest.raises(ConfigurationError, match=r"field auth: .*StaticToken") as refused:
            made(URL, auth=wrong)
        assert "s3cr3t" not in str(refused.value)


def test_base_url_and_auth_of_a_client():
    for made in (Clarus, AsyncClarus):
        with pytest.raises(ConfigurationError, match="field base_url: "):
            made("acme", auth=StaticToken("t"), base_url=None)
        with pytest.raises(ConfigurationError, match="field auth: "):
            made("acme", auth="tok")
    with pytest.raises(ConfigurationError, match="field base_url: "):
        BlueCherry.rest(None, subscription_key="k")


@pytest.mark.parametrize("wrong", [None, 5, b"key", []], ids=str)
def test_secrets_are_text(wrong):
    for make in (
        lambda: StaticToken(wrong),
        lambda: StaticHeaders({"X-Key": wrong}),
        lambda: ClientCredentials(token_url="/t", client_id="me", client_secret=wrong),
    ):
        with pytest.raises(ConfigurationError, match="no text"):
            make()
    with pytest.raises(ConfigurationError, match="StaticHeaders"):
        StaticHeaders(wrong)
