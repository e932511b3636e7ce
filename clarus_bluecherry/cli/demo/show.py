"""The demo as a person sees it: progress while it runs, a page at the end, and an exit code that means it."""

from __future__ import annotations

import datetime as dt
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from clarus_bluecherry.bluecherry.inventory_report import read_inventory_report
from clarus_bluecherry.cli.closing import closing_of, show
from clarus_bluecherry.cli.demo import verdict, worker
from clarus_bluecherry.cli.demo.closed import close_checks, closes_of
from clarus_bluecherry.cli.demo.exports import write_month
from clarus_bluecherry.cli.demo.left import MONTH, MONTH_END, leave_month_end, leave_site
from clarus_bluecherry.cli.demo.places import ledger_at
from clarus_bluecherry.cli.demo.story import Story, job_for
from clarus_bluecherry.cli.demo.truth import truths_of
from clarus_bluecherry.cli.demo.world import HOOK_TOKEN, World, world
from clarus_bluecherry.cli.door import command_name
from clarus_bluecherry.cli.exit_codes import ExitCode
from clarus_bluecherry.cli.paths import folder_to_write, writing
from clarus_bluecherry.cli.progress import is_seen
from clarus_bluecherry.cli.terminal import screen
from clarus_bluecherry.flows.reconcile import reconcile_now
from clarus_bluecherry.report import Closing
from clarus_bluecherry.report.close import close_json
from clarus_bluecherry.sandbox.bluecherry_files import Speech
from clarus_bluecherry.sandbox.bluecherry_sheets import SheetSpeech
from clarus_bluecherry.sandbox.bluecherry_x12 import X12Speech
from clarus_bluecherry.sandbox.erp import columns


def _speech(way: str) -> Speech | None:
    """How Blue Cherry writes its files, where it is reached by files. Its documents carry the real time."""
    match way:
        case "csv":
            return SheetSpeech()
        case "x12":
            return X12Speech(lambda: dt.datetime.now(dt.UTC))
        case _:
            return None


def run(
    *,
    out: Path,
    seed: int,
    scale: str,
    way: str,
    warehouse: str,
    database: str = "",
    workers: int = 1,
    as_json: bool,
) -> int:
    """Play the demo and show it; 0 only if everything holds."""
    folder_to_write(out, "--out")
    progress = screen(stderr=True, quiet=not is_seen())
    began = time.monotonic()
    ways = f"the warehouse by {warehouse}, Blue Cherry by {way}"
    progress.print(f"Clarus and Blue Cherry are starting on loopback (seed {seed}, {scale}; {ways})")
    closing = play(
        seed=seed,
        scale=scale,
        way=way,
        warehouse=warehouse,
        database=database,
        workers=workers,
        say=lambda line: progress.print(f"  {line}", style="dim"),
        out=out,
    )
    progress.print(f"  done in {time.monotonic() - began:.1f} s\n", style="dim")
    show(closing, out=out, as_json=as_json, more=_what_more(closing, out))
    return ExitCode.of(not closing.holds)


def _what_more(closing: Closing, out: Path) -> Sequence[str]:
    """What else can be looked at now, and what to type for it."""
    site, month = out / "site.toml", f"The month's end, as finance closes it: {out / MONTH_END}"
    if not site.exists():
        return (month,)
    orders = [item.subject.split()[1] for item in closing.exceptions if item.subject.startswith("order ")]
    return (
        month,
        "Both systems are gone; their ledger is here. Look into it:",
        f"  {command_name()} dashboard --site {site}",
        *(f"  {command_name()} story order {order} --site {site} --out {out}/story.html" for order in orders[:1]),
    )


def play(
    *,
    seed: int,
    scale: str,
    way: str = "rest",
    warehouse: str = "api",
    database: str = "",
    workers: int = 1,
    say: worker.Say = worker.silent,
    out: Path | None = None,
) -> Closing:
    """Play the demo and close it, without printing. In `out` are left the month's exports, and the ledger.

    `database` is the address of a PostgreSQL, or a variable that holds one; without it the ledger is a file.
    """
    with played(
        seed=seed, scale=scale, way=way, warehouse=warehouse, database=database, workers=workers, say=say
    ) as story:
        folder = out or story.folder
        with writing(folder, "--out"):
            closing = closed(story, folder / MONTH)
            if out is not None:
                leave_site(story.job, out, clock=story.world.clock)
                leave_month_end(out, str(closing.closes[-1]["as_of"]))
        return closing


@contextmanager
def played(
    *,
    seed: int,
    scale: str,
    way: str = "rest",
    warehouse: str = "api",
    database: str = "",
    workers: int = 1,
    say: worker.Say = worker.silent,
) -> Iterator[Story]:
    """A demo that was played to its end: both systems are there until the block ends, and fail no more."""
    speech = _speech(way)
    with (
        ledger_at(database) as ledger,
        tempfile.TemporaryDirectory(prefix="clarus-bluecherry-") as folder,
        world(
            seed,
            scale,
            exchange=Path(folder) / "exchange",
            speech=speech,
            warehouse_exchange=Path(folder) / "clarus" if warehouse == "files" else None,
        ) as there,
    ):
        job = job_for(there, Path(folder), way, ledger)
        story = Story(there, job, say, Path(folder), workers, [_opening_line(there)])
        with worker.receiver_of(story.job, token=HOOK_TOKEN, clock=there.clock) as receiver:
            there.doorway.app = receiver
            story.play()
        there.clarus_faults.pause()
        there.bluecherry_faults.pause()
        yield story


def closed(story: Story, month: Path) -> Closing:
    """The snapshot of both systems as they are now, and the month's close by what was known at its end and now."""
    there = story.world
    with worker.site_of(story.job, clock=there.clock) as site:
        found = reconcile_now(site, read_inventory_report(columns.inventory_report(there.erp)).rows)
        truths = truths_of(there)
        closes = closes_of(write_month(there, site.ledger, month), truths)
        checks = [*verdict.checks(there, site.ledger, found)]
        for close, truth in zip(closes, truths, strict=True):
            checks += close_checks(close, truth)
        title = f"A month between Clarus and Blue Cherry, season {there.season.seed}"
        story_told = [*story.lines, *_closing_lines(there, story)]
        return closing_of(site, found, title, checks, story_told, [*map(close_json, closes)], _proof(there))


def _proof(there: World) -> str:
    """What went round under which faults, where all of it came out as it should."""
    moved, faults = len(verdict.done(there)), sum(there.fault_counts().values())
    return (
        f"{moved:,} movements went round while {faults:,} faults struck: each was told to Blue Cherry once and "
        "under its own day, or waits for somebody, and the month closes to the unit and to the penny, but for "
        "what was planted to be found."
    )


def _opening_line(there: World) -> str:
    season = there.season
    damaged = sum(1 for article in season.articles if article.damage)
    spelled = f"{len(season.articles)} SKUs, {damaged} of them spelled otherwise in the warehouse"
    return f"{spelled}; {len(season.twins)} pairs differ only by a zero"


def _closing_lines(there: World, story: Story) -> Sequence[str]:
    struck = ", ".join(f"{count} x {name}" for name, count in sorted(there.fault_counts().items()))
    where = "on PostgreSQL" if "://" in story.job.ledger else "a file"
    moved = ", ".join(str(story.moved[number]) for number in range(1, story.workers + 1))
    workers = f"{story.workers} workers, each a process, moved" if story.workers > 1 else "one worker moved"
    worked = f"the ledger was {where}; {workers} {moved} messages on"
    return [worked, f"faults: {struck}", f"webhooks delivered: {there.webhooks.sent}, some twice or out of order"]
