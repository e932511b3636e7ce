"""Whatever happens in whatever order, each file is taken once, or lies in quarantine with a reason."""

import datetime as dt
import hashlib
import shutil
import tempfile
from contextlib import contextmanager
from pathlib import Path
from unittest import mock

from how_many import examples
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from clarus_bluecherry.errors import Conflict
from clarus_bluecherry.exchange import Folder, Journal

NOON = dt.datetime(2026, 3, 2, 12, tzinfo=dt.UTC)
STEPS = [
    *(
        (Journal, step)
        for step in ("gone", "lease", "standing", "decide", "forget", "give_back", "placed", "alone")
    ),
    *((Path, step) for step in ("rename", "replace")),
]


class Killed(BaseException):
    """The process ends here."""


def digests(paths):
    return {hashlib.sha256(path.read_bytes()).hexdigest() for path in paths}


class Exchange(RuleBasedStateMachine):
    """Partners drop files, workers take them, and any step of the journal or of a file may be a worker's last."""

    workers = st.integers(0, 1)
    fuses = st.one_of(st.none(), st.integers(0, 30))

    def __init__(self):
        super().__init__()
        self.root = Path(tempfile.mkdtemp())
        self.time = NOON
        self.fuse = None
        self.dropped, self.done, self.left = {}, set(), {}
        self.folders = [self.opened(), self.opened()]
        self.patches = [mock.patch.object(kind, step, self.burning(getattr(kind, step))) for kind, step in STEPS]
        for patch in self.patches:
            patch.start()

    def opened(self):
        return Folder(
            self.root, settle=dt.timedelta(0), attempts=3, now=lambda: self.time, on_incident=lambda incident: None
        )

    def burning(self, step):
        """A step before or after which the process ends, when the fuse has burnt down."""

        def burns(*args, **options):
            self.burn()
            done = step(*args, **options)
            self.burn()
            return done

        return burns

    def burn(self):
        if self.fuse == 0:
            raise Killed
        if self.fuse is not None:
            self.fuse -= 1

    @contextmanager
    def a_process(self, fuse, worker):
        """One that may be killed; another takes its place."""
        self.fuse = fuse
        try:
            yield self.folders[worker]
        except Killed:
            self.fuse = None
            self.folders[worker].close()
            self.folders[worker] = self.opened()
        self.fuse = None

    @rule(content=st.binary(max_size=3), name=st.sampled_from(["a", "b"]))
    def drop(self, content, name):
        try:
            self.folders[0].drop(name, content)
        except Conflict:
            return
        self.dropped[hashlib.sha256(content).hexdigest()] = content

    @rule(content=st.binary(max_size=3), name=st.sampled_from(["x", "y"]), fuse=fuses, worker=workers)
    def put(self, content, name, fuse, worker):
        before = (self.root / "out" / name).exists()
        with self.a_process(fuse, worker) as folder:
            try:
                folder.put(name, content)
            except Conflict:
                assert self.left[name] != content
            else:
                assert self.left.setdefault(name, content) == content
        if not before and (self.root / "out" / name).exists():
            self.left.setdefault(name, content)  # killed after it was shown

    @rule(
        fuse=fuses,
        worker=workers,
        wants=st.lists(st.sampled_from(["done", "refuse", "fail", "abandon"]), min_size=1, max_size=4),
    )
    def take(self, fuse, worker, wants):
        with self.a_process(fuse, worker) as folder:
            for arrival, want in zip(folder.arrivals(), wants, strict=False):
                assert arrival.digest not in self.done
                assert arrival.read() == self.dropped[arrival.digest]
                if want == "done":
                    arrival.done()
                    self.done.add(arrival.digest)
                elif want == "refuse":
                    arrival.refuse("because")
                elif want == "fail":
                    arrival.__exit__(KeyError, KeyError(), None)

    @rule(minutes=st.sampled_from([1, 5, 20]))
    def wait(self, minutes):
        self.time += dt.timedelta(minutes=minutes)

    @invariant()
    def what_was_left_is_there_whole(self):
        for name, content in self.left.items():
            assert (self.root / "out" / name).read_bytes() == content

    @invariant()
    def nothing_is_lost(self):
        assert set(self.dropped) <= digests(self.files("in", "work", "archive", "quarantine"))

    def files(self, *folders):
        """The partner's files in these folders: neither reasons nor what a killed writer left."""
        paths = [path for folder in folders for path in (self.root / folder).iterdir()]
        return [path for path in paths if not path.name.endswith((".reason.txt", ".tmp"))]

    def teardown(self):
        for patch in self.patches:
            patch.stop()
        for _ in range(3):
            self.time += dt.timedelta(hours=1)
            for arrival in self.folders[0].arrivals():
                assert arrival.digest not in self.done
                arrival.done()
        assert self.files("in", "work") == []
        archived, refused = self.files("archive"), self.files("quarantine")
        assert all(path.with_name(f"{path.name}.reason.txt").read_text().strip() for path in refused)
        assert self.done <= digests(archived)
        assert set(self.dropped) == digests(archived) | digests(refused)
        for folder in self.folders:
            folder.close()
        shutil.rmtree(self.root)


Exchange.TestCase.settings = settings(max_examples=examples(150), stateful_step_count=20, deadline=None)
TestExchange = Exchange.TestCase
