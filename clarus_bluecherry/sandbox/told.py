"""What the sandbox's people answer: what they did, or why they could not.

Law of this module: plain records that travel as JSON and come back the same.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from decimal import Decimal
from typing import cast

from attrs import field, frozen

from clarus_bluecherry.errors import ClarusBluecherryError, InvalidRecord, Retry


class NotDone(ClarusBluecherryError):
    """The sandbox's people cannot do this now and moved nothing; `action` says what would have to come first."""

    retry = Retry.POINTLESS
    action = "Correct the command."


@frozen
class Done:
    """What was done: a sentence for people, and the same as plain data; `rows` reads a list among the facts."""

    said: str
    facts: Mapping[str, object] = field(factory=dict)

    def __str__(self) -> str:
        return self.said

    def rows(self, name: str) -> list[dict[str, object]]:
        """The list `name` of the facts, such as `booked` of the books. Raises `InvalidRecord` when it is none."""
        found = self.facts.get(name)
        if not isinstance(found, list):
            lists = ", ".join(key for key, value in self.facts.items() if isinstance(value, list)) or "none"
            what = f"it is no list; of these there are: {lists}"
            raise InvalidRecord(what, record="facts", field=name, action="Correct the name.")
        return cast(list[dict[str, object]], found)


def to_json(outcome: Done | ClarusBluecherryError) -> str:
    """What happened as one JSON document. Whole quantities are numbers, others text.

    >>> to_json(Done("held 2 units", {"units": Decimal(2)}))
    '{"said": "held 2 units", "units": 2}'
    """
    if isinstance(outcome, Done):
        return json.dumps({"said": outcome.said, **outcome.facts}, default=_plain)
    told = {"what": outcome.what, "record": outcome.record, "field": outcome.field, "action": outcome.action}
    return json.dumps({"refused": told})


def from_json(text: bytes) -> Done:
    """What `to_json` wrote. Raises `NotDone` when it was a refusal, `ValueError` when it is neither."""
    found = json.loads(text)
    if "refused" in found:
        raise NotDone(**found["refused"])
    return Done(str(found.pop("said")), found)


def _plain(value: object) -> int | str:
    whole = isinstance(value, Decimal) and value == value.to_integral_value()
    return int(cast(Decimal, value)) if whole else str(value)
