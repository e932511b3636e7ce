"""What `products` does: compare both sides' products, show what comes of it, and have it done but in a dry run.

Law of this module: a dry run works on a ledger of its own that is gone afterwards, so neither system's records nor
the site's ledger change. Where Blue Cherry is met by file, it takes the files that have come, as any reading does.
What is shown is the plan that is carried out, never a second one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice

from attrs import frozen
from rich.console import Console

from clarus_bluecherry.cli.door import option_given, say_again, say_next
from clarus_bluecherry.cli.exit_codes import ExitCode
from clarus_bluecherry.cli.options import print_json, shown
from clarus_bluecherry.cli.progress import step
from clarus_bluecherry.cli.terminal import FoldedTable, screen
from clarus_bluecherry.config import Secrets, SiteFile
from clarus_bluecherry.flows.crosswalk import learn
from clarus_bluecherry.flows.deliver import deliver
from clarus_bluecherry.flows.delivered import Delivered
from clarus_bluecherry.flows.ingest import Collected
from clarus_bluecherry.flows.opening import open_site
from clarus_bluecherry.flows.product_target import PRODUCTS
from clarus_bluecherry.flows.products import ProductPlan, keep_products, plan_products
from clarus_bluecherry.flows.site import Site
from clarus_bluecherry.ledger.records import UNREAD
from clarus_bluecherry.mapping import ProductTerms

_SHOWN = 50
"""Rows of a table: a person reads no more, and `--json` has them all."""
_ABOUT_PRODUCTS = ("style ", "SKU ", "product ", "products ")


@frozen(kw_only=True)
class ProductRun:
    """What a run of the command came to. `kept` and `delivered` are None for a dry run."""

    terms: ProductTerms
    plan: ProductPlan
    unread: tuple[str, ...]
    kept: Collected | None = None
    delivered: Delivered | None = None

    @property
    def is_well(self) -> bool:
        """Whether nothing needs anybody."""
        sent = self.delivered
        return not (self.plan.refused or self.unread or (sent is not None and (sent.failures or sent.stopped)))


def run(file: SiteFile, secrets: Secrets, *, dry_run: bool, as_json: bool) -> int:
    """Compare and show, keep and deliver unless it is a `dry_run`; the exit code is 1 when somebody is needed."""
    with open_site(_leaving_nothing(file) if dry_run else file, secrets) as opened:
        step("reading the products of both systems")
        site = learn(opened, file)
        plan = plan_products(site)
        step(f"products: {len(plan.created):,} to create, {len(plan.changed):,} to change")
        kept = None if dry_run else keep_products(site, plan)
        delivered = None if dry_run else deliver(site, kinds=PRODUCTS)
        done = ProductRun(
            terms=site.products, plan=plan, unread=tuple(_unread(site, plan)), kept=kept, delivered=delivered
        )
    if as_json:
        print_json(_document(done))
    else:
        _show(done)
    return ExitCode.of(not done.is_well)


def _leaving_nothing(file: SiteFile) -> SiteFile:
    return file.model_copy(update={"ledger": file.ledger.model_copy(update={"path": ":memory:"})})


def _unread(site: Site, plan: ProductPlan) -> Iterator[str]:
    """What could not be read of either list."""
    yield from plan.unread
    for item in site.ledger.inbox(kind=UNREAD):
        if item.record_name.startswith(_ABOUT_PRODUCTS) and item.reason not in plan.unread:
            yield item.reason


# As JSON -----------------------------------------------------------------------------------------------------


def _document(done: ProductRun) -> dict[str, object]:
    plan, delivered = done.plan, done.delivered
    document: dict[str, object] = {
        "dry_run": delivered is None,
        "lets": {"create": done.terms.create, "update": done.terms.update},
        "create": [
            {"code": each.code, "sku": str(each.product.sku), "fields": dict(each.fields), "remark": each.remark}
            for each in plan.created
        ],
        "update": [
            {
                "code": each.code,
                "sku": str(each.product.sku),
                "id": each.id,
                "changes": [{"field": one.field, "old": one.old, "new": one.new} for one in each.changes],
                "remark": each.remark,
            }
            for each in plan.changed
        ],
        "refused": [
            {
                "code": each.code,
                "sku": str(each.product.sku),
                "is_new": each.is_new,
                "why": each.why,
                "reason": each.reason,
                "candidates": list(each.candidates),
            }
            for each in plan.refused
        ],
        "not_sent": [{"code": code, "what": what} for code, what in plan.remarks],
        "unread": list(done.unread),
        "untied": plan.untied,
    }
    if done.kept is not None and delivered is not None:
        document["kept"] = {kept.value: count for kept, count in done.kept.counts.items()}
        document["delivered"] = {state.value: count for state, count in delivered.counts.items()}
        document["failures"] = delivered.failures
        document["stopped"] = delivered.stopped
    return document


# For a person ------------------------------------------------------------------------------------------------


def _show(done: ProductRun) -> None:
    console, plan = screen(), done.plan
    console.print(f"To create: {_let(len(plan.created), done.terms.create, 'create')}")
    _table(console, ("Product", "Field", "Will be"), _creations(plan))
    console.print(f"To change: {_let(len(plan.changed), done.terms.update, 'update')}")
    _table(console, ("Product", "Field", "Is", "Will be"), _changes(plan))
    console.print(f"Refused: {len(plan.refused)}")
    _table(console, ("Product", "Why", "May be"), _refusals(plan))
    if plan.refused:
        helps = "Decide in the file that `sku.decisions` names, or mend what the reason says: docs/products.md."
        console.print(helps)
    for code, what in plan.remarks:
        console.print(f"{code}: {what}")
    for problem in done.unread:
        console.print(f"Cannot be read: {problem}")
    if plan.created and plan.untied:
        console.print(
            f"Mind: {plan.untied} products of Clarus are tied to no SKU, and a new one may be among them under "
            "another code. `sku audit` lists them."
        )
    if done.plan.refused:
        say_next("sku", "audit", "--site", option_given("--site"), "--out", "audit", why="what each code may be")
    if done.kept is None:
        say_again(without=["--dry-run"], why="to do it")
    else:
        console.print(f"Kept: {done.kept}. Delivered: {done.delivered}")


def _let(count: int, is_let: bool, setting: str) -> str:
    return str(count) if is_let else f"{count} (not done: the site does not set products.{setting})"


def _creations(plan: ProductPlan) -> Iterator[tuple[str, ...]]:
    for each in plan.created:
        for place, (name, value) in enumerate(each.fields.items()):
            yield ("" if place else each.code, name, value)


def _changes(plan: ProductPlan) -> Iterator[tuple[str, ...]]:
    for each in plan.changed:
        for place, one in enumerate(each.changes):
            yield ("" if place else each.code, one.field.value, one.old, one.new)


def _refusals(plan: ProductPlan) -> Iterator[tuple[str, ...]]:
    return ((each.code, each.reason, ", ".join(each.candidates)) for each in plan.refused)


def _table(console: Console, headers: Iterable[str], rows: Iterable[tuple[str, ...]]) -> None:
    rest = iter(rows)
    first = [*islice(rest, _SHOWN)]
    if not first:
        return
    table = FoldedTable(*headers)
    for row in first:
        table.add_row(*map(shown, row))
    console.print(table)
    more = sum(1 for _ in rest)
    if more:
        console.print(f"and {more} rows more: --json has them all.")
