import pytest
from ledger_databases import NOON, a_fact

from clarus_bluecherry.errors import InvalidRecord
from clarus_bluecherry.ledger import Fact, Posting, fact_key, posting_key


def test_a_fact_is_known_by_what_its_source_says_of_it():
    assert fact_key("clarus", "dispatch", "4711", "1") == "clarus:dispatch:4711:1"
    assert a_fact("4711", kind="dispatch", version="1").key == "clarus:dispatch:4711:1"


def test_an_id_that_holds_the_separator_is_not_mistaken_for_two_parts():
    assert fact_key("clarus", "dispatch", "4711:1") != fact_key("clarus", "dispatch", "4711", "1")


def test_a_posting_is_known_by_its_fact_and_where_it_goes():
    key = posting_key("clarus:dispatch:4711:1", "bluecherry", "order_shipment")
    assert key == "bluecherry:order_shipment:clarus:dispatch:4711:1"


@pytest.mark.parametrize("parts", [("", "dispatch", "1"), ("clarus", "", "1"), ("clarus", "dispatch", "")])
def test_a_key_needs_all_its_parts(parts):
    with pytest.raises(InvalidRecord):
        fact_key(*parts)


def test_a_record_under_somebody_elses_key_is_refused():
    fact = a_fact()
    with pytest.raises(InvalidRecord, match="not the one its source determines"):
        Fact(
            key="clarus:adjustment:78",
            source="clarus",
            kind="adjustment",
            source_id="77",
            occurred_at=NOON,
            record=fact.record,
        )
    with pytest.raises(InvalidRecord, match="not the one its fact determines"):
        Posting(key="x", fact_key=fact.key, target="bluecherry", kind="inventory_adjustment", occurred_at=NOON)


def test_what_may_be_personal_is_not_in_a_repr():
    fact = a_fact(raw={"note": "leave with Jo Doe"})
    posting = Posting(
        fact_key=fact.key, target="bluecherry", kind="x", occurred_at=NOON, payload={"name": "Jo Doe"}
    )
    assert "Jo Doe" not in repr(fact) + repr(posting)
