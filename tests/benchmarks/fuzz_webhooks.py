"""Throws hostile calls at the webhook receiver: is each answer a documented one, is all that gets in kept once?

Law of this program: each call is built together with what is known of it (does it carry the token, is it too long,
is its method taken), so that the receiver is judged by how a call was made and never by its own reading of it.
The first thing that does not hold ends the run with exit code 1 and the seed and number that repeat it.

    python tests/benchmarks/fuzz_webhooks.py --count 200000 --seed 1
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import random
import sys
import tempfile
import time
from collections import Counter, deque
from collections.abc import Sequence
from pathlib import Path

from attrs import define, field, frozen

from clarus_bluecherry.clarus.webhooks import EVENTS, CallOutcome, Receiver, WebhookNotice, WebhookReply
from clarus_bluecherry.flows.webhooks import LedgerInbox
from clarus_bluecherry.ledger import State
from clarus_bluecherry.ledger.store import Ledger

TOKEN = "fuzz-0123456789abcdefghijklmnopqrstuv"
LONGEST = 4096
DEEPEST = 16
LEDGER_SHARE = 40
"""Every so many calls one goes to a ledger on disk instead of the inbox in memory."""

Headers = list[tuple[bytes, bytes]]


@frozen
class Shot:
    """One call, and what its maker knows of it.

    `expected` is the status of a refusal, 0 for a call that gets in, None where the maker cannot say. `references`
    are what the records of a good body say, and empty for every other.
    """

    method: str
    path: str
    headers: Headers
    body: bytes
    expected: int | None
    references: Sequence[str] = ()


# Making calls ------------------------------------------------------------------------------------------------

WORDS = [
    "id",
    "reference",
    "data",
    "",
    "\x00",
    "\ud800",
    "a" * 300,
    "ключ",
    "𝔘",
    "__proto__",
    "null",
    "\u202e",
    TOKEN,
]
ATOMS = [
    "null", "true", "0", "-0", "7", "24.0", "7.5", "NaN", "Infinity", "-Infinity", "0x1F", "01", "1.", ".5",
    "1e400", "1e9999999", "-1e9999999", "1e9999999999999999999", "1E-999999999", "9" * 400, "9" * 4096,
    '""', '"P1001"', '"\\ud800"', '"\\u0000"', '"\u2028"', '"\\q"', "'single'", '"<script>"',
    '"' + "x" * 400 + '"', "[]", "{}", '"2026-03-02T14:00:00Z"',
]  # fmt: skip
METHODS = ["GET", "GET", "PUT", "HEAD", "post", "", "DELETE", "P\u00d6ST", "\x00"]
MISPLACED = ["", "/", f"/{TOKEN}", TOKEN, f"{TOKEN}/x", f"/?/{TOKEN}/x", f"/#/{TOKEN}/x", f"/{TOKEN}/a/b"]
UNDOCUMENTED = [
    "", ".", "..", "goods_out", "goods_out.", ".completed", "goods_out.completed.completed", "GOODS_OUT.COMPLETED",
    "a" * 300 + ".b", "stock.\u0000", "stock.\ud800", "\u0441\u043a\u043b\u0430\u0434.received",
    "stock%2Ereceived", "stock.received\r\nX: y",
]  # fmt: skip
GOOD = b'{"data": {"id": 7, "reference": "P1001", "quantity": 24.0, "product": {"id": "3", "code": "BLK-M"}}}'


def body_of(chance: random.Random) -> bytes:
    """A body that is not a good one: a good one that was damaged, one from a grammar, or noise."""
    kind = chance.randrange(7)
    if kind in {0, 1}:
        return damaged(chance, GOOD)
    if kind in {2, 3, 4}:
        return written(chance, chance.randrange(7)).encode("utf-8", "surrogatepass")
    if kind == 5:
        return strange(chance)
    return chance.randbytes(chance.randrange(64))


def good_body(chance: random.Random) -> tuple[bytes, list[str]]:
    """A body as Clarus may send it, and the references of the records it holds."""
    references = [f"P{chance.randrange(10**6)}" for _ in range(chance.choice([1, 1, 1, 2, 5]))]
    records: list[object] = [
        {"id": chance.choice([7, "7", 7.0]), "reference": one, "quantity": 24.0, "lines": [{"id": 1}]}
        for one in references
    ]
    record = records if len(records) > 1 or chance.random() < 0.1 else records[0]
    content = chance.choice([record, {"data": record}])
    return json.dumps(content).encode(chance.choice(["utf-8", "utf-8", "utf-8-sig", "utf-16"])), references


def damaged(chance: random.Random, body: bytes) -> bytes:
    """`body` with some of its bytes changed, dropped, doubled or moved."""
    after = bytearray(body)
    for _ in range(chance.randint(1, 6)):
        at = chance.randrange(len(after) or 1)
        match chance.randrange(5):
            case 0:
                after[at : at + 1] = bytes([chance.randrange(256)])
            case 1:
                del after[at : at + chance.randint(1, 8)]
            case 2:
                after[at:at] = after[at : at + chance.randint(1, 8)]
            case 3:
                after[at:at] = chance.choice([b"{", b"[", b'"', b"\\", b",", b"\x00", b"\xff", b"\xef\xbb\xbf"])
            case _:
                after = after[at:] + after[:at]
    return bytes(after)


def written(chance: random.Random, depth: int) -> str:
    """Text that is nearly JSON: names twice, atoms that JSON lacks, a comma too many."""
    if depth == 0 or chance.random() < 0.2:
        return chance.choice(ATOMS)
    members = [written(chance, depth - 1) for _ in range(chance.randrange(4))]
    comma = "," if chance.random() < 0.97 else ",,"
    if chance.random() < 0.3:
        return f"[{comma.join(members)}]"
    named = [f"{json.dumps(chance.choice(WORDS), ensure_ascii=chance.random() < 0.5)}: {one}" for one in members]
    return "{" + comma.join(named) + "}"


def strange(chance: random.Random) -> bytes:
    """Bodies that break readers: depth, length, encodings, other formats."""
    deep = chance.choice([DEEPEST - 1, DEEPEST, DEEPEST + 1, 500, LONGEST // 2])
    opening = chance.choice(["[", '{"data":', '{"a":'])
    text = GOOD.decode()
    return chance.choice(
        [
            b"",
            b" \n\t",
            (opening * deep)[:LONGEST].encode(),
            ("[" * deep + "]" * deep)[:LONGEST].encode(),
            text.encode("utf-16"),
            text.encode("utf-32-be"),
            b"\xef\xbb\xbf" + GOOD,
            b"\xff\xfe",
            b"<html><body>502 Bad Gateway</body></html>",
            b"id=7&reference=P1",
            b'{"id": ' + b"9" * chance.randrange(1, 4000) + b"}",
            f'{{"data": {{"id": {chance.choice(ATOMS)}, "reference": {chance.choice(ATOMS)}}}}}'.encode(),
            b'{"id": 1, "id": 2, "data": null, "data": {"id": 3}}',
            b"x" * chance.choice([LONGEST - 1, LONGEST, LONGEST + 1, LONGEST * 3]),
        ]
    )


def event_of(chance: random.Random) -> str:
    """The last part of a path: mostly a documented event, or something that could be taken for one."""
    if chance.random() < 0.8:
        return ".".join(chance.choice(list(EVENTS)))
    return chance.choice(UNDOCUMENTED)


def forged(chance: random.Random) -> str:
    """Something in the token's place that is not the token."""
    at = chance.randrange(len(TOKEN))
    return chance.choice(
        [
            "",
            "guess",
            TOKEN[:-1],
            TOKEN + "x",
            TOKEN.upper(),
            TOKEN[:at] + "_" + TOKEN[at + 1 :],
            f" {TOKEN}",
            f"{TOKEN}%00",
            TOKEN + "\x00",
            "\ud800" * 40,
            "т" * 40,
            "0" * 5000,
            TOKEN.replace("-", "%2D"),
        ]
    )


def headers_of(chance: random.Random) -> tuple[Headers, bool]:
    """Headers, and whether an allow-list of one subdomain lets them in."""
    name = chance.choice([b"X-ClarusWMS-Subdomain", b"x-claruswms-subdomain", b"X-CLARUSWMS-SUBDOMAIN"])
    ours = (name, chance.choice([b"brand", b"Brand", b" brand "]))
    automation = (b"X-ClarusWMS-Automation-ID", chance.choice([b"43", b"", b"9" * 500, b"\xff\x00", b"4\r\n3"]))
    noise = [(chance.randbytes(chance.randrange(12)), chance.randbytes(chance.randrange(40)))]
    match chance.randrange(20):
        case 0:
            return [automation, *noise], False
        case 1:
            return [
                (name, chance.choice([b"", b"other", b"brand,other", b"\xff\xfe", b"brand\x00"])),
                automation,
            ], False
        case 2:
            return [ours, (name, b"other"), automation], False
        case 3:
            return [ours, *[automation] * 50, *noise], True
        case _:
            return [ours, automation, *noise], True


def length_of(chance: random.Random, body: bytes) -> tuple[Headers, bool]:
    """A Content-Length, and whether it alone says too much. It need not be true."""
    match chance.randrange(12):
        case 0:
            return [(b"Content-Length", b"%d" % (LONGEST + chance.randrange(1, 10**6)))], True
        case 1:
            return [(b"Content-Length", b"9" * 5000)], True
        case 2:
            return [
                (b"Content-Length", chance.choice([b"-1", b"", b"abc", b"1e9", b"\xb2", b"0x10", b"+5"]))
            ], False
        case 3:
            return [], False
        case _:
            return [(b"content-length", b"%d" % min(len(body), LONGEST))], False


def shot(chance: random.Random) -> Shot:
    """The next call."""
    body, references = good_body(chance) if chance.random() < 0.2 else (body_of(chance), [])
    event = event_of(chance)
    headers, let_in = headers_of(chance)
    length, says_too_much = length_of(chance, body)
    method = "POST" if chance.random() < 0.8 else chance.choice(METHODS)
    if chance.random() < 0.05:
        return Shot(method, chance.choice(MISPLACED), [*headers, *length], body, 401)
    holds_token = chance.random() < 0.8
    prefix = chance.choice(["", "/hooks", "/a/b/c", "//", f"/{TOKEN}/x"])
    path = f"{prefix}/{TOKEN if holds_token else forged(chance)}/{event}"
    expected: int | None
    if not event:
        expected = None  # the last part but one is another one then
    elif not holds_token or not let_in:
        expected = 401
    elif method not in {"POST", "GET"}:
        expected = 405
    else:
        expected = 413 if says_too_much or len(body) > LONGEST else 0
    return Shot(method, path, [*headers, *length], body, expected, references)


# Judging the answers -----------------------------------------------------------------------------------------


class Memory:
    """An inbox that keeps what it is given as long as the program runs."""

    def __init__(self) -> None:
        self.kept: set[WebhookNotice] = set()

    def keep(self, notice: WebhookNotice) -> CallOutcome:
        """Keep `notice` once."""
        if notice in self.kept:
            return CallOutcome.KNOWN
        self.kept.add(notice)
        return CallOutcome.FOR_PERSON if notice.problem else CallOutcome.KEPT


class Broken(Exception):
    """Something that must hold did not."""


@define
class Judge:
    """Sends shots to one receiver, remembers what should be in its inbox, and objects."""

    receiver: Receiver
    told: set[tuple[str, str, bytes]] = field(factory=set)
    answers: Counter[str] = field(factory=Counter)

    def judge(self, shot: Shot) -> None:
        """Send one call and raise `Broken` if its answer is not right."""
        early = self.receiver.refusal(shot.method, shot.path, shot.headers)
        verdict = self.receiver.receive(shot.method, shot.path, shot.headers, shot.body)
        self.answers[f"{verdict.status} {verdict.outcome}"] += 1
        _must(early is None or early == verdict, f"refused early with {early} and then {verdict}")
        _must(TOKEN in shot.path or verdict.status == 401, f"{verdict} without the token")
        _must(TOKEN not in f"{verdict.reason}{self.receiver!r}", "the token is shown")
        if shot.expected is not None:
            refused = verdict.status if verdict.notice is None else 0
            _must(refused == shot.expected, f"expected {shot.expected}, got {verdict}")
        if verdict.notice is None:
            _must(
                verdict.outcome is CallOutcome.REFUSED and verdict.status in {401, 405, 413},
                f"refused as {verdict}",
            )
        else:
            self._judge_kept(shot, verdict)

    def _judge_kept(self, shot: Shot, verdict: WebhookReply) -> None:
        notices = verdict.notices
        _must(_is_whole(shot.body, [notice.body for notice in notices]), "the body was changed")
        _must(
            not shot.references or [notice.reference for notice in notices] == shot.references,
            f"{shot.references} were read as {notices}",
        )
        content = {(notice.name, notice.automation_id, notice.body) for notice in notices}
        right = (200, CallOutcome.KNOWN) if content <= self.told else (202, verdict.outcome)
        _must((verdict.status, verdict.outcome) == right, f"{verdict} where {right} is right")
        _must(
            verdict.outcome in {CallOutcome.KEPT, CallOutcome.FOR_PERSON, CallOutcome.KNOWN}, f"kept as {verdict}"
        )
        self.told |= content


def _is_whole(body: bytes, parts: Sequence[bytes]) -> bool:
    """Whether the parts are the body, or all that an array in it holds, in its order."""
    if parts == [body]:
        return True
    content = json.loads(body, parse_int=str, parse_float=str, parse_constant=str)
    array = content["data"] if isinstance(content, dict) else content
    return array == [json.loads(part, parse_int=str, parse_float=str, parse_constant=str) for part in parts]


def _must(holds: bool, complaint: str) -> None:
    if not holds:
        raise Broken(complaint)


def fire(count: int, seed: int, in_memory: Judge, on_disk: Judge) -> None:
    """Make `count` calls; one in ten is a replay of an earlier one."""
    chance = random.Random(seed)
    fired: deque[Shot] = deque(maxlen=500)
    for number in range(count):
        again = bool(fired) and chance.random() < 0.1
        now = chance.choice(fired) if again else shot(chance)
        fired.append(now)
        judge = on_disk if number % LEDGER_SHARE == 0 else in_memory
        try:
            judge.judge(now)
        except Exception as error:
            raise Broken(f"call {number} of seed {seed}: {now!r:.2000}") from error


def _tally(ledger: Ledger) -> int:
    """How many calls the ledger holds: each has one fact, and no posting or one."""
    facts = ledger.facts()
    _must(all(len(ledger.postings_of(fact.key)) <= 1 for fact in facts), "a call has two postings")
    states = {posting.state for posting in ledger.in_state(*State)}
    _must(states <= {State.PENDING, State.PARKED}, f"postings stand as {states}")
    return len(facts)


def _receiver(inbox: Memory | LedgerInbox) -> Receiver:
    return Receiver(inbox=inbox, token=TOKEN, subdomains=["brand"], max_body=LONGEST, max_depth=DEEPEST)


def main() -> int:
    """Fire, tally, and print what was answered how often."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=200_000)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    began = time.perf_counter()
    in_memory = Judge(_receiver(Memory()))
    with tempfile.TemporaryDirectory() as folder, Ledger.open(Path(folder) / "ledger.sqlite") as ledger:
        on_disk = Judge(_receiver(LedgerInbox(ledger, clock=lambda: dt.datetime.now(dt.UTC))))
        try:
            fire(options.count, options.seed, in_memory, on_disk)
            _must(_tally(ledger) == len(on_disk.told), "the ledger holds other calls than were let in")
        except Broken as complaint:
            print(f"BROKEN: {complaint}\n{complaint.__cause__!r}", file=sys.stderr)
            return 1
    seconds = time.perf_counter() - began
    for name, judge in (("memory", in_memory), ("ledger", on_disk)):
        for answer, times in sorted(judge.answers.items()):
            print(f"{name:<8}{answer:<14}{times:>9,}")
    print(f"{options.count:,} calls in {seconds:.1f} s, {options.count / seconds:,.0f} a second; nothing escaped")
    return 0


if __name__ == "__main__":
    sys.exit(main())
