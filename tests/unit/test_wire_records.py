"""A record of a wire is built at its first value: whoever comes first, and whoever comes at the same moment."""

import subprocess
import sys

import pytest

MANY_AT_ONCE = """
import sys
from threading import Barrier, Thread

from clarus_bluecherry.bluecherry import messages
from clarus_bluecherry.clarus import wire

sys.setswitchinterval(1e-6)
THREADS = 8
ORDER = {
    "account_id": 1,
    "reference": "SO-1",
    "expected_date_of_dispatch": "2026-01-20T10:00:00Z",
    "lines": [{"product_id": 123, "order_quantity": "2.0", "alt_line_number": "1"}],
    "address": {"name": "Jo"},
}
HEADER = {name: value for name, value in ORDER.items() if name not in ("lines", "address")}
PICK = {"pick_num": "1", "lines": [{"line_seq": 1, "bk_qty": 2}], "addresses": [{"addr_type": "ST"}]}
STOCK = {"id": 7, "quantity": "2.50", "product": {"id": 3, "code": "A"}}
WORK = (
    lambda: wire.GoodsOutOrder.model_validate(ORDER).wire()["reference"],
    lambda: wire.GoodsOutAttributes(**HEADER).reference,
    lambda: str(wire.GoodsOutLineAttributes(**ORDER["lines"][0]).order_quantity),
    lambda: wire.AddressAttributes(**ORDER["address"]).model_dump(exclude_unset=True),
    lambda: messages.PickTicket.model_validate(PICK).lines[0].line_seq,
    lambda: messages.PickLine(line_seq=2, bk_qty=1).model_dump()["line_seq"],
    lambda: wire.StockNode.model_validate(STOCK).product.code,
    lambda: wire.CodedReference(id=9, code="B").model_dump_json(exclude_unset=True),
)
start, told, wrong = Barrier(THREADS), [], []

def run(first):
    start.wait()
    try:
        order = [(first + step) % len(WORK) for step in range(len(WORK))]
        told.append(str(sorted((number, str(WORK[number]())) for number in order)))
    except BaseException as error:
        wrong.append(repr(error))

threads = [Thread(target=run, args=(number // 2,)) for number in range(THREADS)]
for each in threads:
    each.start()
for each in threads:
    each.join()
assert not wrong, wrong
assert len(told) == THREADS and len(set(told)) == 1, told
print(told[0])
"""


@pytest.mark.parametrize("attempt", range(3))
def test_threads_that_use_a_record_first_at_the_same_moment_get_the_same_record(attempt):
    done = subprocess.run([sys.executable, "-c", MANY_AT_ONCE], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "'SO-1'" in done.stdout
