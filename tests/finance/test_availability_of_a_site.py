"""What may be sold is the same, whether exports say it or a site with its warehouse and its ledger does."""

import datetime as dt

from clarus_bluecherry.finance.availability import sellable
from clarus_bluecherry.flows.availability import read_selling_folder, read_selling_site
from clarus_bluecherry.sandbox import Planter
from tests.finance.close_site_world import site_of, without_warehouse

SELLING = "ledger_tells_promises = true\n"


def figures(read, now):
    stock = sellable(read.given, read.policy, as_of=now + dt.timedelta(minutes=1))
    return {each.item: (each.available, each.why, each.books, each.open, each.free) for each in stock.figures}


def test_a_site_sells_what_the_exports_of_the_same_moment_would(tmp_path):
    planter = Planter.of_season(seed=5)
    planter.month(12)
    folder = planter.write_month_end(tmp_path / "month")
    (folder / "availability.toml").write_text(SELLING, "utf-8")
    exports = figures(read_selling_folder(folder), planter.clock())
    with site_of(planter, tmp_path / "ledger.sqlite") as site:
        read = read_selling_site(site, without_warehouse(folder))
    assert read.problems == []
    by_site = figures(read, planter.clock())
    sold = {item: told for item, told in exports.items() if told[0]}
    assert len(sold) > 100
    assert {item: by_site[item] for item in sold} == sold
    assert {item for item, told in by_site.items() if told[0]} == sold.keys()
