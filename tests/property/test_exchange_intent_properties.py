"""Whoever leaves, asks, dies and fetches in whatever order: one document, one file, no absence that is untrue."""

import datetime as dt
import shutil
import tempfile
from collections import Counter
from contextlib import contextmanager
from pathlib import Path
from unittest import mock

from how_many import examples
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from clarus_bluecherry.errors import NotSent, OutcomeUnknown
from clarus_bluecherry.exchange import Folder, NameTemplate, SentOutcome, disk, leaving
from clarus_bluecherry.exchange.placed import PlacedFiles

NAMES = NameTemplate("{kind}_{control_number}_{date:%Y%m%d%H}.csv")
STEPS = [
    *((PlacedFiles, step) for step in ("of", "keep", "name")),
    *((Path, step) for step in ("rename", "replace", "unlink")),
    (disk, "flush_folder"),
    (leaving, "write"),
    (leaving, "flush_folder"),
]


class Killed(BaseException):
    """The process ends here."""


class Documents(RuleBasedStateMachine):
    """Two workers and a partner; any step of the journal or of a file may be a worker's last, or a failing one."""

    numbers = st.sampled_from("123456")
    workers = st.integers(0, 1)
    ends = st.sampled_from([Killed(), OSError(5, "Input/output error")])
    faults = st.none() | st.tuples(st.integers(0, 9), ends, st.booleans())

    def __init__(self):
        super().__init__()
        self.root = Path(tempfile.mkdtemp())
        self.time = dt.datetime(2026, 3, 2, 23, tzinfo=dt.UTC)
        self.fault = None
        self.fetched = []
        self.folders = [self.opened(), self.opened()]
        self.patches = [mock.patch.object(home, step, self.failing(home, step)) for home, step in STEPS]
        for patch in self.patches:
            patch.start()

    def opened(self):
        return Folder(self.root, settle=dt.timedelta(0), now=lambda: self.time)

    def failing(self, home, step):
        real = getattr(home, step)

        def fails(*args, **options):
            left, error, done = self.fault or (None, None, None)
            if left == 0 and (isinstance(error, Killed) or home is not PlacedFiles):
                self.fault = None
                if done:
                    real(*args, **options)
                raise error
            self.fault = left and (left - 1, error, done)
            return real(*args, **options)

        return fails

    @contextmanager
    def a_process(self, worker, fault):
        self.fault = fault
        try:
            yield self.folders[worker]
        except Killed:
            self.folders[worker].close()
            self.folders[worker] = self.opened()
        finally:
            self.fault = None

    def name(self, number):
        return NAMES.fill(kind="945", control_number=number, at=self.time)

    def seen(self, number):
        """How many files of a document the partner has or can fetch."""
        return len([name for name in [*self.fetched, *self.visible()] if name.startswith(f"945_{number}_")])

    def visible(self):
        return [path.name for path in (self.root / "out").iterdir() if not path.name.startswith(".")]

    @rule(number=numbers, worker=workers, fault=faults, content=st.binary(max_size=2), quick=st.booleans())
    def leave(self, number, worker, fault, content, quick):
        with self.a_process(worker, fault) as folder:
            try:
                folder.leave(number, self.name(number), content)
            except NotSent:
                assert self.seen(number) == 0
            except OutcomeUnknown:
                pass
            else:
                assert self.seen(number) == 1
        if quick:
            self.fetch()

    @rule(number=numbers, worker=workers, fault=faults)
    def ask(self, number, worker, fault):
        before = self.seen(number)
        with self.a_process(worker, fault) as folder:
            said = folder.outcome(number, NAMES.pattern(kind="945", control_number=number))
            if said is None:
                assert before == 0
            if said is SentOutcome.SENT:
                assert before == 1
        assert self.seen(number) == before

    @rule()
    def fetch(self):
        for name in self.visible():
            (self.root / "out" / name).unlink()
            self.fetched.append(name)

    @rule()
    def wait(self):
        self.time += dt.timedelta(hours=1)

    @invariant()
    def a_document_is_seen_once(self):
        seen = Counter(name.split("_")[1] for name in [*self.fetched, *self.visible()])
        assert all(times == 1 for times in seen.values()), seen

    def teardown(self):
        for patch in self.patches:
            patch.stop()
        for number in "123456":
            if self.folders[0].outcome(number) is SentOutcome.UNKNOWN:
                assert self.fetched
            else:
                self.folders[0].leave(number, self.name(number), b"in the end")
                assert self.seen(number) == 1
        for folder in self.folders:
            folder.close()
        shutil.rmtree(self.root)


Documents.TestCase.settings = settings(max_examples=examples(150), stateful_step_count=25, deadline=None)
TestDocuments = Documents.TestCase
