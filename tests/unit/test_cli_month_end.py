"""The month end on the command line: no cost is not known, and the report is read as the site writes it."""

import json

from flows_world import loop
from test_cli import SECRETS, inputs, run


def test_units_without_a_cost_are_shown_as_not_known(tmp_path):
    with loop() as here:
        options = inputs(here, tmp_path)
        report = tmp_path / "inventory.csv"
        report.write_text(report.read_text("utf-8").replace(",7.50,", ",,"), "utf-8")
        here.warehouse.adjust("1234_blk_m", -3, "LOST")
        done = run("reconcile", *options, "--json", **SECRETS)
        found = json.loads(done.stdout)["reconciliation"]
        assert found["causes"]["unexplained"] == {"units": "-3", "values": {}, "units_without_cost": "3"}
        assert [line["value"] for line in found["differing"]] == [None]
        shown = run("reconcile", *options, **SECRETS).stdout
        assert "not known for 3 units" in shown


def test_the_inventory_report_is_read_as_the_site_file_says(tmp_path):
    with loop() as here:
        options = inputs(here, tmp_path)
        report, site = tmp_path / "inventory.csv", tmp_path / "site.toml"
        report.write_text(report.read_text("utf-8").replace(",", ";").replace("7.50", "7,125"), "utf-8")
        text = site.read_text("utf-8")
        section = '[bluecherry.inventory_report]\ndelimiter = ";"\n{}\n[ledger]'
        site.write_text(text.replace("[ledger]", section.format("")), "utf-8")
        done = run("reconcile", *options, "--json", **SECRETS)
        assert done.returncode == 1
        failed = [check["detail"] for check in json.loads(done.stdout)["checks"] if not check["holds"]]
        assert any("which mark is the decimal" in detail for detail in failed)
        site.write_text(text.replace("[ledger]", section.format('decimal_mark = ","')), "utf-8")
        done = run("reconcile", *options, "--json", **SECRETS)
        failed = [check["detail"] for check in json.loads(done.stdout)["checks"] if not check["holds"]]
        assert not any("which mark is the decimal" in detail for detail in failed)
