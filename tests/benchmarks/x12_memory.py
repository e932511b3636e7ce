"""Reads a large X12 file that is made while it is read: how much memory does it take beside its largest set?

python tests/benchmarks/x12_memory.py --megabytes 1000
"""

from __future__ import annotations

import argparse
import io
import resource
import sys
import time
from collections.abc import Iterator

from clarus_bluecherry.x12 import Document, read, validate

HEAD = (
    "ISA*00*          *00*          *ZZ*BRAND          *ZZ*WAREHOUSE      *260302*1200*U*00401*000000007*0*P*>~\n"
    "GS*OW*BRAND*WAREHOUSE*20260302*1200*7*X*004010~\n"
)
LINES = 200


def one_set(number: int) -> str:
    """A 940 with many lines."""
    lines = "".join(f"LX*{line}~\nW01*5*EA*036000291452*VN*01234~\n" for line in range(1, LINES + 1))
    body = f"W05*N*{number}~\n{lines}W76*{LINES * 5}~\n"
    return f"ST*940*{number:09}~\n{body}SE*{LINES * 2 + 4}*{number:09}~\n"


class Made(io.RawIOBase):
    """A file of a given size that never was on a disk."""

    def __init__(self, megabytes: int) -> None:
        self._pieces = self._made(megabytes * 1_000_000)
        self._rest = b""
        self.size = 0

    def _made(self, wanted: int) -> Iterator[bytes]:
        yield HEAD.encode()
        count = 0
        while self.size < wanted:
            count += 1
            yield one_set(count).encode()
        yield f"GE*{count}*7~\nIEA*1*000000007~\n".encode()

    def read(self, size: int = -1) -> bytes:
        """The next bytes."""
        while len(self._rest) < size and (piece := next(self._pieces, b"")):
            self._rest += piece
        given, self._rest = self._rest[:size], self._rest[size:]
        self.size += len(given)
        return given


def main() -> int:
    """Read, and print the ratio of memory to the largest set."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--megabytes", type=int, default=1000)
    parser.add_argument("--validate", action="store_true", help="Check every set against the tables, too.")
    options = parser.parse_args()
    file = Made(options.megabytes)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    began = time.perf_counter()
    sets = segments = findings = 0
    for part in read(file):
        if isinstance(part, Document):
            sets, segments = sets + 1, segments + len(part.segments)
            findings += len(validate(part) if options.validate else part.findings)
    seconds = time.perf_counter() - began
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) * 1024
    largest = len(one_set(1))
    print(f"{file.size / 1e6:,.0f} MB, {sets:,} sets, {segments:,} segments, {findings} findings, {seconds:.0f} s")
    print(f"{segments / seconds:,.0f} segments a second")
    print(f"memory grew {grown / 1e6:.1f} MB; the largest set has {largest / 1e3:.0f} kB")
    return 0 if grown < 64e6 and not findings else 1


if __name__ == "__main__":
    sys.exit(main())
