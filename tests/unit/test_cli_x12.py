"""`x12 check` and `x12 show`: what they print, and the exit codes scripts rely on."""

import json
import re

import pytest
from test_cli import run
from test_x12 import GOOD


@pytest.fixture
def file(tmp_path):
    def write(name, content):
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return str(path)

    return write


def test_a_clean_file_exits_with_0_and_says_what_it_holds(file):
    done = run("x12", "check", file("good.x12", GOOD))
    assert done.returncode == 0
    assert done.stdout.endswith("good.x12: 940 0001: no findings\n")


def test_findings_exit_with_1_and_are_listed_with_their_places(file):
    bad = GOOD.replace("SE*13", "SE*12").replace("W05*N*1001", "W05**1001")
    done = run("x12", "check", file("good.x12", GOOD), file("bad.x12", bad), "--json")
    assert done.returncode == 1
    good, wrong = json.loads(done.stdout)["files"]
    assert (good["findings"], good["sets"]) == ([], [{"set": "940", "control": "0001", "segments": 13}])
    assert [(each["rule"], each["segment"], each["element"]) for each in wrong["findings"]] == [
        ("element missing", "W05", 1),
        ("count", "SE", 1),
    ]


def test_what_is_forgiven_is_told_and_no_finding(file):
    path = file("dirty.x12", GOOD.replace("IEA*1*000000007", "IEA*1*7"))
    assert run("x12", "check", path).returncode == 1
    done = run("x12", "check", path, "--lenient")
    assert (done.returncode, "forgiven" in done.stdout) == (0, True)


def test_a_quantity_in_another_unit_than_each_is_told_as_intake_would_refuse_it(file):
    path = file("cases.x12", GOOD.replace("W01*2*EA", "W01*2*CA"))
    done = run("x12", "check", path)
    assert done.returncode == 1
    assert "element W0102: the unit of measure is 'CA': only EA is taken" in done.stdout
    assert run("x12", "check", path, "--unit", "EA", "--unit", "CA").returncode == 0


@pytest.mark.parametrize("cut", [1, 10, 100])
def test_a_file_that_was_cut_is_told_however_lenient_the_reader_is(file, cut):
    done = run("x12", "check", file("cut.x12", GOOD.rstrip()[: -cut - 1]), "--lenient")
    assert done.returncode == 1
    assert "error" in done.stdout


def test_a_text_that_holds_a_star_is_no_x12(file):
    done = run("x12", "check", file("mail.x12", "Dear partner, please see * the file of tomorrow~"), "--lenient")
    assert (done.returncode, "is not X12" in done.stdout) == (2, True)


def test_a_file_that_is_no_x12_exits_with_2_and_the_others_are_still_told(file):
    done = run("x12", "check", file("no.x12", b"PK\x03\x04"), file("good.x12", GOOD))
    assert done.returncode == 2
    assert "cannot be read" in done.stdout
    assert "good.x12: 940 0001" in done.stdout
    assert run("x12", "show", file("no.x12", b"PK\x03\x04")).returncode == 2


def test_cgs_demands_are_checked_on_request(file):
    text = GOOD.replace("*OW*", "*SW*").replace("ST*940", "ST*945").split("W05*")[0]
    text += "W06*F*1001~\nN1*SF*Here*92*NJ~\nW27*M*UPSN~\nLX*1~\nW12*CC*5*5**EA*036000291452~\nW03*5~\n"
    text += "SE*8*0001~\nGE*1*7~\nIEA*1*000000007~\n"
    path = file("945.x12", text)
    assert run("x12", "check", path).returncode == 0
    done = run("x12", "check", path, "--profile", "cgs")
    assert done.returncode == 1
    for words in ("only N, R and X", "ship date", "estimated arrival", "carton's number"):
        assert words in done.stdout


def test_a_document_is_shown_as_a_person_reads_it_without_persons(file):
    done = run("x12", "show", file("good.x12", GOOD))
    assert done.returncode == 0
    assert "W01 Ordered item: 01=5  02=EA" in done.stdout
    assert "Jane" not in done.stdout
    assert "Jane" in run("x12", "show", file("good.x12", GOOD), "--personal").stdout


def test_a_document_is_shown_to_programs_segment_by_segment_without_persons(file):
    path = file("bad.x12", GOOD.replace("SE*13", "SE*12"))
    done = run("x12", "show", path, "--json")
    assert (done.returncode, "Jane" in done.stdout) == (0, False)
    told = json.loads(done.stdout)
    (one,) = told["sets"]
    assert (told["file"], told["findings"], one["set"], one["control"]) == (path, [], "940", "0001")
    assert one["segments"][0]["number"] == 1
    item, *_ = [each for each in one["segments"] if each["segment"] == "W01"]
    assert (item["name"], item["elements"][1]) == ("Ordered item", "EA")
    assert {each["elements"] for each in one["segments"] if each["segment"] in ("N1", "N3", "PER")} == {None}
    assert [each["rule"] for each in one["findings"]] == ["count"]
    assert "Jane" in run("x12", "show", path, "--json", "--personal").stdout
    assert run("x12", "show", file("no.x12", b"PK\x03\x04"), "--json").returncode == 2


def test_what_somebody_typed_is_shown_where_it_is_asked_for_alone(file):
    """Free text behind a reference, and a segment that nobody knows: it may be a gift's message."""
    typed = "N9*ZZ*R-1*To Jane~\nREF*ZZ*R-2*With love~\nMSG*For Jane~\n"
    path = file("typed.x12", GOOD.replace("W66*", f"{typed}W66*", 1))
    done = run("x12", "show", path)
    assert "N9  Reference: 01=ZZ  02=R-1  03=(personal)" in done.stdout
    assert "REF Reference: 01=ZZ  02=R-2  03=(personal)" in done.stdout
    assert "MSG unknown: (personal)" in done.stdout
    for words in ("show",), ("show", "--json"), ("check",):
        assert not re.search("Jane|love", run("x12", words[0], path, *words[1:]).stdout)
    asked = run("x12", "show", path, "--personal").stdout
    assert all(words in asked for words in ("03=To Jane", "03=With love", "MSG unknown: 01=For Jane"))


ESC = "\x1b]0;owned\x07\x1b[2J"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("PO-9", f"PO{ESC}"),
        ("*0001~", f"*00{ESC}~"),
        ("000000007", f"07{ESC}"),
        ("*7*X*", f"*7{ESC}*X*"),
        ("ST*940", f"ST*9{ESC}"),
        ("W66*", f"{ESC}*"),
        ("G62*", f"G62{ESC}*"),
        ("Jane Doe", f"Jane\u202e{ESC}\x9b31m"),
        ("IEA*1", f"IEA*{ESC}"),
        ("ISA*00*", f"TA1*{ESC}~\nISA*00*"),
    ],
)
@pytest.mark.parametrize("command", [("check",), ("check", "--lenient"), ("show",), ("show", "--personal")])
def test_no_character_of_a_file_steers_the_terminal(file, before, after, command):
    done = run("x12", *command, file("bad.x12", GOOD.replace(before, after)))
    shown = done.stdout + done.stderr
    assert all(sign.isprintable() or sign == "\n" for sign in shown), ascii(shown)
    assert ("owned" in shown) <= ("\\x1b" in shown)


def test_a_file_of_a_name_that_steers_the_terminal_is_named_without_doing_so(tmp_path):
    path = tmp_path / "a\x1b[2Jb.x12"
    path.write_text(GOOD)
    done = run("x12", "check", str(path))
    assert (done.returncode, "\x1b" in done.stdout, "a\\x1b[2Jb.x12: 940 0001" in done.stdout) == (0, False, True)


def test_a_ta1_is_told_with_the_interchange_that_it_is_about(file):
    text = GOOD.replace("\nGS*", "\nTA1*000000099*211112*1230*R*001~\nGS*", 1)
    path = file("ta1.x12", text)
    done = run("x12", "check", path)
    told = "TA1 (interchange 000000099 is rejected: its control number in ISA and IEA differs)"
    assert (done.returncode, told in done.stdout) == (0, True)
    assert "interchange 000000099 is rejected" in run("x12", "show", path).stdout
    assert "interchange 000000099 is rejected" in run("x12", "show", path, "--json").stdout


def test_what_an_acknowledgement_says_against_itself_is_told(file):
    text = GOOD.split("W05*")[0].replace("*OW*", "*FA*").replace("ST*940", "ST*997")
    text += "AK1*SW*5~\nAK2*945*0001~\nAK5*R*5~\nAK9*A*1*1*1~\nSE*6*0001~\nGE*1*7~\nIEA*1*000000007~\n"
    done = run("x12", "check", file("997.x12", text))
    assert done.returncode == 1
    assert "the group is accepted (A), and a set of it is rejected" in done.stdout


def test_another_release_is_told_as_not_checked(file):
    done = run("x12", "check", file("5010.x12", GOOD.replace("*X*004010", "*X*005010")))
    assert (done.returncode, "its body was not checked" in done.stdout) == (1, True)
