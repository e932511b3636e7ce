"""Pick lists as they are written.

Law of this module: `…Changes` is what a PATCH may carry. A pick list is never created: picks are processed.
"""

from __future__ import annotations

from clarus_bluecherry._wire import Instant
from clarus_bluecherry.clarus._writing.base import Attributes, RecordNumber, TextSlots


class PickListChanges(TextSlots):
    """What can be changed on a pick list. Pick lists are made by processing picks, never by a create."""

    reference: str | None = None


class ConsolidatedPickList(Attributes):
    """What the one pick list of a consolidation is called, and where it ends: a location of type GOBAY."""

    never_null = frozenset({"goods_out_pick_list_reference", "expected_date_of_dispatch", "goods_out_bay_id"})

    goods_out_pick_list_reference: str | None = None
    expected_date_of_dispatch: Instant | None = None
    goods_out_bay_id: RecordNumber | None = None
