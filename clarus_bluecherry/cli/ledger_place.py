"""Where a command finds the ledger: a file, an address, or the variable that holds one.

Law of this module: a file that is no ledger is not made one.
"""

from __future__ import annotations

import os
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from clarus_bluecherry._lazy import need

if TYPE_CHECKING:
    from clarus_bluecherry.ledger.store import Ledger

LedgerPlace = Annotated[
    str, typer.Argument(help="The ledger's file, its URL, or the name of the variable that holds its URL.")
]


def opened(place: str | Path, *, knows_persons: bool = False) -> Ledger:
    """The ledger there; one that `knows_persons` is told what is personal.

    Raises `LedgerError` for a file that is none.
    """
    need("sqlalchemy", extra="ledger", purpose="the ledger")
    database = import_module("clarus_bluecherry.ledger.database")  # needs the ledger's packages
    where = os.environ.get(str(place), str(place))
    if "://" not in where:
        database.check_is_ledger(Path(where))
    terms = {"personal": import_module("clarus_bluecherry.flows.personal").PERSONAL} if knows_persons else {}
    ledger: Ledger = import_module("clarus_bluecherry.ledger.store").Ledger.open(where, **terms)
    return ledger


def opened_to_read(place: str | Path) -> Ledger:
    """The ledger there, for looking only. Raises `LedgerError` where there is none, or another version's."""
    need("sqlalchemy", extra="ledger", purpose="the ledger")
    store = import_module("clarus_bluecherry.ledger.store")  # needs the ledger's packages
    terms = import_module("clarus_bluecherry.flows.personal").PERSONAL
    ledger: Ledger = store.Ledger.open_to_read(os.environ.get(str(place), str(place)), personal=terms)
    return ledger
