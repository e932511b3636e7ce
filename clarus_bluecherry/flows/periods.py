"""Periods of Blue Cherry's books, where a site's transport carries them: what changed is kept as dated events.

Law of this flow: what Blue Cherry shows is dated when it was seen, and only a change of it is kept: nothing that
was kept changes, so opening again leaves its trace. A name that stands for other days elsewhere is for a person to
see, and what was known of it stands.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from functools import partial

from attrs import evolve

from clarus_bluecherry.bluecherry import KEPT, Settlement
from clarus_bluecherry.bluecherry.kinds.period_status import PERIOD_STATUS
from clarus_bluecherry.bluecherry.messages import PeriodStatus
from clarus_bluecherry.errors import InvalidRecord
from clarus_bluecherry.finance import Period, PeriodEvent, PeriodHistory
from clarus_bluecherry.flows.ingest import Collected, Kept, fact, ingest, keep_refused, need_no_look
from clarus_bluecherry.flows.names import BLUECHERRY, PERIOD
from clarus_bluecherry.flows.reading import deliveries
from clarus_bluecherry.flows.site import Site
from clarus_bluecherry.flows.wall import Wall, evidence
from clarus_bluecherry.ledger import Fact
from clarus_bluecherry.ledger.store import Ledger
from clarus_bluecherry.model import PeriodChange, Plain

_REFUSED = Settlement("it cannot be used as it is: see the list of what could not be read")


def collect_periods(site: Site) -> Collected:
    """Read what Blue Cherry shows of its periods and keep what is another word than its last one.

    A period that it never spoke of is open. A site whose transport carries no periods has those that it says
    itself. Raises the wire's errors.
    """
    collected, wall, reading = Collected(), Wall(), deliveries(site, PERIOD_STATUS, may_lack=True)
    if reading is None:
        return collected
    shown = shown_periods(site.ledger)
    for delivery in reading:
        row = delivery.entry
        if isinstance(row, InvalidRecord):
            kept = keep_refused(site, row, source=BLUECHERRY)
        else:
            keeping = partial(_keep, site, row, shown)
            kept = wall.keep(keeping, site, source=BLUECHERRY, kind=PERIOD, source_id=_name(row), raw=row)
        if kept is Kept.NEW:
            shown = shown_periods(site.ledger)
        collected.add(kept)
        delivery.settle(_REFUSED if kept.is_unread else KEPT)
    return collected


def shown_periods(ledger: Ledger) -> PeriodHistory:
    """All that Blue Cherry showed of its periods, as it was seen to change.

    Where it gave a period other days, what it said of the earlier ones counts no more.
    """
    facts = ledger.facts(kind=PERIOD, source=BLUECHERRY)
    told = [(each.occurred_at, each.record) for each in facts if isinstance(each.record, PeriodChange)]
    events = [_event(at, change) for at, change in told]
    days = {each.period.name: each.period for each in events}
    return PeriodHistory(each for each in events if days[each.period.name] == each.period)


def with_shown_periods(site: Site) -> Site:
    """The site whose calendar heeds what Blue Cherry showed of its periods, beside what the site says itself.

    A name stands for the days that the site gives it.
    """
    shown = shown_periods(site.ledger).events
    if not shown:
        return site
    days = _days(site.periods)
    heeded = [each for each in shown if days.get(each.period.name, each.period) == each.period]
    return evolve(site, periods=PeriodHistory([*site.periods.events, *heeded]))


def _event(at: dt.datetime, change: PeriodChange) -> PeriodEvent:
    period = Period(change.period, change.first_day, change.last_day)
    note = f"since {change.since} there" if change.since else ""
    return PeriodEvent(period, change.state, at, section=change.section, by="Blue Cherry", note=note)


def _keep(site: Site, row: PeriodStatus, shown: PeriodHistory) -> Kept:
    """Keep what a row says, unless it is what was shown last."""
    period = Period(row.period, row.first_day, row.last_day)
    elsewhere = PeriodHistory(each for each in shown.events if each.section != row.section)
    known = {**_days(elsewhere), **_days(site.periods)}.get(row.period, period)
    if known != period:
        what = f"it is {_span(period)} here, and {_span(known)} elsewhere: one name stands for the same days"
        raise InvalidRecord(what, record=f"period {row.period}", field="last_day")
    is_known = shown.state(row.period, None, row.section) is row.state
    if is_known and _days(shown).get(row.period, period) == period:
        need_no_look(site, PERIOD, _name(row), "it is as it was shown before", actor=PERIOD)
        return Kept.KNOWN
    change = PeriodChange(**{name: getattr(row, name) for name in PeriodStatus.model_fields})
    return ingest(site, _fact(site, change, _name(row), evidence(row)))


def _fact(site: Site, change: PeriodChange, name: str, raw: Plain | None) -> Fact:
    """The next version of what was said of a period of a section."""
    versions = [each for each in site.ledger.facts(kind=PERIOD, source=BLUECHERRY) if each.source_id == name]
    return fact(
        change,
        source=BLUECHERRY,
        kind=PERIOD,
        source_id=name,
        version=str(len(versions) + 1),
        occurred_at=site.ledger.now(),
        raw=raw,
    )


def _days(history: PeriodHistory) -> Mapping[str, Period]:
    return {each.period.name: each.period for each in history.events}


def _span(period: Period) -> str:
    return f"{period.first_day} to {period.last_day}"


def _name(row: PeriodStatus) -> str:
    return f"{row.period}, {row.section}" if row.section else row.period
