"""Alerts: people are told of exceptions, by e-mail, in Slack, in Teams, or by a webhook of their own.

`_rules` says who is told what and when, `_due` what of it is due; both are pure.
"""

from typing import TYPE_CHECKING

from clarus_bluecherry._lazy import homes, lazy

if TYPE_CHECKING:
    from clarus_bluecherry.flows.alerts._due import AlertGroup, AlertPlan, called_for, plan_alerts
    from clarus_bluecherry.flows.alerts._rules import AlertRule, AlertTerms

__all__ = ["AlertGroup", "AlertPlan", "AlertRule", "AlertTerms", "called_for", "plan_alerts"]

__getattr__ = lazy(
    __name__,
    homes("""
    _due: AlertGroup AlertPlan called_for plan_alerts
    _rules: AlertRule AlertTerms
    """),
)
