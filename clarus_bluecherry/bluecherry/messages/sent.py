"""What the messages that we send are made of.

Law of this module: what is written is checked before a byte leaves, and nothing is added.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated

from pydantic import ConfigDict, Field

from clarus_bluecherry._wire import WireRecord

Required = Annotated[str, Field(min_length=1)]
Units = Annotated[Decimal, Field(gt=0)]
UnitsOrNone = Annotated[Decimal, Field(ge=0)]


class WrittenRow(WireRecord):
    """A record of ours: every field is checked, and none is added."""

    model_config = ConfigDict(hide_input_in_errors=True, extra="forbid", frozen=True)


class Message(WrittenRow):
    """Something we tell Blue Cherry. `reference` is how the other side can be asked about it later."""

    kind: str

    @property
    def reference(self) -> str:
        """The business reference: what a person would search for in Blue Cherry."""
        raise TypeError("a message has a kind of its own")


class SkuSent(WrittenRow):
    """An article as a message names it. `upc` may be empty; the parts are then the join.

    Most sites must not be told the `division` (H): whether it is sent is the transport's setting.
    """

    style: Required
    color_code: str = ""
    lbl_code: str = ""
    dimension: str = ""
    size_desc: str = ""
    upc: str = ""
    ean: Annotated[str, Field(max_length=14)] = ""
    division: str = ""
