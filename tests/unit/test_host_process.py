"""The library changes nothing of its host process: whoever runs it decides about the collector of cycles."""

import gc

import pytest

from clarus_bluecherry.flows.sku_audit import read_master, read_products
from clarus_bluecherry.model import Product, Sku
from clarus_bluecherry.sku import Crosswalk, MasterRow, ProductRow, Recipe, WarehouseProduct, audit


@pytest.fixture(autouse=True)
def collector(monkeypatch):
    def refuse(*_):
        raise AssertionError("the library told its host's garbage collector what to do")

    for name in ("disable", "enable", "freeze", "set_threshold", "collect"):
        monkeypatch.setattr(gc, name, refuse)


def test_an_audit_leaves_the_collector_alone():
    assert audit([MasterRow("01234", "BLK")], [ProductRow("1234-BLK")]).entries()


def test_reading_lists_leaves_the_collector_alone(tmp_path):
    styles, products = tmp_path / "styles.csv", tmp_path / "products.csv"
    styles.write_text("Style,Color\n01234,BLK\n")
    products.write_text("Product Code\n01234-BLK\n")
    assert len(read_master(styles).rows) == len(read_products(products).rows) == 1


def test_matching_many_codes_leaves_the_collector_alone():
    crosswalk = Crosswalk.build([Product(sku=Sku("01234", "BLK"))], [WarehouseProduct("01234-BLK")], Recipe())
    assert len(crosswalk.match_all(["01234-BLK", "1234-BLK", "9"])) == 3
