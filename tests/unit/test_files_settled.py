"""A file is answered and archived when the last of its documents is settled: not before, not twice, never less."""

import datetime as dt
import io
from pathlib import Path

import pytest
from edi_world import ORDER, PICK, PROFILE, RECEIPT, STYLE, encoded
from files_world import kept, looked

from clarus_bluecherry.bluecherry.client import BlueCherry
from clarus_bluecherry.bluecherry.edi import X12Codec
from clarus_bluecherry.bluecherry.edi.documents import body_of
from clarus_bluecherry.bluecherry.files import FilesProfile, FileTransport
from clarus_bluecherry.bluecherry.kinds.pick_ticket import PICK_TICKET
from clarus_bluecherry.bluecherry.kinds.production_order import PRODUCTION_ORDER
from clarus_bluecherry.bluecherry.kinds.style import STYLE as STYLES
from clarus_bluecherry.bluecherry.sheets import template, write_sheet
from clarus_bluecherry.bluecherry.sheets.codec import SheetCodec
from clarus_bluecherry.bluecherry.transport import KEPT, Settlement
from clarus_bluecherry.errors import InvalidRecord, NotSent
from clarus_bluecherry.exchange import Folder, IncidentKind, NameTemplate, SentOutcome
from clarus_bluecherry.exchange.intake import Intake
from clarus_bluecherry.x12 import Document, Envelope, Segment, read, write

NOON = dt.datetime(2026, 3, 2, 12, tzinfo=dt.UTC)
HOUR = dt.timedelta(hours=1)
NO = Settlement("the warehouse does not know the article")
TAKEN = ["AK5*A", "AK9*A*1*1*1"]


def pick(number):
    return PICK.model_copy(update={"pick_num": number})


class There:
    """A folder, its partner, and as many workers as a test opens."""

    def __init__(self, root: Path, names="{kind}_{control_number}.x12"):
        self.root, self.names, self.now, self.incidents, self.pumped = root, names, NOON, [], []
        self.away, self.workers = False, []

    def open(self, *, codec=None, kinds=None):
        folder = Folder(self.root, settle=dt.timedelta(0), now=lambda: self.now, on_incident=self.incidents.append)
        transport = FileTransport(
            folder,
            codec or X12Codec(PROFILE, now=lambda: self.now),
            FilesProfile(names=NameTemplate(self.names)),
            store=self.root / "store",
            now=lambda: self.now,
            pump=self.pump,
            kinds=kinds,
        )
        self.workers.append((transport, folder))
        return transport

    def die(self, transport):
        """The process ends as it stands: what it holds is held until its leases run out."""
        (folder,) = [folder for each, folder in self.workers if each is transport]
        self.workers.remove((transport, folder))
        folder.close()

    def pump(self):
        if self.away:
            raise NotSent("the server is away", record="sftp")
        self.pumped.append(len(self.answers))
        return ()

    def drop(self, *messages, name="in.x12", first=1):
        content = (encoded(PROFILE, each, f"{number:09}", NOON) for number, each in enumerate(messages, first))
        (self.root / "in" / name).write_bytes(b"".join(content))

    def files(self, folder):
        return sorted(path.name.split("Z-")[-1][9:] for path in (self.root / folder).iterdir())

    @property
    def answers(self):
        return sorted(path.name for path in (self.root / "out").iterdir() if path.name.startswith("997"))

    @property
    def verdicts(self):
        found = []
        for name in self.answers:
            for part in read(io.BytesIO((self.root / "out" / name).read_bytes())):
                assert part.findings == ()
                if isinstance(part, Document):
                    told = ["*".join((each.id, *each.elements)) for each in part.segments]
                    found += [each for each in told if each[:3] in ("AK5", "AK9")]
        return found


@pytest.fixture
def there(tmp_path):
    there = There(tmp_path)
    yield there
    for transport, _ in there.workers:
        transport.close()


def test_it_is_answered_and_archived_behind_the_last_settlement_and_not_before(there):
    worker = there.open()
    there.drop(PICK, ORDER, pick("1002"))
    picks = list(worker.read(PICK_TICKET))
    (order,) = worker.read(PRODUCTION_ORDER)
    for delivery in (*picks, order):
        assert (there.answers, there.files("archive")) == ([], [])
        delivery.settle(KEPT)
    assert there.verdicts == TAKEN * 3
    assert there.files("archive") == ["in.x12"]
    assert (there.files("work"), there.incidents) == ([], [])


def test_what_a_worker_that_died_has_kept_is_delivered_again_and_answered_and_archived_once(there):
    first = there.open()
    there.drop(PICK, pick("1002"))
    deliveries = list(first.read(PICK_TICKET))
    deliveries[0].settle(KEPT)
    there.die(first)
    second = there.open()
    assert len(looked(second, PICK_TICKET)) == 2, "it can be read at once"
    assert (there.answers, there.files("archive")) == ([], [])
    there.now += HOUR
    assert len(kept(second, PICK_TICKET, there.now + HOUR)) == 2, "it is delivered however long ago it came"
    assert (there.verdicts, there.files("archive")) == (TAKEN * 2, ["in.x12"])
    assert kept(second, PICK_TICKET, there.now + HOUR) == []
    assert len(list((there.root / "store").glob("*.x12"))) == 1
    assert there.incidents == []


@pytest.mark.parametrize("names", ["{kind}_{control_number}.x12", "{kind}_{control_number}_{date:%Y%m%d%H%M}.x12"])
def test_a_worker_that_died_between_answering_and_archiving_has_answered(tmp_path, names, monkeypatch):
    there = There(tmp_path, names)
    first = there.open()
    there.drop(PICK)
    (delivery,) = first.read(PICK_TICKET)

    def killed(*given, **more):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(Intake, "done", killed)
        with pytest.raises(KeyboardInterrupt):
            delivery.settle(KEPT)
    there.die(first)
    assert len(there.answers) == 1
    there.now += HOUR
    second = there.open()
    kept(second, PICK_TICKET)
    assert (there.verdicts, there.files("archive")) == (TAKEN, ["in.x12"])
    second.close()


def group(*messages):
    """One interchange with one group of these picks."""
    envelope = Envelope(partners=PROFILE.partners.swapped(), control_number="000000007", at=NOON)
    return b"".join(write(envelope, "940", [body_of(PICK_TICKET, each, "7", PROFILE)[1] for each in messages]))


@pytest.mark.parametrize(
    ("outcomes", "verdicts"),
    [
        ([KEPT, KEPT, KEPT], ["AK5*A", "AK5*A", "AK5*A", "AK9*A*3*3*3"]),
        ([KEPT, NO, KEPT], ["AK5*A", "AK5*R*5", "AK5*A", "AK9*P*3*3*2"]),
        ([NO, NO, NO], ["AK5*R*5", "AK5*R*5", "AK5*R*5", "AK9*R*3*3*0"]),
    ],
    ids=["all kept", "one refused", "all refused"],
)
def test_what_is_refused_is_rejected_by_name_and_counted(there, outcomes, verdicts):
    worker = there.open()
    (there.root / "in" / "in.x12").write_bytes(group(pick("1"), pick("2"), pick("3")))
    for delivery, outcome in zip(worker.read(PICK_TICKET), outcomes, strict=True):
        delivery.settle(outcome)
    assert there.verdicts == verdicts
    assert (there.files("archive"), there.files("quarantine")) == (["in.x12"], [])


def test_a_word_on_ours_that_cannot_be_read_shifts_no_verdict_of_what_stands_behind_it(there):
    worker = there.open()
    there.drop(PICK, first=8)
    broken = [Segment("AK1", ("RE", "12")), Segment("AK9", ("A", "1", "1", "1"))]
    envelope = Envelope(partners=PROFILE.partners.swapped(), control_number="000000007", at=NOON)
    word = b"".join(write(envelope, "997", [broken])).replace(b"AK9*A*1*1*1", b"AK9*A")
    path = there.root / "in" / "in.x12"
    path.write_bytes(word + path.read_bytes())
    bad, good = kept(worker, PICK_TICKET)
    assert isinstance(bad, InvalidRecord)
    assert good.pick_num == "1001"
    assert there.verdicts == TAKEN


def test_a_kind_that_nobody_reads_here_is_refused_at_once(there):
    worker = there.open(kinds={"pick_ticket"})
    there.drop(ORDER)
    assert kept(worker, PICK_TICKET) == []
    assert (there.verdicts, there.files("archive")) == (["AK5*R*5", "AK9*R*1*1*0"], ["in.x12"])


def test_what_we_send_ourselves_is_read_by_nobody_here(there):
    worker = there.open(kinds={"pick_ticket"})
    there.drop(RECEIPT)
    assert kept(worker, PICK_TICKET) == []
    assert there.verdicts == ["AK5*R*5", "AK9*R*1*1*0"]


def test_beside_one_that_nobody_reads_the_others_are_still_waited_for(there):
    worker = there.open(kinds={"pick_ticket"})
    there.drop(ORDER, PICK)
    assert len(looked(worker, PICK_TICKET)) == 1
    assert there.answers == []
    kept(worker, PICK_TICKET)
    assert sorted(there.verdicts) == sorted(["AK5*R*5", "AK9*R*1*1*0", *TAKEN])


def test_two_workers_keep_both_and_answer_once(there):
    first, second = there.open(), there.open()
    there.drop(PICK)
    (mine,) = first.read(PICK_TICKET)
    (theirs,) = second.read(PICK_TICKET)
    theirs.settle(KEPT)
    assert there.answers == [], "the first one has the file"
    mine.settle(KEPT)
    assert (there.verdicts, there.files("archive")) == (TAKEN, ["in.x12"])


def test_a_worker_that_was_too_slow_answers_nothing_twice(there):
    first, second = there.open(), there.open()
    there.drop(PICK)
    (mine,) = first.read(PICK_TICKET)
    there.now += HOUR
    (theirs,) = second.read(PICK_TICKET)
    mine.settle(KEPT)
    assert there.files("archive") == []
    theirs.settle(KEPT)
    assert (there.verdicts, there.files("archive")) == (TAKEN, ["in.x12"])


def test_a_worker_that_reads_on_keeps_its_files_however_long_it_takes(there):
    worker = there.open()
    there.drop(PICK, pick("1002"))
    first, second = worker.read(PICK_TICKET)
    first.settle(KEPT)
    for _ in range(9):
        there.now += HOUR
        looked(worker, PRODUCTION_ORDER)
    second.settle(KEPT)
    assert (there.verdicts, there.files("archive"), there.incidents) == (TAKEN * 2, ["in.x12"], [])


@pytest.mark.parametrize("closes", [True, False], ids=["in five programs", "in one program"])
def test_who_only_looks_answers_nothing_and_costs_the_file_nothing(there, closes):
    client = BlueCherry(there.open())
    there.drop(PICK)
    for _ in range(7):
        assert [each.pick_num for each in client.picks()] == ["1001"]
        there.now += HOUR
        if closes:
            there.workers.clear()
            client.close()
            client = BlueCherry(there.open())
    assert (there.answers, there.files("quarantine"), there.incidents) == ([], [], [])
    kept(client.transport, PICK_TICKET)
    assert (there.verdicts, there.files("archive")) == (TAKEN, ["in.x12"])


def test_styles_beside_picks_are_there_at_once_and_answered_with_them(there):
    worker = there.open()
    there.drop(STYLE, PICK)
    assert [each.style for each in looked(worker, STYLES)] == ["01234"]
    assert there.answers == []
    kept(worker, PICK_TICKET)
    assert there.verdicts == TAKEN * 2


def test_a_file_of_styles_alone_waits_for_nobody(there):
    worker = there.open()
    there.drop(STYLE)
    looked(worker, PICK_TICKET)
    assert (there.verdicts, there.files("archive")) == (TAKEN, ["in.x12"])


def test_settled_again_changes_nothing_and_settled_after_the_end_is_delivered_again(there):
    worker = there.open()
    there.drop(PICK)
    (delivery,) = worker.read(PICK_TICKET)
    for outcome in (KEPT, KEPT, NO):
        delivery.settle(outcome)
    assert there.verdicts == TAKEN
    there.drop(pick("1002"), name="2.x12", first=2)
    *_, late = worker.read(PICK_TICKET)
    there.workers.clear()
    worker.close()
    late.settle(KEPT)
    assert there.verdicts == TAKEN
    assert [each.pick_num for each in kept(there.open(), PICK_TICKET)] == ["1001", "1002"]
    assert there.verdicts == TAKEN * 2


def test_when_the_server_is_away_what_is_kept_stays_kept_and_the_answer_goes_later_once(there):
    worker = there.open()
    there.drop(PICK, pick("1002"))
    settled = []
    with pytest.raises(NotSent):  # noqa: PT012 - it is raised when the reading ends
        for delivery in worker.read(PICK_TICKET):
            there.away = True
            delivery.settle(KEPT)
            settled.append(delivery.entry.pick_num)
    assert settled == ["1001", "1002"]
    assert (there.verdicts, there.files("archive")) == (TAKEN * 2, ["in.x12"])
    there.away = False
    assert kept(worker, PICK_TICKET, there.now + HOUR) == []
    assert there.pumped[-1] == 2
    assert there.verdicts == TAKEN * 2


def test_answers_of_many_files_go_in_one_pump(there):
    worker = there.open()
    for number in range(1, 6):
        there.drop(pick(str(number)), name=f"{number}.x12", first=number)
    kept(worker, PICK_TICKET)
    assert there.pumped == [0, 5]


def test_a_disk_that_fails_while_it_answers_leaves_the_file_for_the_next_read(there, monkeypatch):
    worker = there.open()
    there.drop(PICK)

    def full(*given, **more):
        raise NotSent("the disk is full", record="out")

    with monkeypatch.context() as patch:
        patch.setattr(Folder, "leave", full)
        with pytest.raises(NotSent):
            kept(worker, PICK_TICKET)
    assert (there.answers, there.files("archive")) == ([], [])
    assert len(kept(worker, PICK_TICKET, there.now + HOUR)) == 1
    assert (there.verdicts, there.files("archive")) == (TAKEN, ["in.x12"])


def test_an_acknowledgement_of_ours_is_noted_before_anybody_reads(there):
    worker = there.open()
    worker.send(RECEIPT, "000000012")
    body = [Segment("AK1", ("RE", "12")), Segment("AK9", ("A", "1", "1", "1"))]
    envelope = Envelope(partners=PROFILE.partners.swapped(), control_number="000000055", at=NOON)
    (there.root / "in" / "997.x12").write_bytes(b"".join(write(envelope, "997", [body])))
    worker.probe(RECEIPT.kind, "000000012")
    (_, folder) = there.workers[0]
    assert folder.journal.outcome("000000012") is SentOutcome.ACKNOWLEDGED
    assert there.files("archive") == ["997.x12"]


# Sheets, whose content may come back -----------------------------------------------------------------------------

SHEETS = SheetCodec({"pick_ticket": template("pick_ticket")}, {"pick_ticket": ["PICK*.csv"]})


def drop_sheet(there, number, units):
    line = {"style": "01234", "line_seq": "1", "bk_qty": units}
    content = write_sheet(template("pick_ticket"), [PICK_TICKET.model(pick_num="P1", lines=[line])])
    (there.root / "in" / f"PICK{number}.csv").write_bytes(content)
    there.now += dt.timedelta(seconds=1)


def units(records):
    return [int(each.lines[0].bk_qty) for each in records]


@pytest.mark.parametrize("ends", ["killed", "closed"])
def test_content_that_came_back_and_was_not_settled_is_no_duplicate(there, ends):
    first = there.open(codec=SHEETS)
    for number, told in enumerate((5, 7), start=1):
        drop_sheet(there, number, told)
        kept(first, PICK_TICKET)
    drop_sheet(there, 3, 5)
    assert units(looked(first, PICK_TICKET)) == [5, 7, 5]
    if ends == "killed":
        there.die(first)
    else:
        there.workers.clear()
        first.close()
    there.now += HOUR
    second = there.open(codec=SHEETS)
    assert units(kept(second, PICK_TICKET, there.now + HOUR)) == [5]
    assert units(looked(second, PICK_TICKET)) == [5, 7, 5]
    assert there.files("archive") == ["PICK1.csv", "PICK2.csv", "PICK3.csv"]
    assert there.incidents == []


def test_words_that_wait_together_are_each_taken_up_again_as_what_they_were(there):
    first = there.open(codec=SHEETS)
    for number, told in enumerate((5, 7, 5), start=1):
        drop_sheet(there, number, told)
    assert units(looked(first, PICK_TICKET)) == [5, 7, 5]
    there.die(first)
    there.now += HOUR
    second = there.open(codec=SHEETS)
    assert units(kept(second, PICK_TICKET, there.now + HOUR)) == [5, 7, 5]
    assert there.files("archive") == ["PICK1.csv", "PICK2.csv", "PICK3.csv"]
    assert there.incidents == []


def test_one_more_of_the_same_waits_for_the_first_and_is_a_duplicate_then(there):
    worker = there.open(codec=SHEETS)
    for number in (1, 2):
        drop_sheet(there, number, 5)
    assert units(kept(worker, PICK_TICKET)) == [5]
    assert units(kept(worker, PICK_TICKET)) == [5]
    assert [incident.kind for incident in there.incidents] == [IncidentKind.DUPLICATE]


def test_a_sheet_that_nobody_reads_here_is_told_to_a_person_for_no_answer_tells_its_sender(there):
    layouts = {kind.name: template(kind.name) for kind in (PICK_TICKET, PRODUCTION_ORDER)}
    names = {"pick_ticket": ["PICK*"], "production_order": ["PO*"]}
    worker = there.open(codec=SheetCodec(layouts, names), kinds={"pick_ticket"})
    (there.root / "in" / "PO_1.csv").write_bytes(write_sheet(layouts["production_order"], [ORDER]))
    assert kept(worker, PICK_TICKET) == []
    assert (there.files("quarantine")[0], there.files("archive")) == ("PO_1.csv", [])
    (incident,) = there.incidents
    assert incident.kind is IncidentKind.QUARANTINED
    assert "nobody here reads a production order" in incident.detail


def test_a_file_that_raises_what_nobody_expected_is_quarantined_and_stops_no_other(there, monkeypatch):
    worker = there.open()
    there.drop(PICK, name="a.x12")
    there.drop(pick("1002"), name="b.x12", first=2)
    decode = X12Codec.decode

    def one_raises(codec, name, content):
        if name == "a.x12":
            raise RecursionError(name)
        return decode(codec, name, content)

    monkeypatch.setattr(X12Codec, "decode", one_raises)
    assert [each.pick_num for each in kept(worker, PICK_TICKET)] == ["1002"]
    assert (there.files("quarantine")[0], there.files("archive")) == ("a.x12", ["b.x12"])
    (incident,) = there.incidents
    assert "RecursionError" in incident.detail
