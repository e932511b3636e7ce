"""`[units]`: how many pieces a case, a dozen or another unit is.

Law of this module: no unit is taken for several pieces unless the file says so, or says where it is to be found.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import Annotated

from pydantic import Field

from clarus_bluecherry.config._beside import BESIDE
from clarus_bluecherry.config._section import Section


class UnitsSection(Section):
    """`[units]`: how many pieces a unit is in which Blue Cherry counts. Words are compared without case."""

    factors: Mapping[str, Annotated[Decimal, Field(gt=0)]] = Field(default_factory=dict)
    """Unit → its pieces, of every SKU: a dozen is 12 (H)."""
    by_sku: Annotated[Path | None, BESIDE] = None
    """A sheet of `style`, `unit` and `pieces` (and the SKU's other parts): it goes before `factors`."""
    prepacks: Annotated[Path | None, BESIDE] = None
    """A sheet of what is in one prepack: `pack_style`, `style` and `pieces` (and the other parts of both SKUs)."""
    clarus: Mapping[str, Annotated[str, Field(min_length=1)]] = Field(default_factory=dict)
    """Unit → what Clarus's products say the pieces of: `case`, or the code of a storage unit type."""
