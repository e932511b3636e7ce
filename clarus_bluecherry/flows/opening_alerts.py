"""The alerts of a site: its rules and channels, from the site file and the secrets.

Law of this module: a channel whose secret is missing is there all the same; whoever sends over it hears so, and
nobody else is stopped.
"""

from __future__ import annotations

from pydantic import SecretStr

from clarus_bluecherry.config import AlertChannelSection, AlertRuleSection, Secrets, SiteFile
from clarus_bluecherry.config._alerts import WEEKDAYS
from clarus_bluecherry.config._section import in_setting
from clarus_bluecherry.errors import ConfigurationError
from clarus_bluecherry.flows.alerts import AlertChannel, AlertRule, AlertTerms, HookChannel, MailChannel

_SECRETS = "ALERTS_SECRETS"


def alert_terms(file: SiteFile) -> AlertTerms:
    """Who is told of exceptions, and when. Raises `ConfigurationError` for a role that nothing escalates to."""
    section = file.alerts
    roles = {step.to for step in file.exceptions.escalation}
    for rule in section.rules:
        for role in rule.escalate_to.keys() - roles:
            what = f"rule {rule.name}: no step of [[exceptions.escalation]] goes to {role!r}"
            raise ConfigurationError(what, record="site file", field="alerts.rules.escalate_to")
    with in_setting("alerts.rules"):
        return AlertTerms(
            rules=tuple(_rule(rule) for rule in section.rules),
            most_per_hour={name: channel.most_per_hour for name, channel in section.channels.items()},
            look_every=section.look_every,
            url=section.dashboard_url,
            zone=file.ledger.zone,
        )


def _rule(section: AlertRuleSection) -> AlertRule:
    weekdays = frozenset(WEEKDAYS.index(day) for day in section.weekdays)
    return AlertRule(**{**dict(section), "weekdays": weekdays})


def alert_channels(file: SiteFile, secrets: Secrets) -> dict[str, AlertChannel]:
    """The channels by name, with their secrets. Raises `ConfigurationError` where those cannot be read."""
    if not file.alerts.channels:
        return {}
    told = _told(secrets.alerts_secrets)
    return {name: _channel(name, section, told) for name, section in file.alerts.channels.items()}


def _channel(name: str, section: AlertChannelSection, told: dict[str, SecretStr]) -> AlertChannel:
    if section.kind == "email":
        return MailChannel(
            name=name,
            host=section.host,
            port=section.port,
            sender=section.sender,
            to=section.to,
            security=section.security,
            username=section.username,
            secret=told.get(name),
            verify=section.verify,
            timeout=section.timeout,
        )
    return HookChannel(
        name=name,
        kind=section.kind,
        url=told.get(name),
        key=told.get(f"{name}.key"),
        verify=section.verify,
        timeout=section.timeout,
    )


def _told(secret: SecretStr | None) -> dict[str, SecretStr]:
    """The secrets of the channels: `name: secret` on each line."""
    lines = [] if secret is None else secret.get_secret_value().splitlines()
    pairs = [line.partition(":") for line in lines if line.strip()]
    if not all(name.strip() and colon and text.strip() for name, colon, text in pairs):
        raise ConfigurationError("a line is not `channel: secret`", record="environment", field=_SECRETS)
    return {name.strip(): SecretStr(text.strip()) for name, _, text in pairs}
