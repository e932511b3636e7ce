"""Which item a person means, by what the pages and the answers call it.

Law of this module: a name that could be two items is neither; both keys are told.
"""

from __future__ import annotations

from collections.abc import Iterable

from clarus_bluecherry.errors import InvalidRecord
from clarus_bluecherry.report import words


def item_called(name: str, known: Iterable[str]) -> str:
    """The one of `known` that is called so: by its key or code, or in a page's words (`01234 BLK M`).

    What none of them is called comes back as it is. Raises `InvalidRecord` where several are, with their keys.
    """
    named = set(known)
    meant = [name] if name in named else sorted(each for each in named if words.item(each) == name)
    if len(meant) > 1:
        action = f"Name it by its key: {' or '.join(map(repr, meant))}."
        raise InvalidRecord(f"{len(meant)} SKUs are called {name!r}", field="item", action=action)
    return meant[0] if meant else name
