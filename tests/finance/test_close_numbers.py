"""The number of a transfer may stand in a description alone: `numbers` says how it looks."""

from __future__ import annotations

import pytest

from clarus_bluecherry.errors import ConfigurationError
from clarus_bluecherry.flows.close_files import read_folder
from tests.finance.close_world import SETTINGS, STOCK, causes, closed, written

OPENING = "SKU,Location,Quantity,Physical,As Of\nA,NJ,100,100,2026-09-30\nA,LA,0,0,2026-09-30\n"
MOVED = (
    "id,subtype,quantity,created_at,product_code,warehouse,location_from,location_to,description\n"
    "1,TRAN,10,2026-10-30T12:00:00Z,A,NJ,A-1,,Transfer TO-7 to LA by J. Doe\n"
    "2,TRAN,10,2026-10-31T12:00:00Z,A,LA,,B-1,Transfer TO-7 arrived\n"
    "3,POSADJ,1,2026-10-31T12:00:00Z,A,LA,,B-1,found with TO-7\n"
)


def told(folder, numbers):
    settings = f"{SETTINGS}numbers = '{numbers}'\n"
    return written(folder, settings=settings, stock=STOCK, opening_positions=OPENING, transactions=MOVED)


@pytest.mark.parametrize("numbers", ["TO-[0-9]+", "Transfer ([^ ]+)"], ids=["whole", "group"])
def test_both_halves_of_a_transfer_are_one_document(tmp_path, numbers):
    folder = told(tmp_path / "exports", numbers)
    documents = {(each.entry_id, each.document) for each in read_folder(folder).given.entries}
    assert documents == {("1", "TO-7"), ("2", "TO-7"), ("3", "3")}
    assert {cause[3] for cause in causes(closed(folder)) if cause[4] == "TO-7"} == {"not_told"}


def test_without_it_each_half_goes_by_its_own_number(tmp_path):
    folder = told(tmp_path / "exports", "")
    assert {each.document for each in read_folder(folder).given.entries} == {"1", "2", "3"}


def test_a_pattern_that_is_none_is_refused(tmp_path):
    with pytest.raises(ConfigurationError, match="it is no pattern") as refused:
        read_folder(told(tmp_path / "exports", "(TO-"))
    assert refused.value.field == "numbers"
