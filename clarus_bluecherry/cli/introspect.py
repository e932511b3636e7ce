"""What `clarus introspect` does: ask the tenant for its schema, keep it, compare it with the kept one.

Law of this module: a comparison keeps nothing, so that a difference is shown until somebody accepts it by
introspecting without `--diff`.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from clarus_bluecherry.clarus import UNDOCUMENTED_FIELDS
from clarus_bluecherry.clarus.introspection import Change, TenantSchema, diff, introspect
from clarus_bluecherry.cli.door import say_again, tell
from clarus_bluecherry.cli.exit_codes import ExitCode
from clarus_bluecherry.cli.options import print_json, shown
from clarus_bluecherry.cli.paths import writing
from clarus_bluecherry.cli.progress import step
from clarus_bluecherry.cli.terminal import FoldedTable, screen
from clarus_bluecherry.config import Secrets, SiteFile
from clarus_bluecherry.errors import ConfigurationError
from clarus_bluecherry.flows.opening import clarus_of, warehouse_terms


def run(file: SiteFile, secrets: Secrets, *, cache: Path | None, compare: bool, as_json: bool) -> int:
    """Introspect the tenant of `file`; the exit code is 1 when a comparison finds a difference."""
    kept = _kept(cache) if compare else None
    step("asking the tenant for its schema")
    with clarus_of(file.clarus, secrets) as clarus:
        schema = clarus.send(introspect())
    if kept is not None:
        changes = diff(kept, schema)
        _show_changes(changes, as_json=as_json)
        return ExitCode.of(changes)
    if cache is not None:
        with writing(cache, "--cache"):
            cache.write_text(schema.to_json(), "utf-8")
    _show(schema, _unknown_subtypes(schema, file), _lacking(schema), as_json=as_json)
    return ExitCode.WELL


def _kept(cache: Path | None) -> TenantSchema:
    if cache is None:
        raise ConfigurationError("say with --cache which file to compare with", field="--diff")
    try:
        return TenantSchema.from_json(cache.read_bytes())
    except OSError as error:
        raise ConfigurationError(
            f"{cache} cannot be read ({error.strerror})",
            field="--cache",
            action="Introspect once without --diff to make it.",
        ) from error


def _unknown_subtypes(schema: TenantSchema, file: SiteFile) -> list[str]:
    """Transaction subtypes that the site file gives no meaning: their rows would be kept as unread."""
    known = warehouse_terms(file.clarus).subtypes
    shape = schema.lists.get("transactions")
    subtypes = schema.choices("transactions", "subtype") if shape and "subtype" in shape.filters else ()
    return [subtype for subtype in subtypes if subtype.upper() not in known]


def _lacking(schema: TenantSchema) -> list[str]:
    """Of the fields that this library asks for beyond the vendor's samples, those that the tenant lacks."""
    has = schema.extra_fields()
    return [
        f"{root}: {field}"
        for root, fields in UNDOCUMENTED_FIELDS.items()
        for field in fields
        if field not in has.get(root, ())
    ]


def _show_changes(changes: Sequence[Change], *, as_json: bool) -> None:
    if as_json:
        print_json({"changes": changes})
        return
    for line in map(str, changes) if changes else ["Nothing has changed."]:
        tell(line)
    if changes:
        say_again(without=["--diff"], why="to accept what changed")


def _show(schema: TenantSchema, unknown: list[str], lacking: list[str], *, as_json: bool) -> None:
    if as_json:
        kept = json.loads(schema.to_json())
        print_json({"schema": kept, "unknown_subtypes": unknown, "lacking_fields": lacking})
        return
    table = FoldedTable("List", "Fields", "Filters")
    for root, shape in schema.lists.items():
        table.add_row(*map(shown, (root, " ".join(schema.fields(root)), " ".join(shape.filters))))
    console = screen()
    console.print(table)
    console.print(f"Transaction subtypes without a meaning in the site file: {', '.join(unknown) or 'none'}")
    console.print(f"Fields that this library asks for and the tenant lacks: {', '.join(lacking) or 'none'}")
