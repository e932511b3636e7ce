"""Alerts on their way: real servers take them, data is inert in each, and no secret is shown."""

from __future__ import annotations

import datetime as dt
import email
import email.policy
import json
import logging
import pickle
import socket
import traceback
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from alert_servers import PASSWORD, USER, certified, hook_server, mail_server
from attrs import evolve
from pydantic import SecretStr

from clarus_bluecherry.errors import AnswerError, ConfigurationError, NotSent, RateLimited
from clarus_bluecherry.finance.exceptions import ExceptionClass, ExceptionItem, ExceptionPolicy, ExceptionStanding
from clarus_bluecherry.flows.alerts import (
    AlertGroup,
    AlertRule,
    AlertTerms,
    HookChannel,
    MailChannel,
    called_for,
    is_signed,
    message_of,
    trial_message,
)
from clarus_bluecherry.flows.alerts._text import as_json, as_mail, as_slack, as_teams, as_text
from clarus_bluecherry.http import dump_json
from clarus_bluecherry.model import Money

NOW = dt.datetime(2026, 3, 2, 15, tzinfo=dt.UTC)
HOSTILE = "<!channel> <script>alert(1)</script> [a](http://evil) *b* {{DATE(x)}} \r\nBcc: x\x1b[2J kim@example.com"
PATH = "/services/T000/B000/a-secret-part-of-it"


def told_of(*items):
    standings = [ExceptionStanding(item=each, opened_at=NOW, seen_at=NOW) for each in items]
    rule = AlertRule(name="all", channel="ops", escalate_to={"lead": "ops"})
    terms = AlertTerms(rules=(rule,), url="https://wms.example/today?a=1|2", zone=ZoneInfo("America/New_York"))
    called = called_for(standings, terms, ExceptionPolicy(), NOW)
    group = AlertGroup(channel="ops", alerts=tuple(called.values()), items=tuple(reversed(items)))
    return message_of(group, terms, NOW)


@pytest.fixture
def message():
    return told_of(
        ExceptionItem(
            kind=ExceptionClass.DISPATCH_NOT_POSTED,
            subject="order 1",
            what=HOSTILE,
            since=NOW - dt.timedelta(days=2),
            units=Decimal(-1200),
            value=Money(Decimal("-12345.5"), "USD"),
        ),
        ExceptionItem(kind=ExceptionClass.PARKED, subject="order 2", what="pick 2", since=NOW, units=Decimal(3)),
    )


def mailer(port, certificate, **changes):
    channel = MailChannel(
        name="books",
        host="localhost",
        port=port,
        sender="wms@brand.example",
        to=("books@brand.example", "cfo@brand.example"),
        username=USER,
        secret=SecretStr(PASSWORD),
        verify=certificate,
        timeout=dt.timedelta(seconds=5),
    )
    return evolve(channel, **changes)


def hook(kind, address, **changes):
    return evolve(
        HookChannel(name="ops", kind=kind, url=SecretStr(address), timeout=dt.timedelta(seconds=5)), **changes
    )


def shown(error):
    """All that anybody could see of an error."""
    chain, told = [error], []
    while chain:
        each = chain.pop()
        told += [repr(each), str(each), repr(vars(each)), *traceback.format_exception(each)]
        chain += [one for one in (each.__cause__, each.__context__) if one is not None]
    told.append(repr(pickle.dumps(error)))
    return "\n".join(told)


# E-mail ---------------------------------------------------------------------------------------------------------


def test_a_mail_arrives_encrypted_and_logged_in_as_text_and_page(message, tmp_path):
    certificate, context = certified(tmp_path)
    with mail_server(context) as mails:
        mailer(mails.port, certificate).send(message)
    mail = email.message_from_bytes(mails.taken[0], policy=email.policy.default)
    assert mail["Subject"] == (
        "2 exceptions for finance and operations: 2 new, 1 escalated; 12,345.50 USD, 1 of unknown value"
    )
    assert (mail["To"], mail["Auto-Submitted"], mail["Bcc"]) == (
        "books@brand.example, cfo@brand.example",
        "auto-generated",
        None,
    )
    text, page = (mail.get_body((kind,)).get_content() for kind in ("plain", "html"))
    assert "-1,200 units; -12,345.50 USD; since 2026-02-28 10:00-05:00 (America/New_York), 2 days old" in text
    assert "<script>" not in page
    assert "&lt;script&gt;" in page
    for each in (text, page):
        assert "kim@example.com" not in each
        assert "\x1b" not in each
        assert "\nBcc:" not in each


def test_a_mail_by_tls_from_the_start(message, tmp_path):
    certificate, context = certified(tmp_path)
    with mail_server(context, tls="tls") as mails:
        mailer(mails.port, certificate, security="tls").send(message)
    assert len(mails.taken) == 1


@pytest.mark.parametrize(
    ("changes", "kind", "says"),
    [
        ({"verify": None}, NotSent, "certificate of localhost is not trusted"),
        ({"secret": SecretStr("wrong-password")}, ConfigurationError, r"refused the login \(535\)"),
        ({"secret": None}, ConfigurationError, "it needs the password of its login"),
        ({"secret": SecretStr("paßword")}, ConfigurationError, "beyond ASCII"),
        ({"verify": Path("nowhere.pem")}, ConfigurationError, "authorities cannot be read"),
        ({"security": "none", "host": "mail.example"}, ConfigurationError, "only a server on this machine"),
    ],
)
def test_a_mail_that_cannot_be_sent_says_why_and_shows_nothing(message, tmp_path, changes, kind, says):
    certificate, context = certified(tmp_path)
    with mail_server(context) as mails, pytest.raises(kind, match=says) as caught:
        mailer(mails.port, certificate, **changes).send(message)
    assert mails.taken == []
    told = shown(caught.value)
    assert "password" not in told.replace("the password of its login", "").replace("its password has", "")
    assert "paßword" not in told
    assert "@brand.example" not in told


def test_a_port_that_speaks_otherwise_is_told_with_what_to_check(message, tmp_path):
    certificate, context = certified(tmp_path)
    with mail_server(context, tls="tls") as mails, pytest.raises(NotSent, match="in time") as caught:
        mailer(mails.port, certificate, timeout=dt.timedelta(milliseconds=200)).send(message)
    assert "`tls`" in caught.value.action
    with mail_server(context) as mails, pytest.raises(NotSent, match="could not be reached") as caught:
        mailer(mails.port, certificate, security="tls").send(message)
    assert "`starttls`" in caught.value.action


def test_recipients_that_are_refused_are_counted_and_not_named(message, tmp_path, caplog):
    certificate, context = certified(tmp_path)
    with mail_server(context) as mails:
        mails.refuses = {"cfo@brand.example"}
        mailer(mails.port, certificate).send(message)
        assert len(mails.taken) == 1
        assert "1 of 2 recipients were refused" in caplog.text
        mails.refuses.add("books@brand.example")
        with pytest.raises(NotSent, match=r"refused all recipients \(550\)") as caught:
            mailer(mails.port, certificate).send(message)
    assert "@brand.example" not in shown(caught.value) + caplog.text


def test_a_mail_that_was_taken_is_told_however_the_server_says_goodbye(message, tmp_path):
    certificate, context = certified(tmp_path)
    with mail_server(context) as mails:
        mails.goodbye = "500 what?"
        mailer(mails.port, certificate).send(message)
    assert len(mails.taken) == 1


def test_a_server_without_starttls_gets_neither_password_nor_mail(message):
    with mail_server(None, tls="none") as mails, pytest.raises(ConfigurationError, match="STARTTLS"):
        mailer(mails.port, None).send(message)
    assert mails.taken == []


# Slack and Teams ------------------------------------------------------------------------------------------------


def test_slack_gets_blocks_in_which_data_is_plain_text(message):
    with hook_server() as hooks:
        hook("slack", hooks.url + PATH).send(message)
    path, _, body = hooks.taken[0]
    assert path == PATH
    sent = json.loads(body)
    assert sent == as_slack(message)
    texts = [block["text"] for block in sent["blocks"]]
    assert {text["type"] for text in texts[:-1]} == {"plain_text"}
    assert texts[-1]["text"] == "<https://wms.example/today?a=1%7C2|Open the live view>"
    everything = sent["text"] + "".join(text["text"] for text in texts[:-1])
    assert "<" not in everything
    assert "&lt;!channel&gt;" in everything
    assert all(len(text["text"]) < 3000 for text in texts)


def test_teams_gets_a_card_in_which_data_is_in_runs_of_text(message):
    with hook_server() as hooks:
        hooks.answers = [(202, {}, b"")]
        hook("teams", hooks.url + PATH + "?api-version=1&sig=a%2Bb-secret-signature").send(message)
    path, _, body = hooks.taken[0]
    assert path == PATH + "?api-version=1&sig=a%2Bb-secret-signature"
    assert json.loads(body) == as_teams(message)
    card = as_teams(message)["attachments"][0]["content"]
    assert {block["type"] for block in card["body"]} == {"RichTextBlock"}
    assert "{{" not in json.dumps(card)


@pytest.mark.parametrize(
    ("kind", "answer", "error", "says"),
    [
        ("slack", (429, {"Retry-After": "30"}, b"rate_limited"), RateLimited, "429"),
        ("slack", (400, {"Content-Type": "text/plain"}, b"invalid_payload"), AnswerError, "invalid_payload"),
        ("slack", (404, {}, b"no_service"), AnswerError, "no_service"),
        ("teams", (400, {}, b'{"error": {"message": "bad ' + PATH.encode() + b'"}}'), AnswerError, "400"),
        ("webhook", (500, {}, b"Cannot POST " + PATH.encode()), AnswerError, "500"),
        ("webhook", (302, {"Location": "http://127.0.0.1/other" + PATH}, b""), AnswerError, "302"),
    ],
)
def test_a_refusal_is_told_in_our_words_and_the_url_is_nowhere(message, caplog, kind, answer, error, says):
    caplog.set_level(logging.DEBUG, "clarus_bluecherry")
    caplog.set_level(logging.INFO, "httpx")
    with hook_server() as hooks:
        hooks.answers = [answer]
        channel = hook(kind, hooks.url + PATH + "?sig=a-secret-signature", key=SecretStr("a-signing-key"))
        with pytest.raises(error, match=says) as caught:
            channel.send(message)
    assert len(hooks.taken) == 1
    if error is RateLimited:
        assert caught.value.retry_after == 30
    told = shown(caught.value) + caplog.text + repr(channel)
    for secret in (PATH, "a-secret-part-of-it", "a-secret-signature", "a-signing-key"):
        assert secret not in told


def test_a_server_that_is_down_is_told_and_its_url_is_nowhere(message, caplog):
    caplog.set_level(logging.DEBUG, "clarus_bluecherry")
    caplog.set_level(logging.INFO, "httpx")
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
        with pytest.raises(NotSent) as caught:
            hook("slack", f"http://127.0.0.1:{port}{PATH}").send(message)
        with pytest.raises(NotSent, match="could not be reached"):
            mailer(port, None).send(message)
    assert "a-secret-part-of-it" not in shown(caught.value) + caplog.text


# A webhook of the site's own ------------------------------------------------------------------------------------


def test_a_webhook_is_signed_and_who_gets_it_can_tell(message):
    with hook_server() as hooks:
        channel = hook("webhook", hooks.url + PATH, key=SecretStr("a-signing-key"), clock=lambda: NOW)
        channel.send(message)
    _, headers, body = hooks.taken[0]
    assert is_signed(body, headers, "a-signing-key", NOW)
    assert not is_signed(body + b" ", headers, "a-signing-key", NOW)
    assert not is_signed(body, headers, "another-key", NOW)
    assert not is_signed(body, headers, "a-signing-key", NOW + dt.timedelta(minutes=6))
    assert not is_signed(body, {}, "a-signing-key", NOW)
    sent = json.loads(body)
    assert (sent["schema"], sent["channel"], len(sent["exceptions"])) == ("1.0", "ops", 2)
    last = sent["exceptions"][1]
    assert (last["class"], last["units"], last["value"], last["steps"], last["escalated_to"]) == (
        "dispatch_not_posted",
        "-1200",
        {"amount": "-12345.5", "currency": "USD"},
        ["escalated", "opened"],
        ["lead"],
    )
    assert "kim@example.com" not in body.decode()


@pytest.mark.parametrize(
    "url",
    [
        "http://hooks.example/x",
        "ftp://hooks.example/x",
        "https://",
        "https://me:pw@hooks.example/x",
        "https://a:99999/x",
        "x",
    ],
)
def test_a_url_that_is_not_safe_is_refused_and_not_shown(message, url):
    with pytest.raises(ConfigurationError, match=r"https:// URL|a URL") as caught:
        hook("slack", url).send(message)
    assert url in ("x", "https://") or url not in shown(caught.value)


@pytest.mark.parametrize("changes", [{"url": None}, {"key": None}])
def test_a_secret_that_is_missing_is_named(message, changes):
    channel = hook("webhook", "https://hooks.example/x", **({"key": SecretStr("k")} | changes))
    with pytest.raises(ConfigurationError, match="ALERTS_SECRETS"):
        channel.send(message)


def test_a_channel_shows_no_secret_and_is_not_pickled():
    for channel in (hook("slack", "https://hooks.example" + PATH), mailer(25, None)):
        assert not {"a-secret-part-of-it", PASSWORD, "brand.example"} & {*repr(channel).split("'")}
        with pytest.raises(TypeError, match="holds secrets"):
            pickle.dumps(channel)


@pytest.mark.parametrize("letter", ["&", "<", "漢", "😀"])
def test_names_that_are_long_make_no_message_that_is_always_refused(message, letter):
    (line, *_) = message.lines
    long = evolve(line, what=letter * 300, identity=letter * 300, action=letter * 300)
    many = evolve(message, lines=(long,) * 40)
    sections = [block["text"]["text"] for block in as_slack(many)["blocks"]]
    assert max(map(len, sections)) <= 3000
    assert len(json.dumps(as_teams(many), ensure_ascii=False).encode()) < 28_000
    assert "more exceptions" in json.dumps(as_teams(many))


@pytest.mark.parametrize("currency", ["US\r\nBcc: kim@example.com", "\ud800", "kim@example.com", "x" * 9_000])
def test_whatever_a_currency_is_called_every_channel_can_be_told(currency):
    """What stops a message stops it each time, and all that is told with it."""
    value = Money(Decimal(1), currency)
    item = ExceptionItem(kind=ExceptionClass.PARKED, subject="order 1", what="pick 1", since=NOW, value=value)
    message = told_of(item)
    mail = as_mail(message, sender="wms@brand.example", to=["books@brand.example"])
    said = [mail.as_bytes(), *map(dump_json, (as_json(message), as_slack(message), as_teams(message)))]
    assert max(map(len, said)) < 9_000
    assert not any(b"kim@example.com" in each for each in said)
    assert mail.keys().count("Bcc") == 0


def test_a_trial_says_that_it_is_one():
    found = trial_message("ops", AlertTerms(), NOW)
    assert as_text(found).startswith("A test: this channel is told of exceptions. Nothing is wrong.\n")


def test_a_long_list_shows_the_largest_and_says_how_many_more(message):
    many = evolve(message, lines=message.lines * 15)
    assert "and 10 more exceptions: `clarus-bluecherry exceptions` lists all" in as_text(many)
    assert len(as_slack(many)["blocks"]) <= 50
