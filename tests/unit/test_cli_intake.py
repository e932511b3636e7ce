"""`bluecherry intake`: what would become of files, told without doing it."""

import csv
import io
import json
from pathlib import Path

import pytest
from edi_world import PICK
from test_cli import run
from x12_texts import ADDRESS, LINE, interchange, order

from clarus_bluecherry.bluecherry.sheets import template, write_sheet

SHARED = next((up / "shared" for up in Path(__file__).parents if (up / "shared").is_dir()), Path("shared"))
CASES, SAMPLES = SHARED / "cases" / "field", SHARED / "x12" / "samples"
SITE = """
[clarus]
subdomain = "acme"
account = "BRAND"
zone = "Europe/London"
warehouses = {{ WH1 = "NJ" }}

[bluecherry]
transport = "{transport}"
own_id = "WAREHOUSE"
partner_id = "BRAND"
zone = "America/New_York"
currency = "USD"

[bluecherry.files]
root = '{root}'

[bluecherry.sheets.pick_ticket]
names = ["PICK*.csv"]

[ledger]
path = '{root}/ledger.db'
zone = "Europe/London"
go_live = 2026-03-01
"""
PLACE = "N1*SF*Warehouse*92*NJ"
WHOLE = order(PLACE, "G62*10*20260302")


@pytest.fixture
def looked(tmp_path):
    def look(*contents, name="in{}.x12", site=False, transport="x12"):
        paths = [tmp_path / name.format(at) for at in range(len(contents))]
        for path, content in zip(paths, contents, strict=True):
            path.write_bytes(content if isinstance(content, bytes) else content.encode())
        more = []
        if site:
            (tmp_path / "site.toml").write_text(SITE.format(root=tmp_path / "root", transport=transport))
            more = ["--site", str(tmp_path / "site.toml")]
        done = run("bluecherry", "intake", *map(str, paths), *more, "--json")
        assert done.stdout, done.stderr
        assert not (tmp_path / "root").exists(), "nothing is opened, and nothing changed"
        return json.loads(done.stdout), done.returncode

    return look


def test_a_whole_order_would_be_taken(looked):
    ((one,), code) = looked(interchange(WHOLE), site=True)
    assert code == 0
    assert one.pop("file").endswith("in0.x12")
    document = {"kind": "pick_ticket", "reference": "P1", "lines": 1, "units": "12", "outcome": "taken"}
    assert one == {
        "outcome": "taken",
        "documents": [document | {"problem": ""}],
        "acknowledgement": "A",
        "problems": [],
    }


def test_without_a_site_it_says_what_was_not_checked(looked):
    ((one,), code) = looked(interchange(WHOLE, sender="ANYBODY", test="T"))
    assert (one["outcome"], code) == ("taken", 0)
    assert "receiver and test indicator were not checked" in one["problems"][0]


@pytest.mark.parametrize(
    ("how", "said"), [({"test": "T"}, "ISA15 is T"), ({"receiver": "OTHER"}, "ISA08 is 'OTHER'")]
)
def test_with_a_site_a_test_and_what_is_for_somebody_else_is_refused(looked, how, said):
    ((one,), code) = looked(interchange(WHOLE, **how), site=True)
    assert (one["outcome"], one["acknowledgement"], code) == ("refused", "none", 1)
    assert said in one["problems"][0]


def test_what_the_mapping_would_refuse_is_refused(looked):
    ((one,), code) = looked(interchange(WHOLE, order(PLACE)), site=True)
    assert (one["outcome"], one["acknowledgement"], code) == ("partly", "P", 1)
    assert [each["outcome"] for each in one["documents"]] == ["taken", "refused"]
    assert "pick_date" in one["documents"][1]["problem"]


def test_what_the_codec_refuses_and_what_nobody_reads_is_refused(looked):
    cases = order("G62*10*20260302")
    cases[cases.index(LINE[1])] = LINE[1].replace("*EA*", "*CA*")
    found, code = looked(interchange(cases), interchange(["BGN*00*1*20260302"], set_id="940", number=8))
    assert [one["acknowledgement"] for one in found] == ["R", "R"]
    assert code == 1
    production = ["W06*N*C55", "N1*WH*W*92*NJ", "W27*M**Any", "W04*6*EA**VA*A", "N9*LI*1", "W03*6"]
    ((one,), _) = looked(interchange(production, set_id="943"))
    assert (one["documents"][0]["kind"], one["outcome"]) == ("production_order", "taken")


def test_what_is_no_file_of_ours_is_unreadable(looked):
    found, code = looked("Dear partner, please see * the file of tomorrow~", interchange(WHOLE))
    assert code == 2
    assert [one["outcome"] for one in found] == ["refused", "taken"]


def test_a_cut_file_is_refused_and_not_answered(looked):
    ((one,), code) = looked(interchange(WHOLE)[:-40])
    assert (one["outcome"], one["acknowledgement"], code) == ("refused", "none", 1)


def test_two_files_with_one_number_are_told(looked):
    found, code = looked(interchange(WHOLE), interchange(order("N9*CO*2")))
    assert code == 0
    assert any("control number x12 BRAND 000000007" in each for each in found[1]["problems"])


def test_a_997_is_taken_and_answered_by_nothing(looked):
    ((one,), code) = looked(interchange(["AK1*RE*12", "AK9*R*1*1*0"], set_id="997"), site=True)
    assert (one["outcome"], one["acknowledgement"], code) == ("taken", "none", 0)
    (document,) = one["documents"]
    assert (document["kind"], document["reference"]) == ("acknowledgement", "000000012")


def test_sheets_of_the_site_are_read(looked):
    without = PICK.model_copy(
        update={"pick_num": "P2", "lines": [PICK.lines[0].model_copy(update={"bk_qty": None})]}
    )
    sheet = write_sheet(template("pick_ticket"), [PICK, without])
    ((one,), code) = looked(sheet, name="PICK{}.csv", site=True)
    assert [(each["reference"], each["outcome"]) for each in one["documents"]] == [
        ("1001", "taken"),
        ("P2", "refused"),
    ]
    assert (one["acknowledgement"], code) == ("none", 1)
    ((one,), code) = looked(sheet, name="OTHER{}.csv", site=True)
    assert code == 2


def test_a_name_that_slipped_into_another_column_is_not_told(looked):
    sheet = write_sheet(template("pick_ticket"), [PICK]).decode("utf-8-sig")
    header, line, *_ = csv.reader(io.StringIO(sheet))
    for column in ("pick_date", "last_mod", "line.bk_qty"):
        slipped = {**dict(zip(header, line, strict=True)), column: "Jane Canary"}
        told, _ = looked(f"{','.join(header)}\n{','.join(slipped.values())}\n", name="PICK{}.csv", site=True)
        assert "a text of 11 characters is not" in str(told)
        assert "Canary" not in str(told)


def test_a_site_on_rest_has_no_files(looked):
    ((one,), code) = looked(interchange(WHOLE), site=True, transport="rest")
    assert "brings no files" in one["problems"][0]
    assert code == 1


def test_control_characters_of_a_file_never_reach_the_terminal(tmp_path):
    path = tmp_path / "in.x12"
    path.write_text(interchange(order("N9*\x1b[31mDP*014", address=("N1*ST*\x1b[2J", *ADDRESS[1:]))))
    done = run("bluecherry", "intake", str(path))
    assert done.stdout
    assert "\x1b" not in done.stdout + done.stderr


OUTCOMES = {
    "x12-5010-945-rubble": ("refused", "R", "release"),
    "x12-940-30-february": ("refused", "R", "date"),
    "x12-940-cases": ("refused", "R", "CA"),
    "x12-940-cp1252-name": ("taken", "A", "cp1252"),
    "x12-940-second-n3": ("taken", "A", ""),
    "x12-940-w6": ("taken", "E", ""),
    "x12-997-set-rejected-group-accepted": ("taken", "none", "ours was rejected"),
    "x12-ctrl-z": ("taken", "A", ""),
    "x12-cut-inside-order": ("refused", "none", "SE is missing"),
    "x12-cut-inside-sku": ("refused", "none", "SE is missing"),
    "x12-ge02-differs": ("refused", "R", "GE02"),
    "x12-isa-gs-only": ("refused", "none", "GE is missing"),
    "x12-isa15-t": ("taken", "A", "test indicator"),
    "x12-space-before-terminator": ("taken", "A", "blanks stand before the terminator"),
    "x12-ta1-before-gs": ("taken", "none", ""),
    "x12-text-with-star": ("refused", "none", "is not X12"),
}


@pytest.mark.skipif(not CASES.is_dir(), reason="the cases from the field are not beside the project")
def test_every_case_from_the_field_is_right():
    paths = sorted(CASES.glob("*.x12"))
    done = run("bluecherry", "intake", *map(str, paths), "--json")
    found = {Path(one["file"]).stem: one for one in json.loads(done.stdout)}
    assert set(found) == set(OUTCOMES)
    told = {name: (one["outcome"], one["acknowledgement"]) for name, one in found.items()}
    assert told == {name: (outcome, word) for name, (outcome, word, _) in OUTCOMES.items()}
    for name, (_, _, said) in OUTCOMES.items():
        assert said in json.dumps(found[name]), name


@pytest.mark.skipif(not SAMPLES.is_dir(), reason="the samples of X12 are not beside the project")
def test_of_every_sample_each_document_is_taken_or_refused_for_a_reason():
    done = run("bluecherry", "intake", *map(str, sorted(SAMPLES.glob("*.edi"))), "--json")
    assert done.returncode == 1, done.stderr
    found = json.loads(done.stdout)
    assert len(found) == len(list(SAMPLES.glob("*.edi")))
    for one in found:
        assert one["documents"] or any("not whole" in each for each in one["problems"]), one
        assert all(each["problem"] for each in one["documents"] if each["outcome"] == "refused"), one
    taken = {Path(one["file"]).name[:3] for one in found if one["outcome"] == "taken"}
    assert taken == set(), "they are in cases, broken, of another release, bare, or about others' sets"
    (order,) = [one for one in found if one["file"].endswith("850_ediengine_ok.edi")]
    assert [each["kind"] for each in order["documents"]] == ["850"]


def test_what_has_no_place_in_the_record_is_told(looked):
    ((one,), code) = looked(interchange(order(PLACE, "N9*DP*014", "G62*10*20260302")), site=True)
    assert (one["outcome"], one["acknowledgement"], code) == ("taken", "E", 0)
    assert any("N9 ('DP') has no place in the record: it is not kept" in each for each in one["problems"])


MIXED = (
    "pick_num,location,pick_date,line.line_seq,line.style,line.bk_qty,line.uom\n"
    "P9,NJ,2026-03-02,1,PACKA,3,\nP9,NJ,2026-03-02,2,01234,2,DZ\n"
)


def test_units_are_pieces_and_never_a_sum_of_cases_packs_and_pieces(tmp_path):
    (tmp_path / "packs.csv").write_text("pack_style,style,size,pieces\nPACKA,01234,S,2\nPACKA,01234,M,4\n")
    text = SITE.format(root=tmp_path / "root", transport="csv")
    dates = (
        '[bluecherry.sheets.pick_ticket.dialect]\ndates = "%Y-%m-%d"\n[bluecherry.sheets.pick_ticket.columns]\n'
    )
    columns = "".join(f'"{name}" = "{name}"\n' for name in MIXED.splitlines()[0].split(","))
    more = f'{dates}{columns}[units]\nfactors = {{ DZ = 12 }}\nprepacks = "packs.csv"\n'
    (tmp_path / "site.toml").write_text(text + more)
    (tmp_path / "PICK1.csv").write_text(MIXED)
    done = run(
        "bluecherry", "intake", str(tmp_path / "PICK1.csv"), "--site", str(tmp_path / "site.toml"), "--json"
    )
    (one,) = json.loads(done.stdout)
    assert [(each["units"], each["problem"]) for each in one["documents"]] == [("42", "")]
