"""How fast X12 is read, checked and written, beside two libraries that check envelopes and a bare streamer that
checks nothing. All in one run, by turns (A B C A B C), in seconds of CPU; of each the best counts.

python tests/benchmarks/x12_speed.py --megabytes 4 --rounds 5
"""

from __future__ import annotations

import argparse
import datetime as dt
import io
import sys
import time
from collections.abc import Callable, Iterable, Iterator

from pyx12.x12file import X12Reader
from x12.core.parser import parse_x12_interchange
from x12.core.tokenizer import tokenize_x12

from clarus_bluecherry.x12 import Document, Envelope, Partners, Segment, read, validate, write

NOON = dt.datetime(2026, 3, 2, 12, tzinfo=dt.UTC)
LINES = 20
READ_BY, CHECKED_BY = 3.0, 1.2
"""How much faster than the faster of the two we want to read, and than ansi-x12 alone to check and to write."""


def segments(text: str) -> list[Segment]:
    return [Segment(id_, tuple(values)) for id_, *values in (one.split("*") for one in text.split("~") if one)]


def order(number: int) -> list[Segment]:
    """A 940 with its lines."""
    head = f"W05*N*P{number:07}*PO-{number}~N1*ST*A SHOP*92*C1~N3*1 ROAD*UNIT 4~N4*LEEDS**LS1 1AA*GB~"
    lines = "".join(
        f"LX*{line}~W01*12*EA**VA*AB{number + line:06}*VE*001********SZ*M~N9*LI*{line}~"
        for line in range(1, LINES + 1)
    )
    return segments(f"{head}N1*SF*WH*92*LDS~G62*10*20260303~W66*PP*M~{lines}W76*{12 * LINES}~")


def shipment(number: int) -> list[Segment]:
    """A 945 with a carton for each line."""
    head = f"W06*N*P{number:07}*20260303***PO-{number}~N1*SF*WH*92*LDS~G62*11*20260303~W27*M*UPSN*A CARRIER~"
    lines = "".join(
        f"LX*{line}~MAN*GM*00{number:012}{line:06}~"
        f"W12*CC*12*12**EA**VA*AB{number + line:06}*********VE*001~N9*LI*{line}~"
        for line in range(1, LINES + 1)
    )
    return segments(f"{head}{lines}W03*{12 * LINES}~")


def interchange(set_id: str, bodies: list[list[Segment]]) -> bytes:
    envelope = Envelope(partners=Partners(sender="BRAND", receiver="WAREHOUSE"), control_number="7", at=NOON)
    return b"".join(write(envelope, set_id, bodies))


def ours(content: bytes) -> Iterator[Document]:
    """Our documents, one after the other."""
    return (part for part in read(io.BytesIO(content)) if isinstance(part, Document))


def streamed(content: bytes) -> Iterator[list[str]]:
    """Segments and elements, and nothing of what they say."""
    return (piece.strip().split("*") for piece in content.decode().split("~"))


def drained(items: Iterable[object]) -> None:
    """Take everything and keep nothing."""
    for _ in items:
        pass


def seconds(run: Callable[[], object]) -> float:
    """The CPU time of one run."""
    began = time.process_time()
    run()
    return time.process_time() - began


def compared(set_id: str, bodies: list[list[Segment]], rounds: int) -> bool:
    """Print a table for one kind of set; whether we are as fast as we want to be."""
    content = interchange(set_id, bodies)
    documents = list(ours(content))
    assert not any(validate(each) for each in documents)
    runs: dict[str, Callable[[], object]] = {
        "read": lambda: drained(ours(content)),
        "validate": lambda: drained(map(validate, documents)),
        "read and validate": lambda: drained(map(validate, ours(content))),
        "write": lambda: interchange(set_id, bodies),
        "ansi-x12 parse": lambda: parse_x12_interchange(tokenize_x12(content)),
        "pyx12 read": lambda: drained(X12Reader(io.StringIO(content.decode()))),
        "bare streamer": lambda: drained(streamed(content)),
    }
    times: dict[str, list[float]] = {name: [] for name in runs}
    for _ in range(rounds):
        for name, run in runs.items():
            times[name].append(seconds(run))
    rates = {name: len(content) / 1e6 / min(each) for name, each in times.items()}
    ansi, faster = rates["ansi-x12 parse"], max(rates["ansi-x12 parse"], rates["pyx12 read"])
    print(
        f"{set_id}: {len(content) / 1e6:.1f} MB, {len(documents):,} sets of {len(documents[0].segments)} segments"
    )
    for name, rate in rates.items():
        print(f"  {name:<18}{rate:>7.1f} MB/s{rate / faster:>8.1f} x the faster of the two")
    wanted = [
        rates["read"] / faster / READ_BY,
        *(rates[each] / ansi / CHECKED_BY for each in ("validate", "write")),
    ]
    return min(wanted) >= 1


def main() -> int:
    """Compare, and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--megabytes", type=float, default=4)
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    fast = []
    for set_id, body in (("940", order), ("945", shipment)):
        size = sum(len("*".join((each.id, *each.elements))) + 2 for each in body(1))
        bodies = [body(number) for number in range(1, int(options.megabytes * 1e6 / size) + 1)]
        fast.append(compared(set_id, bodies, options.rounds))
    return 0 if all(fast) else 1


if __name__ == "__main__":
    sys.exit(main())
