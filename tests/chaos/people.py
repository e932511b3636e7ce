"""The people of both systems: they make the facts, change their minds, ship what has arrived, book what was told.

Law of this module: what they do does not depend on what the library does, but for how much of it waits: they make
no more while `ahead` facts are not in Blue Cherry yet. Now and then something is wrong with what they make, in
each way in which it can be.
"""

from __future__ import annotations

import random
import threading
import time
from collections import Counter
from collections.abc import Callable
from decimal import Decimal

from attrs import evolve
from flows_world import BLACK, CODES, NAVY, ODD, SHIP_TO

from clarus_bluecherry.sandbox.erp import Article, Pick, PickLine
from clarus_bluecherry.sandbox.warehouse import GoodsOutStatus, Refused

from .systems import STOPPED, STOPPED_CODE, Systems

_PAGE = 100
"""Facts that are made at once, most."""
_ODD_ONES = 100
"""Of each kind of trouble there are about so many, however many facts there are."""
_UNKNOWN = evolve(ODD, style="00000")


class People(threading.Thread):
    """Adjustments, and every tenth time a pick ticket that is shipped when it has arrived.

    Pick tickets are changed while they are on their way, some once, some there and back.
    """

    def __init__(self, there: Systems, facts: int, *, per_second: float, ahead: int, seed: int) -> None:
        super().__init__(daemon=True)
        self._there, self._facts, self._per_second, self._ahead = there, facts, per_second, ahead
        self._dice = random.Random(seed)
        self._rare = max(3, facts // 10 // _ODD_ONES)
        self._changes: list[tuple[float, str, int]] = []
        self.made, self.odd = 0, Counter[str]()
        self.is_ending = False

    @property
    def told(self) -> int:
        """Messages that Blue Cherry has taken so far."""
        return len(self._there.erp.staged)

    @property
    def settled(self) -> int:
        """Facts that are in Blue Cherry, or never will be."""
        return self.told + sum(self.odd.values())

    @property
    def changes_to_come(self) -> int:
        """How many pick tickets are still to be changed."""
        return len(self._changes)

    def calls_for(self) -> int:
        """How many messages all of it calls for: one for each fact, and one for each order that is shipped."""
        never_shipped = sum(self.odd[name] for name, _ in _TROUBLES[0] if name != _CHANGES)
        return self._facts + len(range(0, self._facts, 10)) - never_shipped

    def run(self) -> None:
        """Make facts, a page at a time or paced, and work off staging and orders meanwhile."""
        while self.made < self._facts:
            page = self._allowed()
            for number in range(self.made, self.made + page):
                self._make(number)
            self.made += page
            self.work()
            time.sleep(0.05 if not self._per_second else page / self._per_second)
        while not self.is_ending:
            self.work()
            time.sleep(0.3)

    def _allowed(self) -> int:
        most = _PAGE if not self._per_second else max(1, int(self._per_second / 10))
        waiting = self.made - self.settled
        return max(0, min(most, self._facts - self.made, self._ahead - waiting))

    def work(self) -> None:
        """Change what is due to be changed, ship what has arrived, and work off what Blue Cherry was told."""
        now = time.monotonic()
        for one in [each for each in self._changes if each[0] <= now]:
            _, number, units = one
            self._there.erp.change_pick(number, [_line(_article_of(number), units)])
            self._changes.remove(one)
        for order in self._there.warehouse.goods_outs.find("goods_out_status.code", _PENDING):
            self._ship(order.id)
        self._there.erp.process_staging()
        self._there.erp.run_invoicing()

    def _ship(self, order: int) -> None:
        try:
            self._there.warehouse.process_picks([order])
            self._there.warehouse.pick(order)
            self._there.warehouse.dispatch(order)
        except Refused:
            return  # somebody changes it just now

    # Facts ---------------------------------------------------------------------------------------------------

    def _make(self, number: int) -> None:
        """One fact. What is wrong with it, if anything, goes by its number."""
        ten, digit = divmod(number, 10)
        trouble = _TROUBLES.get(digit) if ten % self._rare == 0 else None
        if trouble is not None:
            name, make = trouble[ten // self._rare % len(trouble)]
            self.odd[name] += 1
            make(self, number)
        elif digit:
            self._adjust(CODES[_article_of(str(number))], number)
        else:
            self._release(number)

    def _adjust(self, code: str, number: int) -> int:
        (row,) = self._there.warehouse.adjust(code, 1 + number % 3, "FOUND")
        return row.id

    def _unknown_code(self, number: int) -> None:
        self._adjust(CODES[ODD], number)

    def _stopped_article(self, number: int) -> None:
        self._adjust(STOPPED_CODE, number)

    def _unreadable_row(self, number: int) -> None:
        with self._there.warehouse.lock:  # nobody reads it before it is spoilt
            self._there.spoilt.add(self._adjust(CODES[BLACK], number))

    def _release(self, number: int, article: Article | None = None, units: int | None = None) -> None:
        clock = self._there.erp.clock
        units = 1 + number // 10 % 5 if units is None else units
        self._there.erp.release(
            Pick(
                pick_num=f"P{number}",
                ord_num=f"SO{number}",
                po_num="PO-9",
                customer="NORDST",
                location="NJ",
                shipper="UPS",
                pick_date=clock().date(),
                ship_to=SHIP_TO,
                lines=(_line(article or _article_of(str(number)), units),),
                last_mod=clock(),
            )
        )

    def _changed(self, number: int) -> None:
        """Another word a moment later, and sometimes the first one again: it races with who brings it out."""
        self._release(number)
        there = time.monotonic() + self._dice.uniform(0, 3)
        self._changes.append((there, f"P{number}", 9))
        if number % 20:
            self._changes.append((there + self._dice.uniform(0, 2), f"P{number}", 1 + number // 10 % 5))

    def _unknown_article(self, number: int) -> None:
        self._release(number, _UNKNOWN)

    def _refused_order(self, number: int) -> None:
        self._release(number, STOPPED)

    def _unreadable_order(self, number: int) -> None:
        self._release(number, units=-3)


_PENDING = GoodsOutStatus.PENDING.value.code
_CHANGES = "pick tickets that change on their way"
Trouble = tuple[str, Callable[[People, int], None]]
_TROUBLES: dict[int, tuple[Trouble, ...]] = {
    0: (
        (_CHANGES, People._changed),
        ("pick tickets of an article that nobody knows", People._unknown_article),
        (_CHANGES, People._changed),
        ("pick tickets that Clarus refuses", People._refused_order),
        (_CHANGES, People._changed),
        ("pick tickets that cannot be read", People._unreadable_order),
    ),
    7: (
        ("adjustments of a code that nobody knows", People._unknown_code),
        ("adjustments that cannot be read", People._unreadable_row),
        ("adjustments that Blue Cherry rejects", People._stopped_article),
    ),
}
"""What may be wrong with a fact, by the last digit of its number, one after the other."""


def _line(article: Article, units: int) -> PickLine:
    return PickLine(line_seq="1", article=article, bk_qty=units, price=Decimal("19.90"))


def _article_of(number: str) -> Article:
    return (BLACK, NAVY)[sum(map(ord, number)) % 2]
