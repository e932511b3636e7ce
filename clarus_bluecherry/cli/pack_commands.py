"""The command for evidence packs.

Law of this module: a pack is only read.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from clarus_bluecherry.cli.exit_codes import ExitCode
from clarus_bluecherry.cli.helping import examples, helped
from clarus_bluecherry.cli.options import AsJson, print_json, shown
from clarus_bluecherry.cli.terminal import screen

if TYPE_CHECKING:
    from clarus_bluecherry.report.pack import PackCheck

pack_app = typer.Typer(
    no_args_is_help=True,
    help="Evidence packs, which `close --pack` writes.",
    epilog=examples("clarus-bluecherry pack verify evidence.zip"),
)


@pack_app.command(
    epilog=helped(
        "clarus-bluecherry pack verify evidence.zip",
        "clarus-bluecherry pack verify evidence.zip --json",
        well="every file is as it was written",
        found="one was altered, taken out or added",
        failed="it is no evidence pack",
    )
)
def verify(
    file: Annotated[Path, typer.Argument(metavar="FILE.zip", help="The pack.", exists=True, dir_okay=False)],
    as_json: AsJson = False,
) -> None:
    """Hold each file of an evidence pack against its manifest, and tell the digest of the whole.

    Compare that one with the digest that was written down when the pack was made.
    """
    from clarus_bluecherry.report.pack import verify_pack  # only who verifies needs it

    found = verify_pack(file)
    if as_json:
        print_json({"sha256": found.digest, "files": found.files, "holds": found.holds, **_differing(found)})
    else:
        screen().print(f"SHA-256 {found.digest}: {shown(file.name)}, {found.files} files")
        for what, names in _differing(found).items():
            for name in names:
                screen().print(f"{what}: {shown(name)}")
        screen().print("Each file is as it was written." if found.holds else "NOT as it was written.")
    raise typer.Exit(ExitCode.of(not found.holds))


def _differing(found: PackCheck) -> Mapping[str, Sequence[str]]:
    return {"altered": found.altered, "missing": found.missing, "added": found.added}
