"""Records inside a row are read with the same tolerance as the row, however deep they stand."""

import pytest
from pydantic import TypeAdapter, ValidationError

from clarus_bluecherry.clarus import wire


def nested(depth):
    value = "deep"
    for _ in range(depth):
        value = [value]
    return value


def test_each_of_several_parts_keeps_what_it_can_take():
    fields = [{"id": "1", "field_name": {"a": 1}, "field_type": "text"}, {"id": None, "field_name": "season"}]
    node = wire.MappingGroupNode.model_validate({"id": 7, "name": [], "mapping_group_fields": fields})
    first, second = node.mapping_group_fields
    assert (first.id, first.field_name, first.field_type) == ("1", None, "text")
    assert first.model_extra == {"field_name": {"a": 1}}
    assert (second.id, second.field_name, second.model_extra) == ("", "season", {})
    assert (node.name, node.model_extra) == (None, {"name": []})


def test_parts_of_which_one_is_none_are_absent_and_can_still_be_seen():
    came = [{"id": "1"}, 7]
    node = wire.MappingGroupNode.model_validate({"id": 7, "mapping_group_fields": came})
    assert node.mapping_group_fields == ()
    assert node.model_extra == {"mapping_group_fields": came}


def test_a_row_is_read_with_tolerance_through_every_door():
    row = {"id": 1, "quantity": 2, "product": {"id": 3, "code": {}}, "status": []}
    for node in (
        wire.StockNode.model_validate(row),
        wire.StockNode(**row),
        TypeAdapter(list[wire.StockNode]).validate_python([row])[0],
    ):
        assert (node.product.id, node.product.code, node.status) == ("3", None, None)


@pytest.mark.parametrize(
    "odd",
    [
        {"colour": nested(80)},
        {"status": nested(80)},
        {"product": nested(80)},
        {"product": {"id": "3", "colour": nested(80)}},
        {"product": {"id": "3", "code": nested(80)}},
    ],
    ids=["unknown", "text", "part", "unknown in a part", "text in a part"],
)
def test_a_row_that_holds_something_too_deep_to_be_walked_through_is_refused(odd):
    with pytest.raises(ValidationError, match="nested more than 50 deep"):
        wire.StockNode.model_validate({"id": 1, "quantity": 2, **odd})
    assert wire.StockNode.model_validate({"id": 1, "quantity": 2, "colour": nested(40)}).model_extra


def test_so_it_is_where_a_field_takes_anything():
    with pytest.raises(ValidationError, match="nested more than 50 deep"):
        wire.Saved.model_validate({"id": 1, "attributes": {"a": nested(80)}})
