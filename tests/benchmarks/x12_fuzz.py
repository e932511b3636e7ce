"""Throws damaged X12 at the reader, the validator and the writer of acknowledgements: does anything but the one
typed error come out, does anything take long, does memory stay where it is?

    python tests/benchmarks/x12_fuzz.py --count 500000 --seed 1
"""

from __future__ import annotations

import argparse
import io
import random
import resource
import sys
import time
from collections import Counter
from contextlib import suppress
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "property"))

from x12_documents import interchange

from clarus_bluecherry.errors import InvalidRecord
from clarus_bluecherry.x12 import (
    ACKNOWLEDGEMENTS,
    TA1,
    Document,
    acknowledgement,
    contradictions,
    read,
    read_ta1,
    show,
    ta1,
    validate,
)
from clarus_bluecherry.x12._sets import SETS

POOL = 300
LONGEST_SECONDS = 2.0
MOST_GROWTH_MB = 200
PIECES = [
    b"~",
    b"*",
    b">",
    b"\n",
    b"\r\n",
    b"ISA*",
    b"GS*",
    b"ST*940*0001~",
    b"SE*",
    b"IEA*",
    b"\x00",
    b"\xff",
    b"~~",
    b"TA1*000000007*260302*1200*A*000~",
    b"\xef\xbb\xbf",
    b"\xc3",
    b" ",
    b"\x1a",
    b"\n$$ADD\n",
]


def damaged(chance: random.Random, content: bytes) -> bytes:
    """`content` with pieces changed, dropped, doubled, moved or put in."""
    after = bytearray(content)
    for _ in range(chance.randint(1, 6)):
        at = chance.randrange(len(after) or 1)
        match chance.randrange(8):
            case 0:
                after[at : at + 1] = bytes([chance.randrange(256)])
            case 1:
                del after[at : at + chance.randint(1, 40)]
            case 2:
                after[at:at] = after[at : at + chance.randint(1, 200)]
            case 3:
                after[at:at] = chance.choice(PIECES)
            case 4:
                del after[at:]
            case 5:
                after = after.replace(chance.choice(PIECES), chance.choice(PIECES), chance.randint(1, 5))
            case 6:
                width = chance.randint(20, 200)
                after = bytearray(b"\n".join(after[at : at + width] for at in range(0, len(after), width)))
            case _:
                after = after[at:] + after[:at]
    return bytes(after)


def judge(content: bytes, *, lenient: bool) -> str:
    """Read and judge everything; a word on what came of it."""
    try:
        parts = list(read(io.BytesIO(content), lenient=lenient))
    except InvalidRecord:
        return "refused"
    judged = [(part, validate(part)) for part in parts if isinstance(part, Document)]
    list(acknowledgement(judged))
    for document, findings in judged:
        assert all(line.isprintable() for line in show(document, findings, personal=True))
    for part in parts:
        with suppress(InvalidRecord):
            if isinstance(part, TA1):
                read_ta1(part)
            if isinstance(part, Document) and part.set_id in ACKNOWLEDGEMENTS:
                contradictions(part)
        if part.interchange is not None:
            ta1(part.interchange, part.findings)
    found = any(findings for _, findings in judged) or any(part.findings for part in parts)
    return "with findings" if found else "clean"


def main() -> int:
    """Fuzz, and print what came of it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=500_000)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    chance = random.Random(options.seed)
    pool = [interchange(chance, chance.choice(sorted(SETS)), sets=chance.randint(1, 2)) for _ in range(POOL)]
    pool = sorted(pool, key=len)[: POOL * 2 // 3]
    answers: Counter[str] = Counter()
    slowest, size = 0.0, 0
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    began = time.perf_counter()
    for number in range(options.count):
        content = damaged(chance, chance.choice(pool))
        start = time.perf_counter()
        try:
            answers[judge(content, lenient=bool(number % 2))] += 1
        except Exception as error:  # noqa: BLE001 - that is what is looked for
            print(f"BROKEN: document {number} of seed {options.seed}: {error!r}\n{content!r}", file=sys.stderr)
            return 1
        slowest = max(slowest, time.perf_counter() - start)
        size += len(content)
    seconds = time.perf_counter() - began
    growth = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    for answer, times in sorted(answers.items()):
        print(f"{answer:<14}{times:>10,}")
    print(f"{options.count:,} documents, {size / 1e6:,.0f} MB, in {seconds:.0f} s; nothing escaped")
    print(f"slowest {slowest * 1000:.0f} ms of {LONGEST_SECONDS * 1000:.0f} that are allowed")
    print(f"memory grew {growth:.0f} MB of {MOST_GROWTH_MB} that are allowed")
    return 0 if slowest < LONGEST_SECONDS and growth < MOST_GROWTH_MB else 1


if __name__ == "__main__":
    sys.exit(main())
