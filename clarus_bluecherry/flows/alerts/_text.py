"""What a message says of exceptions: the verdict, then one after the other, the largest first.

Law of this module: a message is a value, and the writers only write it, each inert where it is read: what an
exception is called is data, and no markup, mention, link or header. Addresses and secrets that stand in such
a name are hidden. No person is named.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from email.message import EmailMessage
from email.utils import format_datetime
from html import escape

from attrs import evolve, frozen

from clarus_bluecherry.finance.exceptions import ExceptionItem
from clarus_bluecherry.flows.alerts._due import ESCALATED, OPENED, AlertGroup
from clarus_bluecherry.flows.alerts._rules import AlertTerms
from clarus_bluecherry.http import dump_json
from clarus_bluecherry.http._redact import redact_text
from clarus_bluecherry.ledger import KeptAlert
from clarus_bluecherry.model import Money
from clarus_bluecherry.report.words import counted, instant, money, units
from clarus_bluecherry.x12._findings import printable

SCHEMA = "1.0"
"""Of the document that a webhook is sent. A member may be added to it; what is there keeps its meaning."""
_SHOWN = 20
"""Exceptions that a message shows; a webhook's has all."""
_LONGEST = 300
_LONGEST_IN_SLACK = 3000
_LARGEST_IN_TEAMS = 24_000
"""Bytes: Teams takes 28 KB. What is too large is refused each time, and would never be told."""


@frozen(kw_only=True)
class AlertLine:
    """One exception in a message. `keys` and `steps` are of what is told of it: opened, reopened, escalated."""

    keys: tuple[str, ...]
    steps: tuple[str, ...]
    roles: tuple[str, ...]
    identity: str
    kind: str
    what: str
    owner: str
    action: str
    units: Decimal | None
    value: Money | None
    since: dt.datetime
    age: dt.timedelta

    @property
    def title(self) -> str:
        """What it is, and what happened."""
        told = [_STEP_WORDS.get(step, "") for step in self.steps if step != ESCALATED]
        told += [f"goes to {role}" for role in self.roles]
        return f"{self.what} ({', '.join(told)})"

    @property
    def facts(self) -> str:
        """How much of it there is, since when, and whose it is."""
        amount = "units not known" if self.units is None else f"{units(self.units)} units"
        value = "value not known" if self.value is None else _money(self.value)
        worth = [amount] if self.units == 0 and self.value is None else [amount, value]
        return "; ".join((*worth, f"since {instant(self.since)}, {_age(self.age)}", f"for {self.owner}"))


_STEP_WORDS = {OPENED: "new", "reopened": "again", "test": "a test"}


@frozen(kw_only=True)
class AlertMessage:
    """A message to a channel, at an instant in the zone of the books. `id` names it, for who hears it twice."""

    id: str
    channel: str
    at: dt.datetime
    verdict: str
    lines: tuple[AlertLine, ...]
    url: str = ""
    most: int = _SHOWN

    @property
    def shown(self) -> tuple[AlertLine, ...]:
        """Those that people read: `most` of them."""
        return self.lines[: self.most]

    @property
    def rest(self) -> str:
        """What is said of the others."""
        more = len(self.lines) - self.most
        return (
            f"and {counted(more, 'more exception')}: `clarus-bluecherry exceptions` lists all" if more > 0 else ""
        )


def message_of(group: AlertGroup, terms: AlertTerms, now: dt.datetime) -> AlertMessage:
    """What is said of a group at `now` (aware)."""
    told: defaultdict[str, list[KeptAlert]] = defaultdict(list)
    for alert in group.alerts:
        told[alert.identity].append(alert)
    lines = tuple(_line(item, told[item.identity], terms, now) for item in group.items)
    return AlertMessage(
        id=group.id,
        channel=group.channel,
        at=now.astimezone(terms.zone),
        verdict=_verdict(lines),
        lines=lines,
        url=terms.url,
    )


def trial_message(channel: str, terms: AlertTerms, now: dt.datetime) -> AlertMessage:
    """What tries out a channel: it says that it is a test."""
    at = now.astimezone(terms.zone)
    verdict = "A test: this channel is told of exceptions. Nothing is wrong."
    return AlertMessage(
        id=f"test-{at:%Y%m%d%H%M%S}", channel=channel, at=at, verdict=verdict, lines=(), url=terms.url
    )


def _line(item: ExceptionItem, alerts: Iterable[KeptAlert], terms: AlertTerms, now: dt.datetime) -> AlertLine:
    alerts = sorted(alerts, key=lambda each: each.key)
    return AlertLine(
        keys=tuple(map(_key, (each.key for each in alerts))),
        steps=tuple(dict.fromkeys(each.step for each in alerts)),
        roles=tuple(dict.fromkeys(_clean(each.role) for each in alerts if each.role)),
        identity=_clean(item.identity),
        kind=item.kind.value,
        what=_clean(item.what),
        owner=item.owner.value,
        action=_clean(item.action),
        units=item.units,
        value=None if item.value is None else evolve(item.value, currency=_clean(item.value.currency)),
        since=item.since.astimezone(terms.zone),
        age=item.age(now),
    )


def _clean(text: str) -> str:
    """Without what would steer, without addresses and secrets, and no longer than people read."""
    said = redact_text(printable(text))
    return said if len(said) <= _LONGEST else f"{said[:_LONGEST]}…"


def _key(key: str) -> str:
    """By which somebody knows what he was told before: where it may not be shown, a short name of it."""
    return key if redact_text(key) == key else hashlib.sha256(key.encode("utf-8", "replace")).hexdigest()


def _verdict(lines: Iterable[AlertLine]) -> str:
    lines = list(lines)
    steps = Counter(step for line in lines for step in line.steps)
    told = [f"{steps[step]} {word}" for step, word in _STEP_WORDS.items() if steps[step]]
    told += [f"{steps[ESCALATED]} escalated"] if steps[ESCALATED] else []
    owners = " and ".join(sorted({line.owner for line in lines}))
    return f"{counted(len(lines), 'exception')} for {owners}: {', '.join(told)}{_worth(lines)}"


def _worth(lines: Iterable[AlertLine]) -> str:
    """What they are worth together, whichever way each goes, by currency."""
    sums: defaultdict[str, Decimal] = defaultdict(Decimal)
    unknown = 0
    for line in lines:
        if line.value is not None:
            sums[line.value.currency] += abs(line.value.amount)
        else:
            unknown += line.units != 0
    told = [_money(Money(amount, currency)) for currency, amount in sorted(sums.items())]
    told += [f"{unknown:,} of unknown value"] if unknown else []
    return f"; {', '.join(told)}" if told else ""


def _money(value: Money) -> str:
    return f"{money(value.amount, value.currency)} {value.currency}"


def _age(age: dt.timedelta) -> str:
    hours = int(age.total_seconds() // 3600)
    if not hours:
        return "just now"
    return f"{counted(age.days, 'day') if age.days else counted(hours, 'hour')} old"


# Writers -----------------------------------------------------------------------------------------------------


def as_json(message: AlertMessage) -> dict[str, object]:
    """The document of a webhook: see docs/alerts.md."""
    return {
        "schema": SCHEMA,
        "id": message.id,
        "channel": message.channel,
        "at": message.at.isoformat(timespec="seconds"),
        "verdict": message.verdict,
        "url": message.url or None,
        "exceptions": [_as_json(line) for line in message.lines],
    }


def _as_json(line: AlertLine) -> dict[str, object]:
    value = line.value
    return {
        "keys": list(line.keys),
        "steps": list(line.steps),
        "escalated_to": list(line.roles),
        "identity": line.identity,
        "class": line.kind,
        "what": line.what,
        "owner": line.owner,
        "action": line.action,
        "units": None if line.units is None else f"{line.units:f}",
        "value": None if value is None else {"amount": f"{value.amount:f}", "currency": value.currency},
        "since": line.since.isoformat(timespec="seconds"),
        "age_hours": int(line.age.total_seconds() // 3600),
    }


def as_text(message: AlertMessage) -> str:
    """Plain text, for people."""
    return "\n".join(_plain_lines(message)) + "\n"


def _plain_lines(message: AlertMessage) -> Iterator[str]:
    yield message.verdict
    yield f"As of {instant(message.at)}"
    for number, line in enumerate(message.shown, 1):
        yield ""
        yield f"{number}. {line.title}"
        yield f"   {line.facts}"
        yield f"   Do: {line.action}"
        yield f"   {line.identity}"
    if message.rest:
        yield from ("", message.rest)
    if message.url:
        yield from ("", message.url)


def as_mail(message: AlertMessage, *, sender: str, to: Iterable[str]) -> EmailMessage:
    """An e-mail, in plain text and in HTML. What is told twice has the same Message-ID."""
    mail = EmailMessage()
    mail["Subject"] = message.verdict
    mail["From"] = sender
    mail["To"] = ", ".join(to)
    mail["Date"] = format_datetime(message.at.astimezone(dt.UTC))
    mail["Message-ID"] = f"<{message.id}.{message.channel}@clarus-bluecherry.invalid>"
    mail["Auto-Submitted"] = "auto-generated"
    mail.set_content(as_text(message))
    mail.add_alternative(_html(message), subtype="html")
    return mail


def _html(message: AlertMessage) -> str:
    rows = "".join(
        f"<li><p><b>{escape(line.title)}</b><br>{escape(line.facts)}<br>Do: {escape(line.action)}<br>"
        f"<code>{escape(line.identity)}</code></p></li>"
        for line in message.shown
    )
    link = f'<p><a href="{escape(message.url)}">{escape(message.url)}</a></p>' if message.url else ""
    rest = f"<p>{escape(message.rest)}</p>" if message.rest else ""
    return (
        f'<!doctype html><html lang="en"><meta charset="utf-8"><body><p><b>{escape(message.verdict)}</b></p>'
        f"<p>As of {escape(instant(message.at))}</p><ol>{rows}</ol>{rest}{link}</body></html>"
    )


def as_slack(message: AlertMessage) -> dict[str, object]:
    """Blocks of Slack's Block Kit. All data is plain text, in which nothing is a mention or a link."""
    blocks: list[Mapping[str, object]] = [_slack_text(f"{message.verdict}\nAs of {instant(message.at)}")]
    blocks += [
        _slack_text(f"{line.title}\n{line.facts}\nDo: {line.action}\n{line.identity}") for line in message.shown
    ]
    blocks += [_slack_text(each) for each in (message.rest,) if each]
    if message.url:
        link = f"<{_slack_escape(message.url).replace('|', '%7C')}|Open the live view>"
        blocks.append({"type": "section", "text": {"type": "mrkdwn", "text": link, "verbatim": True}})
    return {
        "text": _slack_escape(message.verdict),
        "blocks": blocks,
        "unfurl_links": False,
        "unfurl_media": False,
        "link_names": False,
    }


def _slack_text(text: str) -> dict[str, object]:
    said = _slack_escape(text)
    if len(said) > _LONGEST_IN_SLACK:  # as many as fit, were each escaped
        said = f"{_slack_escape(text[: _LONGEST_IN_SLACK // 5 - 1])}…"
    return {"type": "section", "text": {"type": "plain_text", "text": said, "emoji": False}}


def _slack_escape(text: str) -> str:
    """The three characters that Slack reads as markup, wherever they stand."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def as_teams(message: AlertMessage) -> dict[str, object]:
    """An Adaptive Card for a workflow of Teams. All data is in text runs, in which no Markdown is read.

    It shows fewer exceptions where they would be too large together.
    """
    card = _card(message)
    while len(dump_json(card)) > _LARGEST_IN_TEAMS and message.most > 1:
        message = evolve(message, most=message.most // 2)
        card = _card(message)
    return card


def _card(message: AlertMessage) -> dict[str, object]:
    body = [_teams_text(message.verdict, bold=True), _teams_text(f"As of {instant(message.at)}")]
    for line in message.shown:
        body += [_teams_text(line.title, bold=True, apart=True), _teams_text(line.facts)]
        body += [_teams_text(f"Do: {line.action}"), _teams_text(line.identity)]
    body += [_teams_text(each) for each in (message.rest,) if each]
    card: dict[str, object] = {
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
        "type": "AdaptiveCard",
        "version": "1.4",
        "body": body,
    }
    if message.url:
        card["actions"] = [{"type": "Action.OpenUrl", "title": "Open the live view", "url": message.url}]
    kind = "application/vnd.microsoft.card.adaptive"
    return {"type": "message", "attachments": [{"contentType": kind, "contentUrl": None, "content": card}]}


def _teams_text(text: str, *, bold: bool = False, apart: bool = False) -> dict[str, object]:
    """`{{` would begin a function of the card (`{{DATE(`)."""
    run = {"type": "TextRun", "text": text.replace("{{", "{ {"), "weight": "Bolder" if bold else "Default"}
    return {"type": "RichTextBlock", "inlines": [run], "spacing": "Large" if apart else "None"}
