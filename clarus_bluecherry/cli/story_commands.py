"""`story`: what became of one order, or of one SKU.

Law of this module: neither system is asked; what is printed, written and returned comes from one page.
"""

from __future__ import annotations

import datetime as dt
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Annotated

import typer

from clarus_bluecherry import config
from clarus_bluecherry.cli.door import say_again
from clarus_bluecherry.cli.exit_codes import ExitCode
from clarus_bluecherry.cli.helping import examples, helped
from clarus_bluecherry.cli.ledger_place import opened
from clarus_bluecherry.cli.options import AsJson, SiteFileOption, print_json
from clarus_bluecherry.cli.paths import writing
from clarus_bluecherry.cli.terminal import screen
from clarus_bluecherry.report import pages
from clarus_bluecherry.report.stories import order_story_page, sku_story_page

story_app = typer.Typer(
    no_args_is_help=True,
    help="Tell what became of one order, or of one SKU: each document, each message, and what was sent.",
    epilog=examples(
        "clarus-bluecherry story order 1001 --site site.toml",
        "clarus-bluecherry story sku '01234 BLK M' --site site.toml",
    ),
)

_SHOWN = 20
"""Events that the screen shows; the page has all."""

Out = Annotated[
    Path | None,
    typer.Option(help="Write the page here: a folder, or a file by its ending: .html, .xlsx or .json."),
]
_WAITS = {
    "well": "nothing of it waits for anybody",
    "found": "something of it waits for somebody",
    "failed": "nothing is known of it, or it could not be read",
}


@story_app.command(
    "order",
    epilog=helped(
        "clarus-bluecherry story order 1001 --site site.toml",
        "clarus-bluecherry story order 1001 --site site.toml --out story.html  # each message, with what was sent",
        **_WAITS,
    ),
)
def story_order(
    number: Annotated[
        str, typer.Argument(help="The number of a pick ticket, a production order or a transfer, in Blue Cherry.")
    ],
    site: SiteFileOption,
    out: Out = None,
    as_json: AsJson = False,
) -> None:
    """Tell the story of an order, from its release to the books: each message, what was sent, what came back.

    The ledger is read, and neither system is asked. Of what was sent nothing is shown that is a person's.
    """
    file = config.load_site(site)
    with opened(file.ledger.path) as ledger:
        page = order_story_page(_flow().order_story(ledger, number, file.ledger.zone))
    _tell(page, out, as_json=as_json)


@story_app.command(
    "sku",
    epilog=helped(
        "clarus-bluecherry story sku '01234 BLK M' --site site.toml",
        "clarus-bluecherry story sku '|01234|BLK|||M' --since 2026-10-01 --site site.toml --out story.html",
        **_WAITS,
    ),
)
def story_sku(
    sku: Annotated[
        str,
        typer.Argument(
            metavar="SKU",
            help="As reports write it, `01234 BLK M`, or `division|style|colour|label|dimension|size`.",
        ),
    ],
    site: SiteFileOption,
    since: Annotated[
        str, typer.Option(metavar="DAY", help="From this day on. Default: the last 35 days.", show_default=False)
    ] = "",
    out: Out = None,
    as_json: AsJson = False,
) -> None:
    """Tell the story of a SKU: what was ordered, left, came, was adjusted or held, and each message of that.

    The ledger is read, and neither system is asked.
    """
    file = config.load_site(site)
    begin = _day(since, file) if since else None
    with opened(file.ledger.path) as ledger:
        flow = _flow()
        page = sku_story_page(flow.sku_story(ledger, flow.sku_called(ledger, sku), file.ledger.zone, since=begin))
    _tell(page, out, as_json=as_json)


def _flow() -> ModuleType:
    """What tells a story; it needs the ledger's packages."""
    return import_module("clarus_bluecherry.flows.stories")


def _day(text: str, file: config.SiteFile) -> dt.datetime:
    """The beginning of a day in the books' zone."""
    try:
        day = dt.date.fromisoformat(text)
    except ValueError:
        what = f"{text!r} is no day: write for example 2026-10-01"
        raise typer.BadParameter(what, param_hint="--since") from None
    return dt.datetime.combine(day, dt.time(), file.ledger.zone)


def _tell(page: pages.ReportPage, out: Path | None, *, as_json: bool) -> None:
    """Write the page, show it in short or as JSON, and end with whether something waits."""
    written = _written(page, out)
    if as_json:
        print_json(pages.page_json(page))
    else:
        _show(page, written)
    raise typer.Exit(ExitCode.of(any(block.steps for block in page.steps)))


def _written(page: pages.ReportPage, out: Path | None) -> pages.PageFiles:
    if out is None:
        return pages.PageFiles()
    with writing(out, "--out"):
        return pages.write_page(page, out)


def _show(page: pages.ReportPage, written: pages.PageFiles) -> None:
    console = screen()
    events = page.table("events")
    for row in events.rows[-_SHOWN:]:
        at, _, where, what, *_ = row
        console.print(f"{at:%Y-%m-%d %H:%M}  {where}: {what}")
    if len(events.rows) > _SHOWN:
        console.print(f"and {len(events.rows) - _SHOWN:,} before: --out writes all of them")
    console.print(page.verdict)
    if written.left_out:
        console.print(written.left_out)
    if written:
        console.print(f"Open {written[0]}: each message is there, with what was sent.", soft_wrap=True)
    else:
        say_again("--out", "story.html", why="for each message, with what was sent")
