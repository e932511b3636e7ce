"""Law: one month written by two people, in every name and sign otherwise, has one answer, to the line.

Every figure here was worked out on paper from what happened (`june_world`), before any close was asked.
"""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from clarus_bluecherry.finance.close import Close, EntrySide, close_books
from clarus_bluecherry.flows.close_files import read_folder
from tests.finance.twins import june_world

# place: physical, book, causes (class, status, document, units), unexplained, value
Place = tuple[int, int, tuple[tuple[str, str, str, int], ...], int, str | None]

_AFTERWARDS: dict[tuple[int, str], Place] = {
    (1, "EDI"): (92, 100, (("dispatched", "posted_in_another_period", "PT001", -8),), 0, "-42.00"),
    (2, "EDI"): (94, 100, (("dispatched", "shipped_not_invoiced", "PT002", -6),), 0, "-33.00"),
    (3, "EDI"): (96, 100, (("dispatched", "retrying", "PT003", -4),), 0, "-23.00"),
    (4, "EDI"): (97, 100, (("dispatched", "rejected", "PT004", -3),), 0, "-18.00"),
    (5, "EDI"): (115, 100, (("received", "parked", "7105", 15),), 0, "93.75"),
    (6, "EDI"): (98, 100, (("adjusted", "in_doubt", "ADJ106", -2),), 0, "-13.00"),
    (7, "EDI"): (95, 100, (("dispatched", "cancelled", "PT007", -5),), 0, "-33.75"),
    (8, "EDI"): (93, 100, (("dispatched", "not_told", "PT008", -7),), 0, None),
    (9, "EDI"): (96, 92, (("dispatched", "posted_twice", "PT009", 4),), 0, "29.00"),
    (10, "EDI"): (100, 97, (("adjusted", "booked_by_hand", "JV-0610", 3),), 0, "22.50"),
    (11, "EDI"): (94, 96, (("dispatched", "edited_order", "PT011", -2),), 0, "-15.50"),
    (12, "EDI"): (100, 95, (("undispatched", "undone_dispatch", "PT012", 5),), 0, "40.00"),
    (13, "EDI"): (103, 100, (("returned", "restocked_not_in_books", "RMA113", 3),), 0, "24.75"),
    (14, "RNO"): (60, 70, (("transferred", "in_transit", "TO114", -10),), 0, "-90.00"),
    (15, "EDI"): (98, 100, (("converted", "pack_opened", "CV115", -2),), 0, "-17.50"),
    (16, "EDI"): (112, 100, (("converted", "pack_opened", "CV115", 12),), 0, "108.00"),
    (17, "EDI"): (100, 95, (("held", "held", "QC117", 5),), 0, "46.25"),
    (18, "EDI"): (100, 109, (("received", "unmapped_sku", "7118", -9),), 0, "-85.50"),
    (99, "EDI"): (9, 0, (("received", "unmapped_sku", "7118", 9),), 0, None),
    (19, "EDI"): (160, 105, (("received", "unit_of_measure", "7119", 55),), 0, "536.25"),
    (20, "EDI"): (94, 95, (("dispatched", "shipped_not_invoiced", "PT020", -1),), 0, "-10.00"),
    (21, "EDI"): (108, 100, (("received", "booked_at_another_location", "7121", 8),), 0, "82.00"),
    (21, "RNO"): (60, 68, (("received", "booked_at_another_location", "7121", -8),), 0, "-86.00"),
    (22, "EDI"): (93, 100, (), -7, "-73.50"),
    (23, "EDI"): (
        93,
        99,
        (
            ("adjusted", "booked_by_hand", "JV-0623", 1),
            ("dispatched", "shipped_not_invoiced", "PT023A", -5),
            ("dispatched", "posted_in_another_period", "PT023B", -2),
        ),
        0,
        "-64.50",
    ),
}
_JUST_AFTER = _AFTERWARDS | {
    (1, "EDI"): (92, 100, (("dispatched", "shipped_not_invoiced", "PT001", -8),), 0, "-42.00"),
}
