"""The warehouse by file, as a place to deliver to: an import file for each posting, and what became of it.

Law of this module: nothing is called done that nobody has said. A file that was taken may have failed in the
import, and only Clarus's own logs tell. So a posting is done when a confirmation names its document, or the API
shows it where the site has one; until then it is on its way, and in doubt once that has taken longer than the site
allows.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import re

from clarus_bluecherry.clarus.files import ClarusFiles, FileStanding, ImportContent, import_file
from clarus_bluecherry.errors import InvalidRecord
from clarus_bluecherry.flows.message import PostingStatus, UnreadableMessage, message_of
from clarus_bluecherry.flows.names import GOODS_OUT, ORDER_SHIPMENT, PRE_RECEIPT, RECEIPT_ADVICE
from clarus_bluecherry.flows.product_target import PRODUCTS, ProductTarget
from clarus_bluecherry.flows.site import Site
from clarus_bluecherry.flows.targets import OneByOne, only
from clarus_bluecherry.ledger import Posting, State

_DUE = {GOODS_OUT: "expected_date_of_dispatch", PRE_RECEIPT: "expected_date_of_receipt"}
_A_DAY = dt.timedelta(days=1)
_LONGEST_REFERENCE = 40


class FileTarget(OneByOne):
    """Clarus by file. See `Target`."""

    def __init__(self, site: Site, files: ClarusFiles) -> None:
        self._site = site
        self._files = files
        self._products = ProductTarget(site.clarus, site.account)

    def send(self, posting: Posting) -> PostingStatus:
        """Leave the import file, unless it was left before. Products go over the API."""
        if posting.kind in PRODUCTS:
            return self._products.send(posting)
        content = _content(posting, self._files)
        self._files.leave(posting.kind, number_of(posting), content)
        return PostingStatus(State.ACCEPTED, note="its import file was left")

    def ask(self, posting: Posting) -> PostingStatus:
        """By its confirmation, by the API where there is one, else by its file."""
        if posting.kind in PRODUCTS:
            return self._products.ask(posting)
        content = _content(posting, self._files)
        if self._is_confirmed(posting, content):
            return PostingStatus(State.POSTED, note="a confirmation names it")
        there = self._there(posting) if self._site.has_api else ""
        if there:
            return PostingStatus(State.POSTED, there, "the warehouse shows it")
        standing = self._files.standing(posting.kind, number_of(posting))
        if standing is FileStanding.ABSENT:
            return PostingStatus(State.RETRYING, note="its import file was never left")
        if standing is FileStanding.UNKNOWN:
            return PostingStatus(State.IN_DOUBT, note=f"its import file {standing}")
        if standing is FileStanding.TAKEN and self._files.taken_is_posted:
            return PostingStatus(State.POSTED, note="its import file was taken")
        if self._is_overdue(posting, content):
            what = f"its import file {standing}, and no confirmation has come: look for it in Clarus's system log"
            return PostingStatus(State.IN_DOUBT, note=what)
        return PostingStatus(State.ACCEPTED, note=f"its import file {standing}")

    def knock(self) -> None:
        """Look into the folder that files are left in."""
        self._files.folder.left()

    def finish(self) -> None:
        """Bring the files that were left to the server, where there is one. Raises what is wrong with one."""
        for problem in self._files.bring():
            raise problem

    def _is_confirmed(self, posting: Posting, content: ImportContent) -> bool:
        """Whether what the document led to has been read: its dispatch, or a receipt on one of its lines."""
        if posting.kind == GOODS_OUT:
            return bool(self._site.ledger.causes(ORDER_SHIPMENT, [posting.reference]))
        lines = [f"{posting.reference}/{line}" for line in content.told("alt_line_number")]
        return bool(self._site.ledger.causes(RECEIPT_ADVICE, lines))

    def _there(self, posting: Posting) -> str:
        """The id of the one document of this reference, or nothing. Raises `PostedTwice` for several."""
        clarus = self._site.clarus
        account = clarus.ids.account(self._site.account)
        kind = clarus.goods_outs if posting.kind == GOODS_OUT else clarus.goods_in_receipts
        found = kind.list(reference=posting.reference, account_id=account).all()
        return only([document.id for document in found], posting)

    def _is_overdue(self, posting: Posting, content: ImportContent) -> bool:
        """Whether nothing was heard for too long since the document was due, and since its file was left."""
        silence, now = self._files.silence, self._site.ledger.now()
        if silence is None or now <= _due(posting, content, self._files.zone) + silence:
            return False
        steps = self._site.ledger.history(posting.key)
        left = (step.at for step in reversed(steps) if step.before is State.SENDING)
        return now > next(left, posting.created_at) + silence


def number_of(posting: Posting) -> str:
    """The number in the name of a posting's file: its reference, and what no other posting has.

    Letters, digits, `_` and `-` only.
    """
    spelled = re.sub("[^A-Za-z0-9]+", "_", posting.reference, flags=re.ASCII).strip("_")[:_LONGEST_REFERENCE]
    own = hashlib.sha256(posting.key.encode()).hexdigest()[:8]
    return f"{spelled}-{own}" if spelled else own


def _content(posting: Posting, files: ClarusFiles) -> ImportContent:
    """What the ledger keeps for the file. Raises `UnreadableMessage` for what is no file of this site."""
    how = files.imports.get(posting.kind)
    if how is None:
        raise UnreadableMessage(f"no import file carries a {posting.kind}", record=posting.record_name)
    content = message_of(posting, ImportContent.model_validate)
    try:
        import_file(how.template, content)
    except InvalidRecord as error:
        raise UnreadableMessage(error.what, record=posting.record_name, field=error.field) from None
    return content


def _due(posting: Posting, content: ImportContent, zone: dt.tzinfo) -> dt.datetime:
    """The end of the day on which the document was due."""
    days = content.told(_DUE[posting.kind])
    day = dt.date.fromisoformat(days[0]) if days else posting.occurred_at.astimezone(zone).date()
    return dt.datetime.combine(day, dt.time(), zone) + _A_DAY
