"""One page, three files: the HTML, the workbook and the JSON say the same of every figure and every sum; of the
worked month, what was planted in it.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import zipfile
from decimal import Decimal

import jsonschema
import pytest
from reading_pages import (
    as_number,
    html_figures,
    html_sums,
    is_long,
    json_figures,
    json_sums,
    opened,
    samples,
    workbook_figures,
    workbook_sums,
)

from clarus_bluecherry.report.pages import page_json, page_schema, write_page, write_page_workbook

WITH_LIBREOFFICE = os.environ.get("LIBREOFFICE") == "1"
SAMPLES = samples()
TRIED = [name for name, page in SAMPLES.items() if WITH_LIBREOFFICE or not is_long(page)]
each_sample = pytest.mark.parametrize("name", TRIED)
ERRORS = ("#VALUE!", "#REF!", "#NAME?", "#DIV/0!", "#N/A", "#NUM!", "Err:")


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    """Every sample's files, each page written once."""
    root = tmp_path_factory.mktemp("pages")
    return {name: write_page(SAMPLES[name], root / name) and root / name / SAMPLES[name].name for name in TRIED}


@each_sample
def test_html_workbook_and_json_agree_on_every_figure(written, name):
    path = written[name]
    figures = json_figures(json.loads(path.with_suffix(".json").read_text("utf-8")))
    book = workbook_figures(opened(path.with_suffix(".xlsx")))
    assert html_figures(path.with_suffix(".html").read_text("utf-8"), figures) == figures
    assert {key: as_number(book[key]) for key in figures} == figures
    assert set(book) == {figure.name for figure in SAMPLES[name].figures}


@each_sample
def test_html_workbook_and_json_agree_on_every_sum(written, name):
    path, page = written[name], SAMPLES[name]
    sums = json_sums(json.loads(path.with_suffix(".json").read_text("utf-8")))
    shown = html_sums(path.with_suffix(".html").read_text("utf-8"), page)
    book = workbook_sums(opened(path.with_suffix(".xlsx")), page)
    assert shown == {key: set(told.values()) or {0} for key, told in sums.items()}
    for key, told in sums.items():
        found = {currency: as_number(value) for currency, value in book[key].items() if value != "not known"}
        assert found == (told if len(told) > 1 else dict(zip([""], told.values(), strict=False))), key


@each_sample
def test_every_document_is_of_the_schema(name):
    schema = page_schema()
    jsonschema.Draft202012Validator.check_schema(schema)
    document = json.loads(json.dumps(page_json(SAMPLES[name])))
    jsonschema.Draft202012Validator(schema).validate(document)


@each_sample
def test_what_rows_come_to_is_a_formula(written, name):
    book, page = opened(written[name].with_suffix(".xlsx"), formulas=True), SAMPLES[name]
    for key, told in workbook_sums(book, page).items():
        assert all(str(each).startswith("=") for each in told.values()), key
    cells = workbook_figures(book)
    for figure in page.figures:
        if figure.sums and figure.value is not None:
            assert str(cells[figure.name]).startswith("="), figure.name


def test_the_samples_that_are_only_tried_before_a_release_are_told():
    if left := sorted(set(SAMPLES) - set(TRIED)):
        pytest.skip(f"of many rows, tried with LIBREOFFICE=1: {', '.join(left)}")


# LibreOffice works the formulas out itself ----------------------------------------------------------------------


@each_sample
@pytest.mark.parametrize("lines_on_a_sheet", [1_000_000, 7])
def test_libreoffice_works_out_what_we_wrote(name, lines_on_a_sheet, tmp_path):
    if not WITH_LIBREOFFICE:
        pytest.skip("LIBREOFFICE=1 tries it (.ci/full does)")
    if shutil.which("soffice") is None:
        pytest.skip("no soffice on the PATH")
    if is_long(SAMPLES[name]) and lines_on_a_sheet == 7:
        pytest.skip("thousands of sheets")
    path = write_page_workbook(SAMPLES[name], tmp_path / "a.xlsx", lines_on_a_sheet=lines_on_a_sheet)
    ours, theirs = opened(path), opened(_worked_out(_without_our_results(path, tmp_path), tmp_path))
    assert theirs.sheetnames == ours.sheetnames
    formulas = [
        cell for sheet in opened(path, formulas=True) for row in sheet for cell in row if cell.data_type == "f"
    ]
    assert formulas
    for cell in formulas:
        expected, found = (_shown(book[cell.parent.title][cell.coordinate].value) for book in (ours, theirs))
        assert found == expected, f"{cell.parent.title}!{cell.coordinate} {cell.value}"
    for sheet in theirs:
        wrong = [cell.coordinate for row in sheet for cell in row if str(cell.value).startswith(ERRORS)]
        assert not wrong, sheet.title


def _shown(value):
    """To more digits than any format shows."""
    return Decimal(value).quantize(Decimal("0.000001"))


def _without_our_results(path, folder):
    """The workbook with another result kept for each formula, so that only who works it out has ours."""
    wrong = folder / "wrong.xlsx"
    with zipfile.ZipFile(path) as book, zipfile.ZipFile(wrong, "w", zipfile.ZIP_DEFLATED) as to:
        for info in book.infolist():
            text = book.read(info)
            if info.filename.startswith("xl/worksheets/"):
                text = re.sub(rb"</f><v>[^<]*</v>", b"</f><v>77777777</v>", text)
            to.writestr(info.filename, text)
    assert any(cell.value == 77777777 for sheet in opened(wrong) for row in sheet for cell in row)
    return wrong


def _worked_out(path, folder):
    """The workbook as LibreOffice saves it, every formula worked out anew."""
    profile = folder / "profile"
    (profile / "user").mkdir(parents=True)
    (profile / "user" / "registrymodifications.xcu").write_text(
        '<?xml version="1.0" encoding="UTF-8"?><oor:items xmlns:oor="http://openoffice.org/2001/registry" '
        'xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">'
        '<item oor:path="/org.openoffice.Office.Calc/Formula/Load"><prop oor:name="OOXMLRecalcMode" '
        'oor:op="fuse"><value>0</value></prop></item></oor:items>',
        "utf-8",
    )
    out = folder / "out"
    command = ["soffice", f"-env:UserInstallation={profile.as_uri()}", "--headless", "--convert-to", "xlsx"]
    done = subprocess.run([*command, "--outdir", out, path], capture_output=True, timeout=300, check=False)
    assert (out / path.name).exists(), done.stderr
    return out / path.name
