"""Rows that cannot be read, have no id and are alike: each is a row of its own, and each is told once."""

import base64
import json
import random

import httpx
import pytest
from clarus_world import Face

from clarus_bluecherry.clarus import calls

NAMELESS = {"quantity": "many"}


class Rows:
    """A server whose pages begin by position, from a list that changes by `between` after each read."""

    def __init__(self, nodes, between=lambda nodes: None):
        self.nodes, self.between = nodes, between

    def __call__(self, request):
        asked = json.loads(request.content)["variables"]
        start = int(base64.b64decode(asked["after"])) if asked.get("after") else 0
        shown = self.nodes[start : start + asked["first"]]
        edges = [edge(start + place, node) for place, node in enumerate(shown, 1)]
        info = {"hasNextPage": start + len(shown) < len(self.nodes), "endCursor": cursor(start + len(shown))}
        self.between(self.nodes)
        return httpx.Response(200, json={"data": {"stocks": {"all": {"pageInfo": info, "edges": edges}}}})


def cursor(place):
    return base64.b64encode(str(place).encode()).decode()


def edge(place, node):
    return None if node is None else {"cursor": cursor(place), "node": node}


def stock(number):
    return {"id": str(number), "quantity": number, "product": {"id": "1", "code": "SKU-1"}}


def told_and_read(server, *, page_size, kind="sync"):
    face, told = Face(kind, server, page_size=page_size), []
    try:
        rows = face.wait(face.client.all(calls.stocks.list(), unread=told.append))
    finally:
        face.close()
    return len(told), [row.id for row in rows]


@pytest.mark.parametrize("kind", ["sync", "async"])
@pytest.mark.parametrize(
    ("odd", "page_size"), [*((NAMELESS, size) for size in (2, 3, 4, 100)), (None, 4), (None, 100)]
)
def test_each_of_three_rows_that_are_alike_is_told(kind, page_size, odd):
    nodes = [stock(1), odd, stock(2), odd, stock(3), stock(4), odd, stock(5)]
    assert told_and_read(Rows(nodes), page_size=page_size, kind=kind) == (3, ["1", "2", "3", "4", "5"])


@pytest.mark.parametrize("page_size", [2, 3, 5, 100])
def test_a_list_of_nothing_else_is_told_whole(page_size):
    assert told_and_read(Rows([NAMELESS] * 7), page_size=page_size) == (7, [])


@pytest.mark.parametrize("seed", range(200))
def test_wherever_they_stand_and_whatever_is_the_page_each_is_told_once(seed):
    chance = random.Random(seed)
    nodes = [chance.choice([stock(n), stock(n), NAMELESS, {"quantity": "few"}]) for n in range(1, 20)]
    named = [node["id"] for node in nodes if "id" in node]
    found = told_and_read(Rows(nodes), page_size=chance.randint(2, 7))
    assert found == (len(nodes) - len(named), named)


@pytest.mark.parametrize("page_size", [3, 4, 5])
def test_rows_that_go_before_the_reader_make_none_told_twice_or_lost(page_size):
    odd = [stock(n) if n % 3 else NAMELESS for n in range(10, 40)]
    server = Rows(
        [stock(1), stock(2), *odd], lambda nodes: nodes.pop(0) if nodes[0].get("id") in {"1", "2"} else None
    )
    told, rows = told_and_read(server, page_size=page_size)
    assert told == 10
    assert rows[-20:] == [node["id"] for node in odd if "id" in node]


@pytest.mark.parametrize("page_size", [3, 4, 5])
def test_a_row_that_comes_before_the_reader_makes_none_told_twice_or_lost(page_size):
    odd = [stock(n) if n % 3 else NAMELESS for n in range(10, 40)]
    fresh = iter(range(100, 102))

    def insert(nodes):
        if (number := next(fresh, None)) is not None:
            nodes.insert(0, stock(number))

    told, rows = told_and_read(Rows(odd, insert), page_size=page_size)
    assert told == 10
    assert [row for row in rows if int(row) < 100] == [str(n) for n in range(10, 40) if n % 3]
