"""The mutants. To add one: the law it breaks, the module, a text that stands there once, another, and the test.

Law of this module: a mutant is the smallest change that a tired person could make; its test is named, fast, and
green without it. Whoever moves the text of a mutant moves it here too: `python -m tests.mutants` says where.
"""

from __future__ import annotations

from attrs import frozen


@frozen
class Mutant:
    """`old` stands once in `module` of the package; `new` breaks a law, which `test` must see."""

    name: str
    module: str
    old: str
    new: str
    test: str


MUTANTS: tuple[Mutant, ...] = (
    Mutant(
        "lease ignored",
        "ledger/store.py",
        ".where(postings.c.state == State.SENDING, postings.c.lease_until <= now)",
        ".where(postings.c.state == State.SENDING)",
        "test_ledger_store.py",
    ),
    Mutant(
        "fence not compared",
        "ledger/store.py",
        "                unmoved &= postings.c.lease_owner == worker",
        "                unmoved &= sa.true()",
        "test_ledger_store.py",
    ),
    Mutant(
        "handed back by anybody",
        "ledger/store.py",
        "        mine = (postings.c.key == key) & (postings.c.state == State.SENDING)"
        " & (postings.c.lease_owner == worker)\n        claimed_from",
        "        mine = (postings.c.key == key) & (postings.c.state == State.SENDING)\n        claimed_from",
        "test_ledger_wall.py",
    ),
    Mutant(
        "released counts as an attempt",
        "ledger/store.py",
        "state=back, attempts=postings.c.attempts - 1, updated_at=at",
        "state=back, attempts=postings.c.attempts, updated_at=at",
        "test_ledger_wall.py",
    ),
    Mutant(
        "decided by what it saw long ago",
        "ledger/store.py",
        "if seen is not None and (before.state, before.updated_at) != (seen.state, seen.updated_at):",
        "if seen is not None and seen.key != before.key:",
        "test_ledger_wall.py",
    ),
    Mutant(
        "any state may follow",
        "ledger/store.py",
        "if not may_follow(before.state, to) or (hands_back and not worker):",
        "if hands_back and not worker:",
        "test_ledger_store.py",
    ),
    Mutant(
        "retrying sent before its time",
        "ledger/store.py",
        "        .where(postings.c.next_attempt_at.is_(None) | (postings.c.next_attempt_at <= at))\n",
        "",
        "test_ledger_store.py",
    ),
    Mutant(
        "changed fact swallowed",
        "ledger/store.py",
        '            raise FactChanged("the same key came with a different content", record=fact.key)',
        "            return False",
        "test_ledger_store.py",
    ),
    Mutant(
        "commits not flushed",
        "ledger/database.py",
        '"synchronous = FULL"',
        '"synchronous = OFF"',
        "test_ledger_store.py",
    ),
    Mutant(
        "write lock not taken at the beginning",
        "ledger/database.py",
        '"BEGIN IMMEDIATE" if writes else "BEGIN"',
        '"BEGIN"',
        "test_ledger_store.py",
    ),
    Mutant(
        "in doubt sent blindly",
        "flows/deliver.py",
        "    if error.retry is Retry.ASK_FIRST:\n        return State.IN_DOUBT",
        "    if error.retry is Retry.ASK_FIRST:\n        return State.RETRYING",
        "test_flows_loop.py",
    ),
    Mutant(
        "doubt not rested",
        "flows/deliver.py",
        "if state is State.IN_DOUBT and posting.updated_at > rested:",
        "if state is State.IN_DOUBT and posting.updated_at > now:",
        "test_flows_seams.py",
    ),
    Mutant(
        "taken and gone is sent again",
        "flows/deliver.py",
        "taken = taken or step.after is State.ACCEPTED",
        "taken = False",
        "test_flows_wall.py",
    ),
    Mutant(
        "date decided at intake",
        "flows/deliver.py",
        "        return redated(self._site, posting)",
        "        return None",
        "test_flows_dates.py",
    ),
    Mutant(
        "overtaken word sent",
        "flows/deliver.py",
        "if is_overtaken(self._site, posting):",
        "if False:",
        "test_flows_newest_word.py",
    ),
    Mutant(
        "undone dispatch told",
        "flows/deliver.py",
        "if is_undone(self._site, posting.fact_key):",
        "if False:",
        "test_flows_reversals.py",
    ),
    Mutant(
        "Retry-After obeyed for ever",
        "flows/deliver.py",
        "max(0.0, min(limit, asked or 0.0))",
        "max(0.0, asked or 0.0)",
        "test_flows_wall.py",
    ),
    Mutant(
        "wall removed",
        "flows/wall.py",
        "            if self._passes(error):\n                raise",
        "            if not self._passes(None):\n                raise",
        "test_flows_wall_reading.py",
    ),
    Mutant(
        "absent taken for posted",
        "flows/targets.py",
        "messages.DeliveryStatus.ABSENT: State.RETRYING",
        "messages.DeliveryStatus.ABSENT: State.POSTED",
        "test_flows_loop.py",
    ),
    Mutant(
        "staged taken for posted",
        "flows/targets.py",
        "messages.DeliveryStatus.STAGED: State.ACCEPTED",
        "messages.DeliveryStatus.STAGED: State.POSTED",
        "test_flows_loop.py",
    ),
    Mutant(
        "another number at each attempt",
        "flows/targets.py",
        "self._bluecherry.send(message, posting.control_number)",
        'self._bluecherry.send(message, f"{posting.attempts}{posting.control_number[1:]}")',
        "test_flows_loop.py",
    ),
    Mutant(
        "created without looking",
        "clarus/create.py",
        "found, doubt = (yield from _looked(wanted)), None",
        'found, doubt = "", None',
        "test_clarus_create.py",
    ),
    Mutant(
        "newest word not compared",
        "flows/heads.py",
        "return Age.OLDER if self.overtook(word.changed, word.arrival) else Age.NEWER",
        "return Age.NEWER",
        "test_flows_newest_word.py",
    ),
    Mutant(
        "content that comes back is the same",
        "flows/heads.py",
        'return f"{word.content}.{len(self.postings) + 1}" if self.postings else word.content',
        "return word.content",
        "test_flows_newest_word.py",
    ),
    Mutant(
        "head not locked",
        "flows/heads.py",
        "    if site.ledger.hold(source, kind, number) is None:\n        return Head()\n",
        "",
        "test_flows_newest_word.py",
    ),
    Mutant(
        "mark from the local clock",
        "flows/marks.py",
        "        return ours\n    return served_at if abs(served_at - ours) <= APART else min(served_at, ours)",
        "        return ours\n    return ours",
        "test_flows_marks.py",
    ),
    Mutant(
        "mark moves back",
        "flows/marks.py",
        "if known is None or known < to:",
        "if known != to:",
        "test_flows_marks.py",
    ),
    Mutant(
        "mark beyond what was kept",
        "flows/marks.py",
        "return self.at_end if rises and self._in_order else self.before",
        "return self.at_end",
        "test_flows_marks.py",
    ),
    Mutant(
        "fact without its posting",
        "flows/ingest.py",
        "        with site.ledger.transaction():\n            if not site.ledger.record(fact):\n"
        "                return Kept.KNOWN\n            note_return(fact, site)",
        "        if not site.ledger.record(fact):\n            return Kept.KNOWN\n"
        "        with site.ledger.transaction():\n            note_return(fact, site)",
        "test_flows_seams.py",
    ),
    Mutant(
        "settled before it is kept",
        "flows/orders_out.py",
        "    for delivery in reading:\n        row = delivery.entry",
        "    for delivery in reading:\n        delivery.settle(KEPT)\n        row = delivery.entry",
        "test_files_settled.py",
    ),
)
