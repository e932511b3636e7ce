"""Two lists read at once are what they are when they are read in turn, and so are the errors."""

import pickle
from functools import partial

import pytest

from clarus_bluecherry.cli import sku_files
from clarus_bluecherry.errors import ConfigurationError
from clarus_bluecherry.flows.beside import beside
from clarus_bluecherry.flows.sku_audit import read_master, read_products
from clarus_bluecherry.sku import MasterRow, ProductRow
from clarus_bluecherry.sku.audit._rows import ColumnarRows


@pytest.fixture
def files(tmp_path):
    ours, theirs = tmp_path / "ours.csv", tmp_path / "theirs.csv"
    ours.write_text('Style,Size,Total QOH,Cost\n01234,M,5,2.50\n"1\n2",L,x,1\n', "utf-8")
    lines = ["Code,Barcode,Quantity,Description", "01234-M,036000291452,7,Dress", '"A\nB",,1,', ",,,", "9"]
    theirs.write_text("\n".join(lines), "utf-8")
    return ours, theirs


def shown(read):
    return list(read.rows), list(map(str, read.problems)), read.descriptions, read.headers, read.tables


def test_both_are_what_they_are_in_turn(files):
    reading = partial(read_master, files[0]), partial(read_products, files[1])
    assert list(map(shown, beside(*reading))) == [shown(read()) for read in reading]


def test_an_error_of_either_is_the_same_error(files):
    wrong = partial(read_products, files[1], {"code": "Nope"})
    with pytest.raises(ConfigurationError) as alone:
        wrong()
    for both in ((list, wrong), (wrong, list)):
        with pytest.raises(ConfigurationError) as raised:
            beside(*both)
        assert str(raised.value) == str(alone.value)


def test_large_files_are_read_at_once_and_small_ones_in_turn(files, monkeypatch):
    found = [sku_files.both_from_files([files[0]], [files[1]], [])]
    monkeypatch.setattr(sku_files, "_LARGE", 0)
    found.append(sku_files.both_from_files([files[0]], [files[1]], []))
    in_turn, at_once = ([shown(read) for read in both] for both in found)
    assert in_turn == at_once
    assert sku_files.both_from_files([], [files[1]], [])[0] is None


@pytest.mark.parametrize(
    "rows",
    [
        ColumnarRows(ProductRow),
        ColumnarRows(ProductRow, [ProductRow("")]),
        ColumnarRows(ProductRow, [ProductRow("A\nB", "1"), ProductRow("C")]),
        ColumnarRows(MasterRow, [MasterRow("8", lines=(MasterRow("8"),)), MasterRow("9")]),
    ],
)
def test_rows_come_through_a_pickle_as_they_were(rows):
    assert pickle.loads(pickle.dumps(rows)) == rows
