"""What Clarus answers to a create, a change or an action.

Law of this module: an answer is read in every shape that the vendor documents; what it names is typed, what it
echoes is kept as it came.
"""

from __future__ import annotations

from pydantic import Field

from clarus_bluecherry.clarus._reading.node import Id, Node, Open


class Saved(Node):
    """What a create, a change or an action answers: the record's id and whatever attributes came back."""

    id: Id = ""
    type: str = ""
    attributes: dict[str, Open] = Field(default_factory=dict, repr=False)


class StockCheckTask(Node):
    """A stock check and the task of whoever counts. A pending check of the same location is answered again."""

    stock_check_id: Id
    task_id: Id | None = None


class CountResult(Node):
    """Whether a count matched (`success`, `failure`), and which attempt it was: two are allowed."""

    attempt_result: str
    attempt_number: int | None = None

    @property
    def matched(self) -> bool:
        """Whether the count is what the system has."""
        return self.attempt_result.lower() == "success"


class StockCheckResult(Node):
    """How a stock check ended: `passed` or `failed`. Nothing published says that it changes a quantity."""

    status: str


class DocumentLink(Node):
    """Where a document can be read for a short while, without further credentials: do not keep or log it."""

    url: str = Field(repr=False)
