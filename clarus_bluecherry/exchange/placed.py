"""What stands in the journal of the files that we leave, each under the name that it was given.

Law of this module: it is asked and changed inside one transaction of the journal, so that nobody else leaves or
decides about a file meanwhile.
"""

from __future__ import annotations

import enum
import re
from fnmatch import fnmatchcase

from attrs import evolve, frozen

from clarus_bluecherry.exchange.database import Statements


class PlacedState(enum.StrEnum):
    """How far a file of ours has come."""

    INTENDED = "intended"
    """It has a name and a digest, and nobody has been told that it can be seen."""
    LEFT = "left"
    """It has been seen in `out`."""
    BRINGING = "bringing"
    """It is whole on the partner's server, and is being given its name there."""
    BROUGHT = "brought"
    """It has its name on the partner's server."""


@frozen
class Placed:
    """A file that we leave: its name and SHA-256, how far it has come, and where it waits to be shown.

    `waiting` is the temporary name of an intended file; without one it is proven that nobody can see it.
    """

    name: str
    digest: str
    state: PlacedState = PlacedState.INTENDED
    waiting: str | None = None

    @property
    def is_absent(self) -> bool:
        """Whether nobody can have seen it, or ever will without another attempt."""
        return self.state is PlacedState.INTENDED and self.waiting is None

    @property
    def is_unclear(self) -> bool:
        """Whether its last step may or may not have been done."""
        return self.state is PlacedState.BRINGING or (
            self.state is PlacedState.INTENDED and self.waiting is not None
        )

    def left(self) -> Placed:
        """The same, once it is in `out`."""
        return evolve(self, state=PlacedState.LEFT, waiting=None)

    def withdrawn(self) -> Placed:
        """The same, once it is proven that nobody can see it."""
        return evolve(self, state=PlacedState.INTENDED, waiting=None)

    def bringing(self) -> Placed:
        """The same, while it is being given its name on the partner's server."""
        return evolve(self, state=PlacedState.BRINGING)

    def brought(self) -> Placed:
        """The same, once it has its name there."""
        return evolve(self, state=PlacedState.BROUGHT)

    def decided(self, *, there: bool) -> Placed:
        """The same, once a person has found out whether the partner has it."""
        if self.state is PlacedState.BRINGING:
            return self.brought() if there else self.left()
        return self.left() if there else self.withdrawn()


class PlacedFiles:
    """The files that we left or mean to leave, as long as the transaction lasts; `at` is now, as text."""

    def __init__(self, database: Statements, at: str) -> None:
        self._database, self._at = database, at

    def of(self, name: str) -> Placed | None:
        """The file of that name."""
        query = "SELECT name, digest, state, waiting FROM placed WHERE name = ?"
        row = self._database.execute(query, (name,)).fetchone()
        return Placed(row[0], row[1], PlacedState(row[2]), row[3]) if row else None

    def like(self, pattern: str) -> str | None:
        """The name of a file that fits a glob pattern and was left, or may have been."""
        query = "SELECT name FROM placed WHERE name LIKE ? AND (state != ? OR waiting IS NOT NULL) ORDER BY name"
        rows = self._database.execute(query, (_like(pattern), PlacedState.INTENDED)).fetchall()
        return next((str(name) for (name,) in rows if fnmatchcase(name, pattern)), None)

    def keep(self, placed: Placed) -> None:
        """Note how far a file has come."""
        self._database.execute(
            "INSERT INTO placed (name, digest, at, state, waiting) VALUES (?, ?, ?, ?, ?) ON CONFLICT (name)"
            " DO UPDATE SET digest = excluded.digest, state = excluded.state, waiting = excluded.waiting",
            (placed.name, placed.digest, self._at, placed.state, placed.waiting),
        )

    def name_of(self, document: str) -> str | None:
        """The name that the file of a document was given; it stays for ever."""
        query = "SELECT name FROM sent WHERE control_number = ? UNION SELECT name FROM placed WHERE document = ?"
        row = self._database.execute(query, (document, document)).fetchone()
        return None if row is None else str(row[0])

    def has_owner(self, name: str) -> bool:
        """Whether a document was given the name."""
        query = "SELECT 1 FROM sent WHERE name = ? UNION SELECT 1 FROM placed WHERE name = ? AND document != ''"
        return self._database.execute(query, (name, name)).fetchone() is not None

    def name(self, document: str, name: str, *, tracked: bool) -> None:
        """Give a document the name of its file; a tracked one waits for the partner's word from now on."""
        if tracked:
            self._database.execute(
                "INSERT INTO sent (control_number, name, at, outcome) VALUES (?, ?, ?, 'sent')"
                " ON CONFLICT (control_number) DO UPDATE SET at = excluded.at WHERE sent.outcome = 'sent'",
                (document, name, self._at),
            )
        else:
            self._database.execute("UPDATE placed SET document = ? WHERE name = ?", (document, name))


def _like(pattern: str) -> str:
    """A pattern of LIKE that fits whatever a glob pattern does, and perhaps more."""
    return re.sub(r"\[[^]]+\]|[?%\\]", "_", pattern).replace("*", "%")
