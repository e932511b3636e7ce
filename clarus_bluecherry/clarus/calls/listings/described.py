"""What a list is, described once: its filters, how its rows are read and told apart.

Law of this module: the fields that a list asks for are those of its node model. The filters are the vendor's; a
tenant's schema may have more, so none is refused here.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable
from typing import Generic, TypeVar

from attrs import frozen

from clarus_bluecherry.clarus import reading
from clarus_bluecherry.clarus.graphql import Listing, Where, by_id

N = TypeVar("N", bound=reading.Node)


@frozen(kw_only=True)
class ListOf(Generic[N]):
    """A list that can be asked for: call it with a filter to get the `Listing` to read.

    `filters` names the fields that the vendor documents for `where`. `extra_fields` and `page_size` are those of
    `Listing`.

    >>> from clarus_bluecherry.clarus.calls import eq, goods_outs
    >>> goods_outs({"reference": eq("SO-1")}).where
    {'reference': {'eq': 'SO-1'}}
    """

    root: str
    filter_type: str
    model: type[N]
    filters: str
    key: Callable[[reading.Node], Hashable] = by_id

    def __call__(
        self, where: Where | None = None, *, extra_fields: Iterable[str] = (), page_size: int | None = None
    ) -> Listing[N]:
        """The list narrowed by `where`: field → operators, all of which must hold."""
        return Listing(
            root=self.root,
            filter_type=self.filter_type,
            model=self.model,
            key=self.key,
            where=where or {},
            extra_fields=extra_fields,
            page_size=page_size,
        )
