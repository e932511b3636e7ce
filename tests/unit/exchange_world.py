"""Small help for the tests of the exchange: a folder with a clock that obeys."""

import datetime as dt

from clarus_bluecherry.exchange import Folder

NOON = dt.datetime(2026, 3, 2, 12, tzinfo=dt.UTC)
NOTHING = dt.timedelta(0)
MINUTE = dt.timedelta(minutes=1)


class Place:
    """A folder with its clock, its incidents, and both sides' view of it."""

    def __init__(self, root, **settings):
        self.root = root
        self.time = NOON
        self.incidents = []
        self._settings = {"settle": NOTHING, **settings}
        self._opened = []

    def open(self):
        """The folder as one more worker opens it."""
        folder = Folder(self.root, now=lambda: self.time, on_incident=self.incidents.append, **self._settings)
        self._opened.append(folder)
        return folder

    def close(self):
        for folder in self._opened:
            folder.close()

    def wait(self, minutes):
        self.time += minutes * MINUTE

    def names(self, folder):
        """The files of a sub-folder; a ticket's time and number are left out."""
        return sorted(
            path.name.split("Z-")[-1][9:] if "Z-" in path.name else path.name for path in self.paths(folder)
        )

    def paths(self, folder):
        return sorted(path for path in (self.root / folder).iterdir())
