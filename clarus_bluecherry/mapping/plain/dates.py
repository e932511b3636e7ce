"""Under which date something enters the books.

Law of this module: a date without a time is that date; an instant is its day in the zone of the books. A date in a
closed period is refused, unless the settings say to move it.
"""

from __future__ import annotations

import datetime as dt

from clarus_bluecherry.clarus._reading.node import bare_date, instant
from clarus_bluecherry.errors import InvalidRecord
from clarus_bluecherry.mapping.plain.agreed import StepSettings
from clarus_bluecherry.mapping.plain.checking import StepSettingsOrDict
from clarus_bluecherry.mapping.plain.checking import settings as checked
from clarus_bluecherry.mapping.plain.telling import step


@step
def accounting_date(moment: str | dt.date | dt.datetime, settings: StepSettingsOrDict) -> str:
    """The accounting date (`2026-10-31`) of an instant in ISO 8601, or of a date without a time.

    An instant without an offset is in `warehouse_zone`. Raises `InvalidRecord` for what is no date, and for a date
    in a closed period unless `when_closed` is `move`.

    >>> accounting_date("2026-11-01T02:30:00Z", {"zone": "America/New_York"})
    '2026-10-31'
    >>> accounting_date("2026-11-01", {"zone": "America/New_York"})
    '2026-11-01'
    """
    site = checked(settings)
    site.need("books_zone", "warehouse_zone")
    return booked(moment, site).isoformat()


def booked(moment: str | dt.date | dt.datetime, agreed: StepSettings) -> dt.date:
    """`accounting_date` as a date."""
    calendar, zone = agreed.calendar, agreed.zone_of("warehouse_zone")
    own = _own_date(moment)
    occurred_at = instant_of(moment, zone) if own is None else dt.datetime.combine(own, dt.time(), zone)
    return calendar.posting_date(occurred_at, own).date


def _own_date(moment: str | dt.date | dt.datetime) -> dt.date | None:
    """The date that `moment` is, where it has no time."""
    if isinstance(moment, str):
        return bare_date(moment.strip())
    return None if isinstance(moment, dt.datetime) or not isinstance(moment, dt.date) else moment


def instant_of(moment: object, zone: dt.tzinfo) -> dt.datetime:
    """`moment` as an instant; one without an offset is in `zone`."""
    if isinstance(moment, str):
        return instant(moment.strip(), zone=zone)
    if isinstance(moment, dt.datetime):
        return moment if moment.tzinfo else moment.replace(tzinfo=zone)
    raise InvalidRecord(f"{type(moment).__name__} is neither a date nor an instant", field="accounting_date")
