"""The commands, their options and the end of their help; their exit codes are those of `cli.exit_codes`.

Law of this module: a command reads its options, calls one thing and shows the outcome; with `--json` it prints one
JSON document and nothing else.
"""

from __future__ import annotations

import os
from enum import StrEnum
from importlib import import_module
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Column

from clarus_bluecherry import config
from clarus_bluecherry._lazy import need
from clarus_bluecherry._version import __version__
from clarus_bluecherry.cli import close_commands, exceptions_acts, ledger_acts
from clarus_bluecherry.cli.alerts_commands import ALERTS_HELP, alerts
from clarus_bluecherry.cli.availability_commands import availability_app
from clarus_bluecherry.cli.bluecherry_commands import bluecherry_app
from clarus_bluecherry.cli.bundle import Platform
from clarus_bluecherry.cli.bundle import run as write_bundle
from clarus_bluecherry.cli.clarus_commands import clarus_app
from clarus_bluecherry.cli.completing import STATES
from clarus_bluecherry.cli.config_commands import config_app
from clarus_bluecherry.cli.dashboard_command import DASHBOARD_HELP, dashboard
from clarus_bluecherry.cli.door import ask_for, complain, note, say_next, tell
from clarus_bluecherry.cli.exceptions_commands import exceptions_app
from clarus_bluecherry.cli.helping import examples, helped
from clarus_bluecherry.cli.ledger_erase import ERASE_HELP, PRUNE_HELP, ledger_erase, ledger_prune
from clarus_bluecherry.cli.ledger_place import LedgerPlace
from clarus_bluecherry.cli.morning_commands import MORNING_HELP, morning
from clarus_bluecherry.cli.options import FLAG, SITE_FILE, AsJson, Scale, SiteFileOption, print_json, shown, span
from clarus_bluecherry.cli.pack_commands import pack_app
from clarus_bluecherry.cli.progress import step
from clarus_bluecherry.cli.sandbox_commands import need_sandbox, sandbox_app
from clarus_bluecherry.cli.sku_commands import sku_app
from clarus_bluecherry.cli.story_commands import story_app
from clarus_bluecherry.cli.terminal import FoldedTable, screen
from clarus_bluecherry.cli.x12_commands import x12_app

app = typer.Typer(
    no_args_is_help=True,
    context_settings={"help_option_names": ["-h", "--help"]},
    pretty_exceptions_enable=False,
    rich_markup_mode="markdown",
    help="Make a Clarus WMS warehouse and a CGS Blue Cherry ERP agree, to the unit and to the penny.",
    epilog=helped(
        "clarus-bluecherry demo  # both systems on this machine, a season, and a page that shows what came of it",
        "clarus-bluecherry close --template exports  # what a folder to be closed may hold",
        "clarus-bluecherry sku audit --blue-cherry inventory.csv --clarus products.csv --out audit",
        "clarus-bluecherry exceptions --site site.toml",
        well="all is well",
        found="something was found",
        over_limit="it is over a limit of the site",
        then="`--quiet` may stand anywhere. `clarus-bluecherry COMMAND --help` has the examples of a command.",
    ),
)
ledger_app = typer.Typer(
    no_args_is_help=True,
    help="Look into the ledger, decide what waits there, take it along, make it forget.",
    epilog=examples(
        "clarus-bluecherry ledger show ledger.sqlite --state parked",
        "clarus-bluecherry ledger retry ledger.sqlite --state rejected --why 'mended' --who Ada --dry-run",
    ),
)
ledger_acts.add_to(ledger_app)
ledger_app.command("erase", epilog=ERASE_HELP)(ledger_erase)
ledger_app.command("prune", epilog=PRUNE_HELP)(ledger_prune)
app.add_typer(x12_app, name="x12")
app.add_typer(sku_app, name="sku")
app.add_typer(ledger_app, name="ledger")
app.add_typer(clarus_app, name="clarus")
app.add_typer(bluecherry_app, name="bluecherry")
app.add_typer(sandbox_app, name="sandbox")
app.add_typer(config_app, name="config")
app.add_typer(availability_app, name="availability")
app.add_typer(pack_app, name="pack")
exceptions_acts.add_to(exceptions_app)
app.add_typer(exceptions_app, name="exceptions")
app.command("morning", epilog=MORNING_HELP)(morning)
app.add_typer(story_app, name="story")
app.command(epilog=ALERTS_HELP)(alerts)


class Way(StrEnum):
    """How Blue Cherry is reached."""

    REST = "rest"
    X12 = "x12"
    CSV = "csv"


class WarehouseWay(StrEnum):
    """How the warehouse is reached."""

    API = "api"
    FILES = "files"


def _version(asked: bool) -> None:
    if asked:
        tell(__version__)
        raise typer.Exit


def _quiet(context: typer.Context, asked: bool) -> None:
    if asked or context.parent is None:  # before or behind a command: once is enough
        ask_for(quiet=asked)


@app.callback()
def _options(
    version: Annotated[
        bool, typer.Option("--version", metavar=FLAG, callback=_version, is_eager=True, help="Print the version.")
    ] = False,
    quiet: Annotated[
        bool,
        typer.Option(
            "--quiet",
            "-q",
            metavar=FLAG,
            callback=_quiet,
            is_eager=True,
            expose_value=False,
            help="Say only what was asked, and what went wrong.",
        ),
    ] = False,
) -> None:
    pass


@app.command(
    epilog=helped(
        "clarus-bluecherry demo --out demo-out --seed 7 --scale small",
        "clarus-bluecherry demo --workers 4",
        "clarus-bluecherry demo --workers 4 --database postgresql://me@localhost/scratch",
        well="nothing was lost, nothing was posted twice and every variance has a cause",
        found="one of these does not hold",
    )
)
def demo(
    out: Annotated[Path, typer.Option(help="Where its pages, the exports and the ledger go.")] = Path("demo-out"),
    seed: Annotated[int, typer.Option(help="Which season, which faults.")] = 1,
    scale: Annotated[Scale, typer.Option(help="How much of it.")] = Scale.SMALL,
    bluecherry: Annotated[Way, typer.Option(help="How Blue Cherry is reached.")] = Way.REST,
    warehouse: Annotated[WarehouseWay, typer.Option(help="How the warehouse is reached.")] = WarehouseWay.API,
    database: Annotated[
        str,
        typer.Option(
            help="A PostgreSQL for the ledger, or the variable that holds its URL; it stays as it is.",
            show_default="a file",
        ),
    ] = "",
    workers: Annotated[int, typer.Option(help="How many processes take turns.", min=1, max=16)] = 1,
    as_json: AsJson = False,
) -> None:
    """Take a season of stock all the way round, between both systems as local servers, with faults.

    It ends with a page that shows what came of it.
    """
    need_sandbox()
    show = import_module("clarus_bluecherry.cli.demo.show")  # needs the sandbox's packages
    ways = {"way": bluecherry.value, "warehouse": warehouse.value}
    there = {"database": database, "workers": workers}
    raise typer.Exit(show.run(out=out, seed=seed, scale=scale.value, **ways, **there, as_json=as_json))


@app.command(
    epilog=helped(
        "clarus-bluecherry reconcile --site site.toml --inventory-report inventory.csv  # of now",
        "clarus-bluecherry reconcile --from exports --as-of 2026-10-31  # of any moment: the places that differ",
        well="every difference has a cause",
        found="something is unexplained or could not be read",
    )
)
def reconcile(
    site: Annotated[Path | None, SITE_FILE] = None,
    inventory_report: Annotated[
        Path | None,
        typer.Option(help="Blue Cherry's exported inventory report (CSV).", exists=True, dir_okay=False),
    ] = None,
    source: close_commands.From = None,
    books: close_commands.Books = None,
    as_of: close_commands.AsOf = "",
    known_until: close_commands.KnownUntil = "",
    out: Annotated[
        Path | None,
        typer.Option(help="Also write report.html and summary.json here; of a close, as `position` does."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Compare the warehouse's stock with Blue Cherry's, and name the cause of every difference."""
    if inventory_report is None:
        return close_commands.position(
            source, site, books, as_of, known_until, differing=True, out=out, as_json=as_json
        )
    if site is None or source or books or as_of or known_until:
        what = "it goes with --site alone: both systems are asked as they are now"
        raise typer.BadParameter(what, param_hint="--inventory-report")
    need("sqlalchemy", extra="ledger", purpose="reconciling")
    closing = import_module("clarus_bluecherry.cli.closing")  # needs the ledger's packages
    raise typer.Exit(
        closing.run(
            config.load_site(site),
            config.Secrets.from_environment(),
            inventory_report=inventory_report,
            out=out,
            as_json=as_json,
        )
    )


close_commands.add_to(app)


@app.command(
    epilog=helped(
        "clarus-bluecherry drift --site site.toml --out drift.csv",
        "clarus-bluecherry drift --site site.toml --order 1001 --json",
        well="nothing drifted",
        found="something did, or could not be compared",
    )
)
def drift(
    site: SiteFileOption,
    order: Annotated[
        list[str] | None,
        typer.Option(help="Only this pick ticket or transfer (repeatable). Default: all on their way."),
    ] = None,
    out: Annotated[Path | None, typer.Option(help="Also write a CSV here: a row for each difference.")] = None,
    as_json: AsJson = False,
) -> None:
    """Compare the orders as the warehouse accepted them with what Blue Cherry says of them now.

    For each difference: what can still be changed in the warehouse, with the call that would do it, what cannot,
    and what the invoice will be off by. Nothing is sent. Of addresses only the fields that differ are named.
    """
    need("sqlalchemy", extra="ledger", purpose="opening a site")
    command = import_module("clarus_bluecherry.cli.drift")  # needs the ledger's packages
    file, secrets = config.load_site(site), config.Secrets.from_environment()
    raise typer.Exit(command.run(file, secrets, orders=order or [], out=out, as_json=as_json))


@app.command(
    epilog=helped(
        "clarus-bluecherry products --site site.toml --dry-run  # shows it",
        "clarus-bluecherry products --site site.toml  # does it",
        found="something is refused, cannot be read or is not delivered",
    )
)
def products(
    site: SiteFileOption,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", metavar=FLAG, help="Only show it: nothing is kept, sent or changed.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Create and change Clarus's products as Blue Cherry's styles say, as far as `[products]` of the site lets it.

    Shows what is created, what changes field by field, and what is refused and why. Only messages about products
    are sent.
    """
    need("sqlalchemy", extra="ledger", purpose="opening a site")
    command = import_module("clarus_bluecherry.cli.products")  # needs the ledger's packages
    file, secrets = config.load_site(site), config.Secrets.from_environment()
    raise typer.Exit(command.run(file, secrets, dry_run=dry_run, as_json=as_json))


@app.command(
    epilog=helped(
        "clarus-bluecherry sync --site site.toml --once --deadline 4m  # for a scheduler",
        "clarus-bluecherry sync --site site.toml --watch --every 5m",
        well="the turn came to its end, or it was told to stop",
        found="a part of the turn ended early",
        failed="there was no turn",
    )
)
def sync(
    site: SiteFileOption,
    once: Annotated[bool, typer.Option("--once", metavar=FLAG, help="Take one turn.")] = False,
    watch: Annotated[
        bool, typer.Option("--watch", metavar=FLAG, help="Take turns until it is told to stop.")
    ] = False,
    every: Annotated[
        str, typer.Option(metavar="TIME", help="With `--watch`: the time between two turns.")
    ] = "60s",
    limit: Annotated[
        int | None, typer.Option(help="At most this many postings are sent in a turn.", min=0)
    ] = None,
    deadline: Annotated[
        str | None,
        typer.Option(metavar="TIME", help="The time after which a turn begins nothing more, such as 5m."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Take a turn of the loop: read what is new on both sides, try again what waited, and send what is due.

    It may be called at any time, as often as you like, and killed: the ledger knows what was done, and nothing is
    lost or doubled. One system that is away does not stop what the other one needs. SIGTERM or Ctrl-C ends it when
    what is under way has come to its end; a second one ends it at once. With `--json`, one document a turn, on a
    line of its own.
    """
    if once == watch:
        raise typer.BadParameter("one of the two is needed", param_hint="--once or --watch")
    need("sqlalchemy", extra="ledger", purpose="taking turns")
    loop = import_module("clarus_bluecherry.cli.loop")  # needs the ledger's packages
    ends = None if deadline is None else span(deadline, "--deadline")
    raise typer.Exit(
        (loop.once if once else loop.for_good)(
            site,
            config.Secrets.from_environment(),
            pace=loop.Pace(every=span(every, "--every"), is_steady=True, limit=limit, deadline=ends),
            as_json=as_json,
        )
    )


@app.command(
    epilog=helped(
        "clarus-bluecherry worker --site site.toml  # as many as you like",
        "clarus-bluecherry worker --site site.toml --json  # for a collector of logs",
        well="it was told to stop",
        failed="the site file or the ledger is not usable",
    )
)
def worker(
    site: SiteFileOption,
    every: Annotated[
        str,
        typer.Option(
            metavar="TIME", help="The longest time between two readings of both systems, by all workers together."
        ),
    ] = "60s",
    as_json: AsJson = False,
) -> None:
    """Keep both systems agreeing until it is told to stop: any number of workers, on any machines, one ledger.

    What a webhook or another worker keeps wakes it. One that fails, or is killed, is made good by the others. It
    reads the site file anew before each turn, and says on standard error what moved and what is wrong. SIGTERM or
    Ctrl-C ends it when what is under way has come to its end; a second one ends it at once.
    """
    need("sqlalchemy", extra="ledger", purpose="taking turns")
    loop = import_module("clarus_bluecherry.cli.loop")  # needs the ledger's packages
    pace = loop.Pace(every=span(every, "--every"))
    raise typer.Exit(loop.for_good(site, config.Secrets.from_environment(), pace=pace, as_json=as_json))


app.command(epilog=DASHBOARD_HELP)(dashboard)


@app.command(
    epilog=helped("clarus-bluecherry bundle --for lambda --out layer.zip", "clarus-bluecherry bundle --for zip")
)
def bundle(
    platform: Annotated[
        Platform, typer.Option("--for", help="AWS Lambda (a layer), Azure Functions, or any Python's path.")
    ],
    out: Annotated[
        Path | None, typer.Option(help="The archive. Default: clarus-bluecherry-VERSION-PLATFORM.zip.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Write this library and what it needs, as installed here, into one archive for where pip is not.

    Every step of `clarus_bluecherry.mapping.plain` runs from it, and so do the clients of both systems. Its binary
    parts are for this machine's platform and Python; sizes, licences and the digest are told.
    """
    write_bundle(platform, out, as_json=as_json)


_KEYS_FIT, _SHORT_KEY = 120, 18
"""Columns of a terminal: in how many a whole key finds room, and what is left of one where there are fewer."""
_DECIDED_BY_PERSONS = ("parked", "rejected")
_LEFT_OUT = ("moved from", "attempts")
"""Of a list, in a narrow terminal."""


def _header(name: str, is_narrow: bool) -> Column:
    """A column in which nothing is cut; in a narrow terminal a state and a day stay on one line."""
    is_word = is_narrow and name in ("state", "accounting date")
    return Column(name.replace(" ", "\n") if is_narrow else name, overflow="fold", no_wrap=is_word)


@ledger_app.command("upgrade", epilog=helped("clarus-bluecherry ledger upgrade ledger.sqlite"))
def ledger_upgrade(
    place: LedgerPlace,
    as_json: AsJson = False,
) -> None:
    """Take a ledger of an older version to this one's. Stop its workers first, and keep a copy of it."""
    need("sqlalchemy", extra="ledger", purpose="the ledger")
    upgrade = import_module("clarus_bluecherry.ledger.upgrade").upgrade  # needs the ledger's packages
    step("taking the ledger to this version")
    before, after = upgrade(os.environ.get(place, place))
    if as_json:
        print_json({"from": before, "to": after})
    else:
        screen().print(
            f"It is of version {after} already." if before == after else f"Version {before} is now {after}."
        )


@ledger_app.command(
    "show",
    epilog=helped(
        "clarus-bluecherry ledger show ledger.sqlite",
        "clarus-bluecherry ledger show ledger.sqlite --state parked --json",
        "clarus-bluecherry ledger show ledger.sqlite --key 'pick 1001'",
        well="it is shown",
        failed="it could not be done, or there is none with this key or name",
    ),
)
def ledger_show(
    place: LedgerPlace,
    state: Annotated[
        list[str] | None,
        typer.Option(
            help="List the postings in this state (repeatable); what of the inbox is `waiting`, `done` or `left`.",
            autocompletion=STATES,
        ),
    ] = None,
    key: Annotated[
        str,
        typer.Option(
            help="Show the history of one, by its key (whole with `--json`); or those that people "
            "call so, such as `pick 1001` or `1001`."
        ),
    ] = "",
    limit: Annotated[int, typer.Option(help="At most this many.", min=1)] = 50,
    as_json: AsJson = False,
) -> None:
    """Show how many postings stand where, the ones in a state, or the history of one."""
    need("sqlalchemy", extra="ledger", purpose="the ledger")
    view = import_module("clarus_bluecherry.cli.ledger_view")  # needs the ledger's packages
    rows, headers = view.rows(place, states=state or [], key=key, limit=limit + 1)  # one more tells that it is cut
    is_list = headers[0] == "key"
    if is_list and len(rows) > limit:
        complain(f"There are more than {limit}: --limit shows more of them.")
        rows = rows[:limit]
    if as_json:
        print_json([dict(zip(headers, row, strict=True)) for row in rows])
        return
    console = screen()
    is_narrow = is_list and console.width < _KEYS_FIT
    left_out = _LEFT_OUT if is_narrow else ()
    table = FoldedTable(*(_header(name, is_narrow) for name in headers if name not in left_out))
    if is_narrow:
        table.columns[0].overflow, table.columns[0].width = "ellipsis", _SHORT_KEY
        table.columns[0].no_wrap = True
    for row in rows:
        told = zip(headers, row, strict=True)
        table.add_row(*(shown(cell) for name, cell in told if name not in left_out))
    console.print(table if rows else "Nothing.")
    if is_list and rows:
        say_next("ledger", "show", place, "--key", rows[0][0], why="the history of one")
    elif rows and not key:
        say_next("ledger", "show", place, "--state", "STATE", why="what stands there")
    elif rows and rows[-1][2] in _DECIDED_BY_PERSONS:
        say_next("ledger", "retry", place, key, "--why", "REASON", "--who", "NAME", why="once it is mended")
    if is_narrow and rows:
        note("Keys are whole with --json, and nothing is left out; --key takes a name too.")
