"""Control numbers as they travel: made by us, nine digits, and never twice, whoever asks and however often."""

import datetime as dt
import subprocess
import sys

from bluecherry_world import SITE

from clarus_bluecherry.bluecherry import calls
from clarus_bluecherry.bluecherry.messages import SkuSent, StockPositionAdvice
from clarus_bluecherry.ledger.store import Ledger

DRAW = """
import sys
from clarus_bluecherry.ledger.store import Ledger

with Ledger.open(sys.argv[1]) as ledger:
    for _ in range(25):
        print(ledger.next_control_number("bluecherry"))
"""
COUNT = StockPositionAdvice(
    adj_num="C1", location="NJ", count_date=dt.date(2026, 1, 31), article=SkuSent(style="01234"), size_qty=4
)


def draws(path):
    return subprocess.Popen([sys.executable, "-c", DRAW, path], stdout=subprocess.PIPE, text=True)


def test_processes_that_draw_at_the_same_time_and_after_a_restart_never_get_the_same_number(tmp_path):
    path = str(tmp_path / "ledger.sqlite")
    with Ledger.open(path):
        pass
    numbers = []
    for _ in range(2):
        for process in [draws(path) for _ in range(3)]:
            told, _ = process.communicate(timeout=60)
            assert process.returncode == 0
            numbers += told.split()
    assert sorted(numbers) == [f"{number:09}" for number in range(1, 151)]


def test_the_number_that_the_ledger_gives_is_the_one_that_travels():
    with Ledger.open(":memory:") as ledger:
        numbers = [ledger.next_control_number("bluecherry") for _ in range(2)]
    assert [calls.post(SITE, COUNT, number).json[0]["isa_num"] for number in numbers] == ["000000001", "000000002"]
