"""The lists that the SKU commands read, and the options that name them.

Law of this module: which columns were taken for what is told on stderr, for every file.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Annotated, TypeVar

import typer

from clarus_bluecherry.cli.door import note
from clarus_bluecherry.cli.progress import step
from clarus_bluecherry.errors import ConfigurationError
from clarus_bluecherry.flows.beside import beside
from clarus_bluecherry.flows.sku_audit import Read, read_master, read_products
from clarus_bluecherry.sku import MasterRow, ProductRow

Row = TypeVar("Row", MasterRow, ProductRow)

_LARGE = 4 << 20
"""Files of so many bytes take longer to read than a new process takes to start."""
_OF_CLARUS = {
    "code": "code",
    "barcode": "barcode",
    "id": "id",
    "in_warehouse": "on_hand",
    "product_description": "description",
    "account": "account",
    "warehouse": "warehouse",
    "product_unit": "unit",
    "product_component": "component",
}
"""The names of `--map` that are columns of Clarus's list; all others are of Blue Cherry's."""

BlueCherryFiles = Annotated[
    list[Path] | None,
    typer.Option(
        "--blue-cherry", help="Blue Cherry's list (repeatable): CSV or Excel.", exists=True, dir_okay=False
    ),
]
ColumnMap = Annotated[
    list[str] | None,
    typer.Option(
        "--map",
        metavar="NAME=COLUMN",
        help="Which column holds what, where it is not recognised (repeatable). Blue Cherry: style, color, label, "
        "dimension, size, division, upc, ean, on_hand, cost, location, description, unit, component. Clarus: "
        "code, barcode, id, in_warehouse, product_description, account, warehouse, product_unit, "
        "product_component. NAME= leaves it out.",
    ),
]


def mapped(pairs: Iterable[str]) -> tuple[Mapping[str, str], Mapping[str, str]]:
    """The columns named for Blue Cherry's lists and for Clarus's."""
    ours: dict[str, str] = {}
    theirs: dict[str, str] = {}
    for pair in pairs:
        name, is_pair, column = pair.partition("=")
        if not is_pair:
            raise ConfigurationError(f"{pair!r} is not NAME=COLUMN", field="--map")
        if name in _OF_CLARUS:
            theirs[_OF_CLARUS[name]] = column
        else:
            ours[name] = column
    return ours, theirs


def from_files(paths: Sequence[Path], read: Callable[[Path], Read[Row]]) -> Read[Row]:
    """All rows of the files of one list."""
    found = [_read(path, read) for path in paths]
    for other in found[1:]:
        found[0].extend(other)
    return found[0]


def both_from_files(
    ours: Sequence[Path], theirs: Sequence[Path], columns: Iterable[str], *, account: str = ""
) -> tuple[Read[MasterRow] | None, Read[ProductRow] | None]:
    """The lists that are given as files; two large ones at the same time. Clarus's are those of `account`."""
    of_ours, of_theirs = mapped(columns)
    master = partial(from_files, ours, partial(read_master, columns=of_ours))
    products = partial(from_files, theirs, partial(read_products, columns=of_theirs, account=account))
    if ours and theirs and min(_size(ours), _size(theirs)) > _LARGE:
        return beside(master, products)
    return master() if ours else None, products() if theirs else None


def _size(paths: Iterable[Path]) -> int:
    return sum(path.stat().st_size for path in paths)


def _read(path: Path, read: Callable[[Path], Read[Row]]) -> Read[Row]:
    step(f"reading {path.name}")
    found = read(path)
    columns = ", ".join(f"{name} = {header!r}" for name, header in found.headers.items())
    note(f"{path.name}, columns: {columns}")
    for remark in found.notes:
        note(f"{path.name}: {remark}")
    return found
