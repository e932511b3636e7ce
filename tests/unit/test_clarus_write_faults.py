"""A write that is wrong tells everything that is, rows and address too; its help never fails."""

import os
import subprocess
import sys

import pytest

from clarus_bluecherry.clarus import added, calls
from clarus_bluecherry.errors import InvalidRecord

HEADER = {"account_id": 1, "reference": "SO-1", "expected_date_of_dispatch": "2026-01-20T10:00:00Z"}


def refusal(**fields):
    with pytest.raises(InvalidRecord) as caught:
        calls.goods_outs.create(**{**HEADER, "lines": [{"product_id": 7, "order_quantity": 2}], **fields})
    assert caught.value.record == "goods out SO-1"
    return caught.value


def test_a_misspelt_field_of_a_line_is_named_with_the_nearest_one():
    error = refusal(lines=[{"product_id": 7, "order_quantity": 2, "alt_line_numer": "1"}])
    assert error.field == "lines.0.alt_line_numer"
    assert "did you mean 'alt_line_number'?" in error.what


def test_a_misspelt_field_is_told_before_the_one_that_is_missing_because_of_it():
    error = refusal(lines=[{"product_id": 7, "order_qty": 2}])
    assert error.field == "lines.0.order_qty"
    assert error.what.startswith("there is no such field: did you mean 'order_quantity'?")
    assert "field lines.0.order_quantity: Field required" in error.what


def test_a_misspelt_field_of_the_address_is_named_with_the_nearest_one():
    error = refusal(address={"name": "Jo Doe", "postcod": "LS1 4AP"})
    assert (error.field, "did you mean 'postcode'?" in error.what) == ("address.postcod", True)
    assert "Jo Doe" not in str(error)
    assert "LS1" not in str(error)


def test_two_wrong_names_are_both_told():
    error = refusal(refernce="SO-1", priorty=2)
    assert "did you mean 'reference'?" in error.what
    assert "did you mean 'priority'?" in error.what


def test_faults_of_both_levels_are_told_together():
    error = refusal(priorty=2, lines=[{"product_id": 7, "order_qty": 2}], address={"postcod": "LS1"})
    assert all(f"'{name}'?" in error.what for name in ("priority", "order_quantity", "postcode"))


def test_a_name_that_comes_near_nothing_says_which_record_to_look_at():
    error = refusal(lines=[{"product_id": 7, "order_quantity": 2, "zzz": 1}])
    assert error.what == "there is no such field: see GoodsOutLineAttributes"


def test_of_many_faults_the_first_are_told_and_the_rest_counted():
    error = refusal(lines=[{"product_id": 7, "order_quantity": 2, "order_qty": 2}] * 30)
    assert error.what.count("did you mean") == 10
    assert error.what.endswith("and 20 more")


def test_a_line_that_is_added_later_is_checked_likewise():
    with pytest.raises(InvalidRecord, match="did you mean 'order_quantity'") as caught:
        calls.goods_outs.update(7, lines=[added({"product_id": 7, "order_qty": 2})])
    assert caught.value.field == "order_qty"


HELP = """
import inspect, pydoc
from clarus_bluecherry.clarus import calls
from clarus_bluecherry.clarus._resources._doors import Writing

writes = [
    write
    for room in dir(calls)
    if not room.startswith("_")
    for name in dir(getattr(calls, room))
    if not name.startswith("_") and isinstance(write := getattr(getattr(calls, room), name), Writing)
]
for write in writes:
    first = LOOK(write)
    assert "=" in repr(write) or ":" in repr(write), write
    assert pydoc.render_doc(write)
    assert inspect.signature(write).parameters
print(len(writes))
"""


@pytest.mark.parametrize("look", ["repr", "pydoc.render_doc", "inspect.signature"])
def test_each_write_shows_its_fields_in_a_process_that_has_made_no_record(look):
    env = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    done = subprocess.run(
        [sys.executable, "-c", HELP.replace("LOOK", look)], env=env, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert int(done.stdout) >= 70
