"""Kinds of orders and reasons as they are written.

Law of this module: `…Changes` is what a PATCH may carry, `…Attributes` adds what a create must have.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from clarus_bluecherry.clarus._writing.base import Attributes, Code30, Code50, Name50, Referenced

ReasonType = Literal[
    "negative_adjustment",
    "positive_adjustment",
    "hold",
    "release",
    "short_order_lines",
    "transfer",
    "stock_check",
]


class OrderTypeChanges(Attributes):
    """What can be changed on a kind of order."""

    never_null = frozenset({"code", "name", "duty_payable"})

    code: Code30 | None = None
    name: Name50 | None = None
    duty_payable: bool | None = None


class OrderTypeAttributes(OrderTypeChanges):
    """A kind of order to create."""

    code: Code30 = Field()
    name: Name50 = Field()
    duty_payable: bool = Field()


class ReasonCodeChanges(Referenced):
    """What can be changed on a reason code."""

    never_null = frozenset({"code", "name", "description", "reason_type"})

    code: Annotated[str, Field(min_length=1, max_length=30)] | None = None
    name: Code50 | None = None
    description: Annotated[str, Field(min_length=1, max_length=150)] | None = None
    reason_type: ReasonType | None = None
    active: bool | None = None
    generic: bool | None = None


class ReasonCodeAttributes(ReasonCodeChanges):
    """A reason code to create, valid for the operations of its `reason_type`."""

    code: Annotated[str, Field(min_length=1, max_length=30)] = Field()
    name: Code50 = Field()
    description: Annotated[str, Field(min_length=1, max_length=150)] = Field()
    reason_type: ReasonType = Field()
