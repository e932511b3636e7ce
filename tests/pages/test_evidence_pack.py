"""An evidence pack: the same each time, whole or named, and enough to make the close again."""

from __future__ import annotations

import datetime as dt
import hashlib
import io
import json
import re
import shutil
import stat
import subprocess
import time
import zipfile
import zlib
from contextlib import suppress
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from typer.testing import CliRunner

from clarus_bluecherry.cli.app import app
from clarus_bluecherry.errors import InvalidRecord
from clarus_bluecherry.finance.close import CloseInput, close_books, end_of
from clarus_bluecherry.finance.close.engine import EngineQuestion, embedded, fill
from clarus_bluecherry.flows.close_files import read_folder
from clarus_bluecherry.report.closing import plain_number
from clarus_bluecherry.report.pack import MANIFEST, verify_pack, write_evidence_pack

MONTH_END = Path(__file__).parents[1] / "finance" / "month_end"
AT = ("--from", str(MONTH_END), "--as-of", "2026-10-31", "--known-until", "2026-11-03")


def command(*words):
    return CliRunner().invoke(app, list(map(str, words)))


@pytest.fixture(scope="module")
def packed(tmp_path_factory):
    pack = tmp_path_factory.mktemp("pack") / "evidence.zip"
    done = command("close", *AT, "--pack", pack)
    assert pack.exists(), done.output
    return pack, done.output


def changed(pack, folder, change):
    """A copy of a pack whose files are those that `change` makes of them."""
    copy = folder / "changed.zip"
    with zipfile.ZipFile(pack) as told, zipfile.ZipFile(copy, "w") as to:
        for name, content in change({name: told.read(name) for name in told.namelist()}).items():
            to.writestr(name, content)
    return copy


def test_a_pack_has_all_that_a_close_was_made_of_and_made(packed):
    pack, said = packed
    with zipfile.ZipFile(pack) as told:
        names = set(told.namelist())
        inputs = {each["name"]: each["sha256"] for each in json.loads(told.read("inputs.json"))["files"]}
        parameters = json.loads(told.read("parameters.json"))
        close = json.loads(told.read("close.json"))
    page = "pages/month-end/month-end"
    assert {
        f"{page}.html",
        f"{page}.json",
        f"{page}.xlsx",
        "sql/close.sql",
        "HOW-TO-VERIFY.txt",
        MANIFEST,
    } <= names
    assert any(name.startswith("pages/month-end/csv/") for name in names)
    assert inputs["costs.csv"] == hashlib.sha256((MONTH_END / "costs.csv").read_bytes()).hexdigest()
    assert (parameters["as_of"], parameters["zone"]) == ("2026-10-31", "America/New_York")
    assert close == json.loads(command("close", *AT, "--json").stdout)
    assert hashlib.sha256(pack.read_bytes()).hexdigest() in said


def test_a_pack_as_it_was_written_holds(packed):
    assert verify_pack(packed[0]).holds
    assert command("pack", "verify", packed[0]).exit_code == 0


def test_what_was_altered_taken_out_or_added_is_named(packed, tmp_path):
    def change(files):
        del files["sql/close.sql"]
        return {**files, "close.json": files["close.json"].replace(b"-5", b"-4"), "more.txt": b"more"}

    wrong = changed(packed[0], tmp_path, change)
    found = verify_pack(wrong)
    assert (found.altered, found.missing, found.added) == (("close.json",), ("sql/close.sql",), ("more.txt",))
    done = command("pack", "verify", wrong)
    assert done.exit_code == 1
    assert all(name in done.output for name in ("close.json", "sql/close.sql", "more.txt"))


def test_a_byte_that_was_turned_is_named(packed, tmp_path):
    content = bytearray(packed[0].read_bytes())
    with zipfile.ZipFile(packed[0]) as told:
        info = told.getinfo("close.json")
    content[info.header_offset + 400] ^= 1
    wrong = tmp_path / "turned.zip"
    wrong.write_bytes(content)
    assert verify_pack(wrong).altered == ("close.json",)


def test_what_is_no_pack_is_refused(packed, tmp_path):
    text = tmp_path / "text.zip"
    text.write_text("no archive")
    bare = changed(packed[0], tmp_path, lambda files: {"close.json": files["close.json"]})
    for wrong in (text, bare):
        with pytest.raises(InvalidRecord):
            verify_pack(wrong)


@pytest.mark.parametrize("name", ["folder/", "../../slip", "/etc/passwd", "CLOSE.JSON", "a\\b"])
def test_whatever_an_added_file_is_called_it_is_named(packed, tmp_path, name):
    wrong = changed(packed[0], tmp_path, lambda files: {**files, name: b"hidden"})
    assert verify_pack(wrong).added == (name,)


def test_a_manifest_that_says_a_file_twice_is_refused(packed, tmp_path):
    def change(files):
        return {**files, MANIFEST: b"0" * 64 + b"  close.json\n" + files[MANIFEST]}

    with pytest.raises(InvalidRecord, match="none of ours"):
        verify_pack(changed(packed[0], tmp_path, change))


def test_a_pack_of_which_anything_was_turned_or_cut_is_read_or_refused(tmp_path):
    zone, pack = ZoneInfo("UTC"), tmp_path / "a.zip"
    close = close_books(CloseInput(zone=zone), end_of(dt.date(2026, 10, 31), zone))
    digest, content = write_evidence_pack(close, [], pack).digest, pack.read_bytes()
    told = content.rindex(b"PK\x05\x06")
    listed = int.from_bytes(content[told + 16 : told + 20], "little")
    wrong = [content[:length] for length in range(0, len(content), 500)]
    for place in range(listed, len(content), 3):
        turned = bytearray(content)
        turned[place] ^= 1 << place % 8
        wrong.append(bytes(turned))
    for each in wrong:
        pack.write_bytes(each)
        with suppress(InvalidRecord):
            assert verify_pack(pack).digest != digest


def listed(files):
    """These files with a manifest that has them all."""
    told = "".join(f"{hashlib.sha256(content).hexdigest()}  {name}\n" for name, content in files.items())
    return {**files, MANIFEST: told.encode()}


@pytest.mark.parametrize(
    "name",
    [
        *("../slip", "/etc/passwd", "a/../../slip", "a//b", "./a", "C:\\slip", "C:slip", "..\\slip", "a/"),
        *("a\x1b[2J", "a\u202eb", "CLOSE.JSON", "close.json.", "close.json "),
    ],
)
def test_a_manifest_names_no_place_outside_of_its_pack_and_none_twice(packed, tmp_path, name):
    wrong = changed(packed[0], tmp_path, lambda files: listed({"close.json": files["close.json"], name: b"x"}))
    with pytest.raises(InvalidRecord, match="none of ours"):
        verify_pack(wrong)


def test_what_a_listed_file_is_no_file_of_is_named(tmp_path):
    """A link leads anywhere, a folder may lie anywhere, and neither has content that a digest is of."""
    pack = tmp_path / "link.zip"
    link = zipfile.ZipInfo("pages")
    link.create_system, link.external_attr = 3, (stat.S_IFLNK | 0o777) << 16
    with zipfile.ZipFile(pack, "w") as told:
        told.writestr(link, "/etc")
        told.writestr("../folder/", "")
        told.writestr(MANIFEST, listed({"pages": b"/etc"})[MANIFEST])
    found = verify_pack(pack)
    assert (found.altered, found.added) == (("pages",), ("../folder/",))


def test_a_way_of_packing_that_is_none_of_ours_is_not_unpacked(tmp_path):
    """Of that one a few bytes are unpacked to any number."""
    wrong = tmp_path / "bzip2.zip"
    with zipfile.ZipFile(wrong, "w") as told:
        told.writestr("a", bytes(1 << 20), zipfile.ZIP_BZIP2)
        told.writestr(MANIFEST, listed({"a": bytes(1 << 20)})[MANIFEST])
    assert verify_pack(wrong).altered == ("a",)


def test_one_content_under_many_entries_is_refused(packed, tmp_path):
    """Else a small file of somebody's takes hours."""
    wrong = tmp_path / "bomb.zip"
    shutil.copy(packed[0], wrong)
    with zipfile.ZipFile(wrong, "a", zipfile.ZIP_DEFLATED) as told:
        told.writestr("bomb", bytes(1 << 20))
        told.filelist += [told.getinfo("bomb")] * 9
    with pytest.raises(InvalidRecord, match="over each other"):
        verify_pack(wrong)


def test_files_that_lie_over_each_other_are_refused(tmp_path):
    """Of such a pack, too, a few bytes are unpacked to any number."""
    wrong, content = tmp_path / "over.zip", io.BytesIO()
    with zipfile.ZipFile(content, "w") as told:
        told.writestr("a", b"1")
        told.writestr("b", b"2")
        one, other = told.getinfo("a"), told.getinfo("b")
        both = content.getvalue()[one.header_offset + 31 :]
        one.file_size = one.compress_size = len(both)
        one.CRC = zlib.crc32(both)
        told.writestr(MANIFEST, listed({"a": both, "b": b"2"})[MANIFEST])
        assert other.header_offset < one.header_offset + one.compress_size
    wrong.write_bytes(content.getvalue())
    with pytest.raises(InvalidRecord, match="over each other"):
        verify_pack(wrong)


def test_a_pack_that_is_not_there_is_not_one_that_is_wrong(tmp_path):
    with pytest.raises(FileNotFoundError):
        verify_pack(tmp_path / "none.zip")


def test_the_same_close_has_the_same_bytes_where_another_clock_hangs(packed, tmp_path, monkeypatch):
    monkeypatch.setenv("TZ", "Pacific/Auckland")
    time.tzset()
    try:
        command("close", *AT, "--pack", tmp_path / "there.zip")
    finally:
        monkeypatch.undo()
        time.tzset()
    assert (tmp_path / "there.zip").read_bytes() == packed[0].read_bytes()


def test_sha256sum_says_the_same(packed, tmp_path):
    if shutil.which("sha256sum") is None:
        pytest.skip("no sha256sum on the PATH")
    with zipfile.ZipFile(packed[0]) as told:
        told.extractall(tmp_path)
    done = subprocess.run(
        ["sha256sum", "--strict", "-c", MANIFEST], cwd=tmp_path, capture_output=True, check=False
    )
    assert done.returncode == 0, done.stderr


def test_what_the_sql_is_asked_with_is_what_a_database_says():
    pytest.importorskip("duckdb")
    read = read_folder(MONTH_END, as_of="2026-10-31", known_until="2026-11-03")
    given = read.given
    question = EngineQuestion(zone=given.zone, as_of=read.as_of, known=read.known, years=given.years)
    with embedded() as connection:
        fill(connection, given, read.known)
        assert question.parameters_of(given) == question.parameters(connection, question.costs(connection))


def test_how_to_verify_makes_the_lines_again(packed, tmp_path):
    pytest.importorskip("duckdb")
    with zipfile.ZipFile(packed[0]) as told:
        text, close = told.read("HOW-TO-VERIFY.txt").decode(), json.loads(told.read("close.json"))
    assert "$" not in text
    (snippet,) = re.findall(r"^       from pathlib.*?close_by_engine\(.*?\)$", text, flags=re.M | re.S)
    code = re.sub(r"(?m)^ {7}", "", snippet).replace("FOLDER", str(MONTH_END))
    names = {}
    exec(code, names)
    made = [(line.item, line.location, plain_number(line.variance)) for line in names["lines"]]
    assert made == [(line["item"], line["location"], line["variance"]) for line in close["lines"]]


def test_nothing_of_the_machine_or_of_a_person_is_in_it(packed):
    with zipfile.ZipFile(packed[0]) as told:
        content = b"".join(told.read(name) for name in told.namelist())
        assert {info.date_time for info in told.infolist()} == {(1980, 1, 1, 0, 0, 0)}
    assert str(MONTH_END.parent).encode() not in content
    assert b"/home/" not in content


def test_the_folder_of_the_exports_is_only_read(tmp_path):
    folder = tmp_path / "exports"
    shutil.copytree(MONTH_END, folder)
    done = command("close", "--from", folder, "--pack", folder / "evidence.zip")
    assert done.exit_code != 0
    assert not (folder / "evidence.zip").exists()


def test_a_pack_is_made_of_any_pages_and_is_there_whole_or_not_at_all(tmp_path):
    zone = ZoneInfo("UTC")
    close = close_books(CloseInput(zone=zone), end_of(dt.date(2026, 10, 31), zone))
    check = write_evidence_pack(close, [], tmp_path / "a.zip")
    assert check == verify_pack(tmp_path / "a.zip")
    assert [path.name for path in tmp_path.iterdir()] == ["a.zip"]
    with pytest.raises(OSError, match="nowhere"):
        write_evidence_pack(close, [], tmp_path / "nowhere" / "a.zip")
