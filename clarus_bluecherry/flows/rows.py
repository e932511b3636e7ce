"""Rows of Clarus's lists as flows read them: the good ones go on, the others are kept for a person.

Law of this module: a row that cannot be read is never taken for one that is not there.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Generic, TypeVar

from attrs import frozen

from clarus_bluecherry.clarus import Listing
from clarus_bluecherry.clarus._graphql import UnreadRow
from clarus_bluecherry.clarus.wire import Node
from clarus_bluecherry.errors import InvalidRecord
from clarus_bluecherry.flows.ingest import Kept, keep_unread
from clarus_bluecherry.flows.names import CLARUS
from clarus_bluecherry.flows.site import Site

N = TypeVar("N", bound=Node)


@frozen
class Rows(Generic[N]):
    """A list, read whole: its rows, and those that cannot be read."""

    nodes: tuple[N, ...]
    unread: tuple[UnreadRow, ...]

    def may_hold(self, record_id: str) -> bool:
        """Whether a row that cannot be read may be that of `record_id`."""
        return any(row.id in ("", record_id) for row in self.unread)

    def numbered(self) -> Rows[N]:
        """The same, without the rows whose id is not a number: nothing further can be asked of Clarus by it."""
        good = tuple(node for node in self.nodes if _id(node).isdecimal())
        bad = (unread_node(node, "its id is not a number", field="id") for node in self.nodes if node not in good)
        return Rows(good, (*self.unread, *bad))


def _id(node: Node) -> str:
    return str(getattr(node, "id", ""))


def unread_node(node: Node, what: str, *, field: str = "") -> UnreadRow:
    """A row that Clarus's client could read and we cannot use."""
    root = type(node).__name__.removesuffix("Node")
    problem = InvalidRecord(what, record=f"{root} {_id(node)}", field=field)
    raw = node.model_dump(mode="json")
    return UnreadRow(root=root, id=_id(node), cursor=None, place=0, problem=problem, raw=raw)


def read_whole(site: Site, listing: Listing[N]) -> Rows[N]:
    """Read `listing` to its end. Raises the wire's errors."""
    site.go_on()
    unread: list[UnreadRow] = []
    nodes = site.clarus.all(listing, unread=unread.append)
    return Rows(tuple(nodes), tuple(unread))


def iterate(site: Site, listing: Listing[N]) -> Iterator[N]:
    """The rows of `listing` as they come; those that cannot be read are kept. Raises the wire's errors."""
    for node in site.clarus.iterate(listing, unread=lambda row: keep_row(site, row)):
        site.go_on()
        yield node


def keep_row(site: Site, row: UnreadRow, *, kind: str = "") -> Kept:
    """Keep a row that cannot be read, as it came: under its id, or under its content where it has none.

    `kind` is the kind of fact that it would have been, by default the name of its list.
    """
    return keep_unread(
        site.ledger,
        source=CLARUS,
        kind=kind or row.root,
        source_id=row.id or row.digest,
        occurred_at=site.clock(),
        problem=row.problem.problem,
        raw=row.raw if isinstance(row.raw, dict) else {"row": row.raw},
    )
