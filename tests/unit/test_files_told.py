"""What nobody takes, what somebody took away, and what cannot be brought: each is told, once."""

import datetime as dt

import pytest
from edi_world import PICK, PROFILE, SHIPMENT
from files_world import kept, looked
from test_files_settled import TAKEN, There

from clarus_bluecherry.bluecherry.edi import X12Codec
from clarus_bluecherry.bluecherry.files import FilesProfile, FileTransport
from clarus_bluecherry.bluecherry.kinds.pick_ticket import PICK_TICKET
from clarus_bluecherry.bluecherry.messages import DeliveryStatus
from clarus_bluecherry.bluecherry.transport import KEPT
from clarus_bluecherry.errors import Conflict, OutcomeUnknown
from clarus_bluecherry.exchange import Folder, IncidentKind, NameTemplate


@pytest.fixture
def there(tmp_path):
    there = There(tmp_path)
    yield there
    for transport, _ in there.workers:
        transport.close()


def told(there):
    return [(each.kind, each.name) for each in there.incidents]


def test_a_file_of_no_known_name_stays_and_is_told_once_for_each_content(there):
    workers = there.open(), there.open()
    (there.root / "in" / "ORDERS.pdf").write_bytes(b"by hand")
    (there.root / "in" / "orders.part").write_bytes(b"not yet")
    for worker in workers:
        kept(worker, PICK_TICKET)
        kept(worker, PICK_TICKET)
    assert told(there) == [(IncidentKind.UNCLAIMED, "ORDERS.pdf")]
    assert (there.root / "in" / "ORDERS.pdf").exists()
    (there.root / "in" / "ORDERS.pdf").write_bytes(b"by hand, once more")
    kept(there.open(), PICK_TICKET)
    assert told(there) == [(IncidentKind.UNCLAIMED, "ORDERS.pdf")] * 2


def test_a_file_that_is_still_being_written_is_not_told_yet(tmp_path):
    now, incidents = [dt.datetime(2026, 3, 2, 12, tzinfo=dt.UTC)], []
    with Folder(tmp_path, now=lambda: now[0], on_incident=incidents.append) as folder:
        (tmp_path / "in" / "ORDERS.pdf").write_bytes(b"by hand")
        folder.tell_unclaimed(["*.x12"])
        assert incidents == []
        now[0] += dt.timedelta(seconds=10)
        folder.tell_unclaimed(["*.x12"])
        folder.tell_unclaimed(["*.pdf"])
    assert [each.name for each in incidents] == ["ORDERS.pdf"]


def test_a_stored_file_that_somebody_deleted_is_answered_all_the_same(there):
    worker = there.open()
    there.drop(PICK)
    (delivery,) = worker.read(PICK_TICKET)
    for path in (there.root / "store").glob("*.x12"):
        path.unlink()
    delivery.settle(KEPT)
    assert (there.verdicts, there.files("archive")) == (TAKEN, ["in.x12"])


def test_a_stored_file_that_somebody_deleted_before_it_was_read_is_stored_again(there):
    worker = there.open()
    there.drop(PICK)
    assert len(looked(worker, PICK_TICKET)) == 1
    for path in (there.root / "store").glob("*.x12"):
        path.unlink()
    assert len(kept(worker, PICK_TICKET)) == 1
    assert (there.verdicts, there.files("archive")) == (TAKEN, ["in.x12"])


class Carried:
    """A transport whose server has something against single files."""

    def __init__(self, root):
        self.incidents, self.problems = [], []
        folder = Folder(root, settle=dt.timedelta(0), on_incident=self.incidents.append)
        self.transport = FileTransport(
            folder,
            X12Codec(PROFILE),
            FilesProfile(names=NameTemplate("{kind}_{control_number}.x12")),
            store=root / "store",
            now=folder.now,
            pump=lambda: tuple(self.problems),
        )


def test_what_a_server_refuses_of_one_file_is_told_once_while_it_lasts(tmp_path):
    here = Carried(tmp_path)
    here.problems = [Conflict("it changed while it was fetched", record="file 'a.x12'")]
    for _ in range(3):
        kept(here.transport, PICK_TICKET)
    assert [(each.kind, each.name) for each in here.incidents] == [(IncidentKind.NOT_BROUGHT, "file 'a.x12'")]
    assert "changed" in here.incidents[0].detail
    here.problems = []
    kept(here.transport, PICK_TICKET)
    here.problems = [Conflict("it changed while it was fetched", record="file 'a.x12'")]
    kept(here.transport, PICK_TICKET)
    assert len(here.incidents) == 2
    here.transport.close()


@pytest.mark.parametrize(
    "record", ["file '{}'", "SFTP server sftp.example, b'outgoing/{}.part'"], ids=["file", "path"]
)
def test_what_is_left_and_cannot_be_brought_is_not_accepted(tmp_path, record):
    here = Carried(tmp_path)
    record = record.format(f"{SHIPMENT.kind}_000000001.x12")
    here.problems = [Conflict("another file has the name on the server", record=record)]
    with pytest.raises(OutcomeUnknown, match="another file has the name"):
        here.transport.send(SHIPMENT, "000000001")
    here.problems = []
    assert here.transport.probe(SHIPMENT.kind, "000000001") is DeliveryStatus.STAGED
    here.transport.close()
