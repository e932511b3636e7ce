"""Alerts: people are told of exceptions, by e-mail, in Slack, in Teams, or by a webhook of their own.

`_rules` says who is told what and when, `_due` what of it is due, `_text` what is said: all pure. `_channels`
carry a message, `_telling` keeps, takes, sends and notes it.
"""

from typing import TYPE_CHECKING

from clarus_bluecherry._lazy import homes, lazy

if TYPE_CHECKING:
    from clarus_bluecherry.flows.alerts._channels import (
        AlertChannel,
        HookChannel,
        MailChannel,
        is_signed,
        signature_of,
    )
    from clarus_bluecherry.flows.alerts._due import AlertGroup, AlertPlan, called_for, plan_alerts
    from clarus_bluecherry.flows.alerts._rules import AlertRule, AlertTerms
    from clarus_bluecherry.flows.alerts._telling import plan_of, tell_alerts
    from clarus_bluecherry.flows.alerts._text import AlertLine, AlertMessage, message_of, trial_message
    from clarus_bluecherry.flows.alerts._told import AlertsTold

__all__ = [
    "AlertChannel",
    "AlertGroup",
    "AlertLine",
    "AlertMessage",
    "AlertPlan",
    "AlertRule",
    "AlertTerms",
    "AlertsTold",
    "HookChannel",
    "MailChannel",
    "called_for",
    "is_signed",
    "message_of",
    "plan_alerts",
    "plan_of",
    "signature_of",
    "tell_alerts",
    "trial_message",
]

__getattr__ = lazy(
    __name__,
    homes("""
    _channels: AlertChannel HookChannel MailChannel is_signed signature_of
    _due: AlertGroup AlertPlan called_for plan_alerts
    _rules: AlertRule AlertTerms
    _telling: plan_of tell_alerts
    _text: AlertLine AlertMessage message_of trial_message
    _told: AlertsTold
    """),
)
