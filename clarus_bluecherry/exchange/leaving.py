"""How files are left: intended, shown, and proven there or not.

Law of this module: intent before effect. Before a file can be seen the journal holds its document, its name, its
digest and the temporary name under which it waits, whole and on the disk. Showing it is one rename of that very
file, and a file can be renamed once: where it still waits, nobody has seen it, and who takes it back makes sure
that nobody ever will. Where it does not wait any more and is not there either, the partner may have fetched it:
that is unknown, and *absent* is never concluded from silence.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path

from attrs import evolve, frozen

from clarus_bluecherry.errors import (
    ConfigurationError,
    Conflict,
    InvalidRecord,
    LedgerError,
    NotSent,
    OutcomeUnknown,
    Retry,
)
from clarus_bluecherry.exchange.disk import examined, explained, flush_folder, show, write
from clarus_bluecherry.exchange.journal import Journal, SentOutcome
from clarus_bluecherry.exchange.names import shown
from clarus_bluecherry.exchange.placed import Placed, PlacedFiles

Content = bytes | Iterable[bytes] | Callable[[], bytes]
"""The content of a file: at once, in pieces, or made when it is needed."""


@frozen
class Leaving:
    """The leaving side of a folder. `rights` are those of its files."""

    outgoing: Path
    journal: Journal
    rights: int

    def leave(self, document: str, name: str, content: Content, *, tracked: bool) -> str:
        """See `Folder.leave`."""
        given = self._name_of(document)
        if given and not self._may_be_left(given):
            return given
        return self._left(given or name, content, document, tracked=tracked)

    def put(self, name: str, content: Content) -> None:
        """See `Folder.put`."""
        self._may_be_left(name)
        self._left(name, content)

    def outcome(self, document: str) -> SentOutcome | None:
        """See `Folder.outcome`."""
        given = self._name_of(document)
        if given:
            self._settled(given)
        return self.journal.outcome(document)

    def decide(self, name: str, *, there: bool) -> None:
        """See `Folder.decide`."""
        with self.journal.placed() as files:
            placed = files.of(name)
            if placed is None or not placed.is_unclear:
                raise InvalidRecord("it is not in doubt", record=f"file {shown(name)}")
            files.keep(placed.decided(there=there))

    def _name_of(self, document: str) -> str | None:
        with self.journal.placed() as files:
            return files.name_of(document)

    def _may_be_left(self, name: str) -> bool:
        """As `_is_absent`. What still waits is not taken back: another worker may be about to show it.

        It is taken back where another file is intended in its place, in one transaction: so each worker finds
        either its own file to show, or the other's.
        """
        with self.journal.placed() as files:
            placed = files.of(name)
        if placed is not None and placed.waiting is not None and (self.outgoing / placed.waiting).exists():
            return True
        return self._is_absent(name)

    def _is_absent(self, name: str) -> bool:
        """Whether it is proven that nobody has seen the file; raise when that is not known.

        That is found out before anything else can fail, so that nobody is told that nothing was left.
        """
        placed = self._settled(name)
        if placed is not None and placed.waiting is not None:
            raise _unclear(name)
        return placed is not None and placed.is_absent

    # Intent, effect ------------------------------------------------------------------------------------------

    def _left(self, name: str, content: Content, document: str | None = None, *, tracked: bool = False) -> str:
        temporary, digest = self._written(name, content)
        try:
            placed = self._intended(Placed(name, digest, waiting=temporary.name), document, tracked=tracked)
        except Exception:
            temporary.unlink(missing_ok=True)
            raise
        if placed.waiting == temporary.name:
            self._show(placed)
        else:
            temporary.unlink(missing_ok=True)  # it was left before
        return placed.name

    def _written(self, name: str, content: Content) -> tuple[Path, str]:
        """The file under a temporary name. Where that fails, what waits is taken back: it is not shown later."""
        try:
            with explained("leaving it", name):
                written = write(self.outgoing, content() if callable(content) else content, self.rights)
                flush_folder(self.outgoing)
        except Exception:
            self._is_absent(name)
            raise
        return written

    def _intended(self, wanted: Placed, document: str | None, *, tracked: bool) -> Placed:
        """Journal what is to be seen, unless it has been seen; what the journal says then."""
        with explained("leaving it", wanted.name), self.journal.placed() as files:
            given = files.name_of(document) if document else None
            wanted = evolve(wanted, name=given or wanted.name)
            before = files.of(wanted.name)
            if before and document and not given:
                _check_owner(files, wanted.name)
            after = self._proven(before) if before else None
            if after is None or after.is_absent:
                after = self._unless_there(wanted, any_content=document is not None)
            elif after.waiting is not None:
                raise _unclear(wanted.name)
            if document is None and after.digest != wanted.digest:
                raise _used("the name was used before, for other content", wanted.name)
            files.keep(after)
            if document:
                files.name(document, after.name, tracked=tracked)
        self._forget(before)
        return after

    def _unless_there(self, wanted: Placed, *, any_content: bool) -> Placed:
        """An intended file, unless one has its name already, left by us under a journal that is lost.

        With `any_content` it was left whatever is in it: of a document only the time differs.
        """
        there = content_there(self.outgoing / wanted.name)
        if there is None:
            return wanted
        if there != wanted.digest and not any_content:
            raise _used("other content waits under this name", wanted.name)
        return evolve(wanted, digest=there).left()

    def _show(self, intended: Placed) -> None:
        try:
            with explained("leaving it", intended.name), self.journal.placed() as files:
                self._show_now(files, intended.name)
        except (NotSent, ConfigurationError, LedgerError) as error:
            try:
                is_absent = self._is_absent(intended.name)
            except LedgerError:
                raise _unclear(intended.name) from error
            if is_absent:
                raise

    def _show_now(self, files: PlacedFiles, name: str) -> None:
        """Show what the journal says is intended: another worker may have left it, or means other content now."""
        now = files.of(name)
        if now is None or now.is_absent:
            raise NotSent("somebody asked about it, and took it back", record=f"file {shown(name)}")
        if now.waiting is not None:
            show(self.outgoing / now.waiting, self.outgoing / name)
            files.keep(now.left())

    # Proof ---------------------------------------------------------------------------------------------------

    def _settled(self, name: str) -> Placed | None:
        """Look, and journal what is proven of a file; None when the journal has never heard of it."""
        with self.journal.placed() as files:
            before = files.of(name)
            after = self._proven(before) if before else None
            if after is None or after is before:
                return after
            files.keep(after)
        self._forget(before)
        return after

    def _proven(self, placed: Placed) -> Placed:
        """What the folder proves of an intended file; the same when it proves nothing.

        What still waits is renamed, so that it can never be shown any more, even by a rename that a server has
        not yet done. It keeps that name, which proves it to the next one who looks, until the journal has it.
        """
        if placed.waiting is None:
            return placed
        waiting, withdrawn = self.outgoing / placed.waiting, self._withdrawn(placed.waiting)
        try:
            if content_there(self.outgoing / placed.name) == placed.digest:
                flush_folder(self.outgoing)
                return placed.left()
            if not withdrawn.exists():
                waiting.rename(withdrawn)
        except (OSError, Conflict):
            return placed
        return placed.withdrawn()

    def _withdrawn(self, waiting: str) -> Path:
        return self.outgoing / f"{waiting}.withdrawn"

    def _forget(self, before: Placed | None) -> None:
        if before is not None and before.waiting is not None:
            with suppress(OSError):
                self._withdrawn(before.waiting).unlink(missing_ok=True)


def _check_owner(files: PlacedFiles, name: str) -> None:
    """A name that was used before is ours only when no other document has it: then an older version used it."""
    if files.has_owner(name):
        raise Conflict(
            "another document has this name",
            record=f"file {shown(name)}",
            retry=Retry.POINTLESS,
            action="Name files by their kind, too: `{kind}` in the template.",
        )


def content_there(path: Path) -> str | None:
    """The SHA-256 of the file that has the name; None when nothing has. Raises `Conflict` when it is no file."""
    try:
        return examined(path)[0]
    except FileNotFoundError:
        return None
    except InvalidRecord as error:
        raise _used(error.what, path.name) from None


def check_free(path: Path, digest: str) -> bool:
    """Whether the name is free; False when the same content has it. Raises `Conflict` for any other."""
    there = content_there(path)
    if there not in (None, digest):
        raise _used("other content waits under this name", path.name)
    return there is None


def _used(what: str, name: str) -> Conflict:
    return Conflict(
        what,
        record=f"file {shown(name)}",
        retry=Retry.POINTLESS,
        action="Nothing, when the waiting file is fetched soon; else compare both and decide.",
    )


def _unclear(name: str) -> OutcomeUnknown:
    return OutcomeUnknown(
        "it may have been left: it waits no more, and nobody could note whether it was seen",
        record=f"file {shown(name)}",
        action="Ask the partner; its acknowledgement settles it, or `Folder.decide`.",
    )
