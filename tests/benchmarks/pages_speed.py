"""What a page of 20,000 rows costs: to write it, to its first paint, to filter, sort, group and add it up.

Each number is printed beside its limit. Chromium's own clock measures, with the layout that follows in it; of what
is asked again it is the median of five, and of six searches the slowest median.

python tests/benchmarks/pages_speed.py --rows 20000

With `--html FILE`, how long a page that is there takes to its first paint, and until it is loaded whole.
"""

from __future__ import annotations

import argparse
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from clarus_bluecherry.report.pages import page_html

sys.path.insert(0, str(Path(__file__).parents[1] / "pages"))
from sample_everything import page as sample

QUERIES = ("so-1000", "crew", "10012", "jpy", "posted", "so-11999")
ASKED = """([key, value]) => {
    const view = views.get("table-documents");
    const start = performance.now();
    view.ask(key, value);
    document.body.offsetHeight;
    return performance.now() - start;
}"""


def told(name: str, number: float, limit: float | None = None) -> None:
    beside = f"  limit {limit:,.0f} ms" if limit else ""
    print(f"{name:<44} {number:8.1f} ms{beside}")


def median(page: Page, key: str, value: str, else_value: str = "") -> float:
    took = []
    for _ in range(5):
        page.evaluate(ASKED, [key, else_value])
        took.append(page.evaluate(ASKED, [key, value]))
    page.evaluate(ASKED, [key, else_value])
    return statistics.median(took)


def first_paint(page: Page) -> None:
    first = page.evaluate(
        "performance.getEntriesByType('paint').find((it) => it.name === 'first-paint').startTime"
    )
    told("first paint", first, 1500)
    told("loaded", page.evaluate("performance.getEntriesByType('navigation')[0].loadEventStart"))


def measure(page: Page) -> None:
    first_paint(page)
    page.evaluate("location.hash = 'table-documents'")
    page.wait_for_timeout(1000)
    told("search over all columns", max(median(page, "q", query) for query in QUERIES), 50)
    told("filter a column by text", median(page, "has.class", "posted"), 50)
    told("filter a column by number", median(page, "has.units", ">100"), 50)
    told("sort by a number", median(page, "sort", "-value"))
    told("sort by a text", median(page, "sort", "sku"))
    page.evaluate(ASKED, ["sort", "sku"])
    told("filter what is sorted", median(page, "q", "posted"), 50)
    told("group with exact sums", median(page, "group", "class"))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=20_000)
    parser.add_argument("--html", type=Path)
    asked = parser.parse_args()
    if asked.html:
        print(f"{asked.html.name}, {asked.html.stat().st_size / 1e6:.1f} MB")
        in_chromium(asked.html, first_paint)
        return
    made = sample(asked.rows)
    start = time.perf_counter()
    html = page_html(made)
    told(f"written, {len(html) / 1e6:.1f} MB", (time.perf_counter() - start) * 1000)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "page.html"
        path.write_text(html, "utf-8")
        in_chromium(path, measure)


def in_chromium(path: Path, looked_at: Callable[[Page], None]) -> None:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 1280, "height": 900})
        page.goto(path.resolve().as_uri())
        looked_at(page)
        browser.close()


if __name__ == "__main__":
    main()
