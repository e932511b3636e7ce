"""On which line of a TOML text each value stands.

Law of this module: the TOML parser alone says where a statement ends and what it holds; lines are only counted.
"""

from __future__ import annotations

import tomllib
from collections import Counter
from collections.abc import Iterator, Mapping

Place = tuple[str, ...]


def lines_of(text: str) -> dict[Place, int]:
    """Each value's place in `text`, which is TOML, with the number of the line on which its statement begins.

    >>> lines_of('[a]\\nb = 1\\nc = { d = [2,\\n3] }\\n[[e.f]]\\ng = 4\\n')
    {('a', 'b'): 2, ('a', 'c', 'd'): 3, ('e', 'f', '0', 'g'): 6}
    """
    found: dict[Place, int] = {}
    table: Place = ()
    entries: Counter[Place] = Counter()
    for number, statement, told in _statements(text):
        if statement.lstrip().startswith("["):
            table = _table(told, entries)
        elif told:
            found |= {(*table, *place): number for place in _values(told)}
    return found


def _statements(text: str) -> Iterator[tuple[int, str, Mapping[str, object]]]:
    """What stands alone as TOML: a line, or several where a value goes on."""
    statement, begin = "", 1
    for number, line in enumerate(text.replace("\r\n", "\n").split("\n"), start=1):
        statement += f"{line}\n"
        try:
            told = tomllib.loads(statement)
        except tomllib.TOMLDecodeError:
            continue
        yield begin, statement, told
        statement, begin = "", number + 1


def _table(told: object, entries: Counter[Place]) -> Place:
    """The place that a header opens. An entry of a list of tables is known by its number."""
    place: Place = ()
    while isinstance(told, dict) and told:
        ((name, told),) = told.items()
        place = (*place, name)
        if isinstance(told, list):
            entries[place] += 1
        if entries[place]:
            place = (*place, str(entries[place] - 1))
    return place


def _values(told: object) -> Iterator[Place]:
    if isinstance(told, dict) and told:
        parts = list(told.items())
    elif isinstance(told, list) and told and isinstance(told[0], dict):
        parts = [(str(number), value) for number, value in enumerate(told)]
    else:
        yield ()
        return
    for name, value in parts:
        yield from ((name, *place) for place in _values(value))
