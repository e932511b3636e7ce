"""What `morning` does: gather the morning of a site, write its page, and say what to do first.

Law of this module: nothing is sent, and neither system is changed. What is written, printed and returned comes
from one `Morning`; no customer's name or address is in it.
"""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from rich.console import Console
from rich.padding import Padding
from rich.text import Text

from clarus_bluecherry.cli.door import inert
from clarus_bluecherry.cli.exceptions import learnt, say_whether_kept
from clarus_bluecherry.cli.exit_codes import ExitCode
from clarus_bluecherry.cli.options import print_json
from clarus_bluecherry.cli.paths import folder_to_write, writing
from clarus_bluecherry.cli.terminal import screen
from clarus_bluecherry.config import Secrets, SiteFile
from clarus_bluecherry.finance import moment
from clarus_bluecherry.finance.morning import Morning
from clarus_bluecherry.flows.morning import morning_of
from clarus_bluecherry.flows.opening import open_site
from clarus_bluecherry.ledger.reasons import Owner
from clarus_bluecherry.report import words
from clarus_bluecherry.report.closing import money_text
from clarus_bluecherry.report.exceptions import unrested
from clarus_bluecherry.report.morning import morning_page
from clarus_bluecherry.report.pages import PageFiles, PageSteps, PageText, ReportPage, page_json, write_page

FOLDER = "morning"
"""Where the page goes when nobody says."""


def run(
    file: SiteFile,
    secrets: Secrets,
    *,
    books: Path | None,
    close: bool,
    owner: Owner | None,
    as_of: str,
    out: Path | None,
    as_json: bool,
) -> int:
    """Gather, write and show; the exit code is 3 when an exception is over a limit, else 1 when there is something
    to do or a source could not be read.
    """
    if out is None and not as_json:
        out = Path(FOLDER)
    if out is not None:
        folder_to_write(out.parent, "--out")
    with open_site(file, secrets) as opened:
        at = moment(as_of, opened.calendar, opened.years) if as_of else None
        site, unlearnt = learnt(opened, file)
        morning = morning_of(site, books, as_of=at, close=close, unlearnt=unlearnt)
        if at is None:
            say_whether_kept(morning.as_of, site.ledger.last_look())
    page = morning_page(morning, owner)
    written = PageFiles()
    if out is not None:
        with writing(out, "--out"):
            written = write_page(page, out)
    if as_json:
        print_json(page_json(page))
    else:
        _show(page, written)
    return _code(morning, owner)


def _code(morning: Morning, owner: Owner | None) -> int:
    items = [item for item in morning.items if owner in (None, item.owner)]
    awake = unrested(items, morning.standings, morning.as_of)
    if morning.policy.breaches(awake, morning.as_of):
        return ExitCode.OVER_LIMIT
    return ExitCode.of(awake or morning.unread)


# On the screen -----------------------------------------------------------------------------------------------


def _show(page: ReportPage, written: PageFiles) -> None:
    console, head = screen(), page.head
    at = head.as_of.astimezone(head.zone) if isinstance(head.as_of, dt.datetime) else head.as_of
    console.print(f"{page.title}, {at:%A %Y-%m-%d %H:%M %Z}", style="bold")
    console.print(page.verdict)
    for block in page.sections[0].blocks:
        if isinstance(block, PageSteps):
            _show_steps(console, block)
        elif isinstance(block, PageText):
            console.print()
            for line in block.paragraphs:
                console.print(line)
    console.print(f"\nOpen {written[0]}", soft_wrap=True)
    if written.left_out:
        console.print(written.left_out)


def _show_steps(console: Console, block: PageSteps) -> None:
    for place, step in enumerate(block.steps, 1):
        units = "" if step.units is None else f"{words.units(step.units)} units"
        told = (f"for {step.owner}", units, "value not known" if step.value is None else money_text(step.value))
        console.print(f"\n{place}. {step.what}", style="bold")
        console.print(_under("; ".join(filter(None, told))))
        console.print(_under(step.action))
        console.print(step.identity, soft_wrap=True)  # one that is cut cannot be typed
    if block.more:
        console.print(f"\n{block.more}")


def _under(text: str) -> Padding:
    return Padding(Text(inert(text)), (0, 0, 0, 3), expand=False)
