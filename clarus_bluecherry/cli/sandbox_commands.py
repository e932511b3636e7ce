"""The sandbox: `sandbox` alone runs it; its commands tell the people of the one that runs what to do.

Law of this module: a command reads its options, knocks at the door once and shows what was answered (`site` needs
no door); with `--json` it prints one JSON document and nothing else.
"""

from __future__ import annotations

import json
import tomllib
from importlib import import_module
from typing import Annotated

import typer

from clarus_bluecherry._lazy import need
from clarus_bluecherry.cli.completing import words
from clarus_bluecherry.cli.door import tell, tell_document
from clarus_bluecherry.cli.helping import helped
from clarus_bluecherry.cli.options import FLAG, AsJson, Scale
from clarus_bluecherry.sandbox.door import Door
from clarus_bluecherry.sandbox.told import to_json

sandbox_app = typer.Typer()

Pick = Annotated[str, typer.Argument(help="The pick ticket's number.")]
Product = Annotated[str, typer.Argument(help="The warehouse's product code.")]
Building = Annotated[str, typer.Option("--warehouse", help="The warehouse's code; the first one when left out.")]
Line = Annotated[str, typer.Option(help="Blue Cherry's number of one line.")]
Units = Annotated[str, typer.Option(help="How many units of that line.")]
_FAULTS = words(
    "too-many", "too-many-without-retry-after", "failed-before", "failed-after", "dropped-after", "slow"
)
_SYSTEMS = words("clarus", "bluecherry")
_SIGNED = {"ignore_unknown_options": True}
"""So that -3 is a number, and no option."""


def _done(*lines: str) -> str:
    return helped(*lines, failed="nothing was done")


def need_sandbox() -> None:
    """Raise `MissingExtra` where the sandbox's packages are not installed."""
    for module in ("starlette", "uvicorn", "graphql", "sqlalchemy"):
        need(module, extra="demo", purpose="the sandbox")


@sandbox_app.callback(
    invoke_without_command=True,
    epilog=helped(
        "clarus-bluecherry sandbox --seed 7  # Ctrl-C stops it",
        "clarus-bluecherry sandbox dispatch 500101  # beside it",
        well="it was told to stop, or it was done",
        failed="nothing was done",
    ),
)
def sandbox(
    context: typer.Context,
    seed: Annotated[int, typer.Option(help="Which season.")] = 1,
    scale: Annotated[Scale, typer.Option(help="How much of it.")] = Scale.SMALL,
    clarus_port: Annotated[int, typer.Option(help="0 takes a free one.")] = 0,
    bluecherry_port: Annotated[int, typer.Option(help="0 takes a free one.")] = 0,
    as_json: AsJson = False,
) -> None:
    """Run both systems as local servers, loaded with a season, until interrupted.

    Without a command it runs, and prints the variables by which programs find it. A command makes the one that
    runs act: type it in a terminal that was given those variables.
    """
    if context.invoked_subcommand is not None:
        _refuse_options(context)
        return
    need_sandbox()
    serve = import_module("clarus_bluecherry.cli.serve")  # needs the sandbox's packages
    serve.run(
        seed=seed,
        scale=scale.value,
        clarus_port=clarus_port,
        bluecherry_port=bluecherry_port,
        as_json=as_json,
    )


def _refuse_options(context: typer.Context) -> None:
    """What stands before a command would be for starting a sandbox, and do nothing."""
    for name in context.params:
        source = context.get_parameter_source(name)
        if source is not None and source.name == "COMMANDLINE":
            what = f"is for starting a sandbox; options of {context.invoked_subcommand} stand behind it"
            raise typer.BadParameter(what, param_hint=f"--{name.removeprefix('as_').replace('_', '-')}")


def _do(verb: str, *, as_json: bool, **arguments: object) -> None:
    """Have it done, and show the answer. An option that was left out is not sent."""
    given = {name: value for name, value in arguments.items() if value != ""}
    done = Door.from_environment().do(verb, **given)
    if as_json:
        tell_document(to_json(done))
    else:
        tell(done.said)


# Orders out --------------------------------------------------------------------------------------------------


@sandbox_app.command(epilog=_done("clarus-bluecherry sandbox picks"))
def picks(as_json: AsJson = False) -> None:
    """List the open pick tickets, one number a line; with --json, with what the warehouse has of them."""
    _do("picks", as_json=as_json)


@sandbox_app.command(epilog=_done("clarus-bluecherry sandbox pick 500101 --line 2 --units 1"))
def pick(pick: Pick, line: Line = "", units: Units = "", as_json: AsJson = False) -> None:
    """Bring what is allocated to an order to the goods-out bay, or some units of one line of it."""
    _do("pick", as_json=as_json, pick=pick, line=line, units=units)


@sandbox_app.command(epilog=_done("clarus-bluecherry sandbox dispatch 500101 --parcels 2"))
def dispatch(
    pick: Pick,
    parcels: Annotated[int, typer.Option(help="In how many parcels.", min=1)] = 1,
    part: Annotated[bool, typer.Option("--part", metavar=FLAG, help="The rest follows another day.")] = False,
    as_json: AsJson = False,
) -> None:
    """Send an order off: what was picked before, else all that is in stock. The rest is short, or follows."""
    _do("dispatch", as_json=as_json, pick=pick, parcels=parcels, part=part)


@sandbox_app.command(epilog=_done("clarus-bluecherry sandbox short 500101"))
def short(pick: Pick, as_json: AsJson = False) -> None:
    """Give up what is not picked of an order; with nothing picked it is completed and nothing leaves."""
    _do("short", as_json=as_json, pick=pick)


@sandbox_app.command("return", epilog=_done("clarus-bluecherry sandbox return 500101 --line 1 --units 1"))
def take_back(pick: Pick, line: Line = "", units: Units = "", as_json: AsJson = False) -> None:
    """Take goods of a dispatched order back into stock, by default one unit of its first line that left."""
    _do("take_back", as_json=as_json, pick=pick, line=line, units=units)


# Goods in ----------------------------------------------------------------------------------------------------


@sandbox_app.command(epilog=_done("clarus-bluecherry sandbox orders --json"))
def orders(as_json: AsJson = False) -> None:
    """List the production orders, one number a line; with --json, with what the warehouse has of them."""
    _do("orders", as_json=as_json)


@sandbox_app.command(epilog=_done("clarus-bluecherry sandbox receive 70201 --announce"))
def receive(
    order: Annotated[str, typer.Argument(help="The production order's number.")],
    line: Line = "",
    units: Units = "",
    announce: Annotated[
        bool, typer.Option("--announce", metavar=FLAG, help="Write the pre-receipt too, if nobody has sent it.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Receive a pre-receipt whole and complete it, or some units of one line and leave the rest for later."""
    _do("receive", as_json=as_json, order=order, line=line, units=units, announce=announce)


# Stock -------------------------------------------------------------------------------------------------------


@sandbox_app.command(
    context_settings=_SIGNED, epilog=_done("clarus-bluecherry sandbox adjust 01234-BLK-M -2 --reason DAMAGED")
)
def adjust(
    product: Product,
    units: Annotated[str, typer.Argument(help="Plus for found units, minus for lost ones.")],
    reason: Annotated[str, typer.Option(help="A reason code: FOUND or DAMAGED.")] = "",
    warehouse: Building = "",
    as_json: AsJson = False,
) -> None:
    """Find units of a product, or write them off."""
    _do("adjust", as_json=as_json, product=product, units=units, reason=reason, warehouse=warehouse)


@sandbox_app.command(epilog=_done("clarus-bluecherry sandbox count 01234-BLK-M 39"))
def count(
    product: Product,
    counted: Annotated[str, typer.Argument(help="The units that lie available.")],
    warehouse: Building = "",
    as_json: AsJson = False,
) -> None:
    """Count what lies available of a product; a difference becomes an adjustment."""
    _do("count", as_json=as_json, product=product, counted=counted, warehouse=warehouse)


@sandbox_app.command(epilog=_done("clarus-bluecherry sandbox hold 01234-BLK-M 4"))
def hold(
    product: Product,
    units: Annotated[str, typer.Argument(help="How many free units.")],
    warehouse: Building = "",
    as_json: AsJson = False,
) -> None:
    """Put free units of a product on hold."""
    _do("hold", as_json=as_json, product=product, units=units, warehouse=warehouse)


@sandbox_app.command(epilog=_done("clarus-bluecherry sandbox release 01234-BLK-M 4"))
def release(
    product: Product,
    units: Annotated[str, typer.Argument(help="How many held units.")],
    warehouse: Building = "",
    as_json: AsJson = False,
) -> None:
    """Make held units of a product available again."""
    _do("release", as_json=as_json, product=product, units=units, warehouse=warehouse)


# Blue Cherry's jobs, the books, and trouble ------------------------------------------------------------------


@sandbox_app.command(epilog=_done("clarus-bluecherry sandbox invoice"))
def invoice(as_json: AsJson = False) -> None:
    """Run Blue Cherry's interface and billing jobs: staged messages are booked, shipments invoiced."""
    _do("invoice", as_json=as_json)


@sandbox_app.command(epilog=_done("clarus-bluecherry sandbox books --json"))
def books(as_json: AsJson = False) -> None:
    """Show what both systems themselves wrote down since the start: what was done, told and booked."""
    _do("books", as_json=as_json)


@sandbox_app.command(epilog=_done("clarus-bluecherry sandbox inventory > inventory.csv"))
def inventory(as_json: AsJson = False) -> None:
    """Export Blue Cherry's inventory report (CSV), for `reconcile` and `sku audit`."""
    _do("inventory", as_json=as_json)


@sandbox_app.command(
    epilog=_done(
        "clarus-bluecherry sandbox site > site.toml",
        "clarus-bluecherry sandbox site --ledger postgresql://me@localhost/scratch > site.toml",
    )
)
def site(
    ledger: Annotated[
        str, typer.Option(help="The ledger's file, or the URL of a PostgreSQL, without its password.")
    ] = "ledger.sqlite",
    as_json: AsJson = False,
) -> None:
    """Write the site file by which workers and other commands reach the sandbox. It holds no secret."""
    need_sandbox()
    written = import_module("clarus_bluecherry.sandbox.site_file").site_file  # needs the sandbox's packages
    text = written(ledger=ledger)
    if as_json:
        tell_document(json.dumps(tomllib.loads(text), default=str))
    else:
        tell(text.removesuffix("\n"))


@sandbox_app.command(epilog=_done("clarus-bluecherry sandbox fault dropped-after --system bluecherry"))
def fault(
    fault: Annotated[
        str,
        typer.Argument(
            help="too-many, too-many-without-retry-after, failed-before, failed-after, dropped-after or slow.",
            autocompletion=_FAULTS,
        ),
    ],
    system: Annotated[str, typer.Option(help="clarus or bluecherry.", autocompletion=_SYSTEMS)] = "clarus",
    times: Annotated[int, typer.Option(help="How many requests.", min=1)] = 1,
    path: Annotated[str, typer.Option(help="Only requests whose path holds this.")] = "",
    as_json: AsJson = False,
) -> None:
    """Let the next requests to a system go wrong; a fault after the effect waits for a write."""
    _do("fault", as_json=as_json, fault=fault, system=system, times=times, path=path)


@sandbox_app.command(epilog=_done("clarus-bluecherry sandbox webhook http://127.0.0.1:8000/hooks"))
def webhook(
    url: Annotated[str, typer.Argument(help="Where the warehouse's webhook goes.")],
    event: Annotated[str, typer.Option(help="Resource, point, event.")] = "goods_out.completed",
    as_json: AsJson = False,
) -> None:
    """Have an event of the warehouse told to a URL from now on."""
    _do("webhook", as_json=as_json, url=url, event=event)
