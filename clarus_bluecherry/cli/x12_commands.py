"""The commands for X12 files: what is in them, and what is wrong with them.

Law of this module: it only reads. What may be a person's (names, streets, contacts, notes) is shown only when
asked for.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from clarus_bluecherry.bluecherry.edi.cgs import CGS
from clarus_bluecherry.bluecherry.edi.profile import X12Profile
from clarus_bluecherry.bluecherry.edi.units import with_units
from clarus_bluecherry.cli.door import say_next, tell
from clarus_bluecherry.cli.exit_codes import ExitCode
from clarus_bluecherry.cli.helping import examples, helped
from clarus_bluecherry.cli.options import FLAG, AsJson, print_json
from clarus_bluecherry.cli.progress import counted
from clarus_bluecherry.errors import InvalidRecord
from clarus_bluecherry.x12 import (
    ACKNOWLEDGEMENTS,
    TA1,
    Document,
    Finding,
    Partners,
    Profile,
    Rule,
    Severity,
    Trailer,
    contradictions,
    read,
    read_ta1,
    show,
    shown,
    validate,
)
from clarus_bluecherry.x12._findings import printable
from clarus_bluecherry.x12._validate import unchecked

x12_app = typer.Typer(
    no_args_is_help=True,
    help="Look into X12 files.",
    epilog=examples("clarus-bluecherry x12 check in/*.x12", "clarus-bluecherry x12 show in/940_000000123.x12"),
)

Files = Annotated[list[Path], typer.Argument(help="X12 files.", exists=True, dir_okay=False)]
Lenient = Annotated[
    bool, typer.Option("--lenient", metavar=FLAG, help="Forgive habits that leave no doubt, and say so.")
]


class ProfileName(StrEnum):
    """A partner whose demands can be checked."""

    CGS = "cgs"


_PROFILES: dict[ProfileName, Profile] = {ProfileName.CGS: CGS}
WithProfile = Annotated[ProfileName | None, typer.Option("--profile", help="A partner's further demands.")]
Units = Annotated[
    list[str] | None,
    typer.Option("--unit", help="A unit of measure that means the item's each: EA, if nothing is said."),
]
_EACH = "EA"
_ANYBODY = Partners(sender="US", receiver="THEM")


@x12_app.command(
    epilog=helped(
        "clarus-bluecherry x12 check in/*.x12 --profile cgs --json",
        well="nothing is wrong",
        found="there are findings",
        failed="a file cannot be read at all",
        then="What was forgiven is no finding.",
    )
)
def check(
    files: Files,
    lenient: Lenient = False,
    profile: WithProfile = None,
    unit: Units = None,
    as_json: AsJson = False,
) -> None:
    """Say what each file holds and everything that is wrong with it."""
    eaches = unit or [_EACH]
    site = X12Profile(partners=_ANYBODY, unit=eaches[0], also_each=frozenset(eaches))
    worst = ExitCode.WELL
    told: list[Mapping[str, object]] = []
    for path in counted(files, "reading the files"):
        try:
            sets, findings = _checked(path, site, lenient=lenient, profile=profile)
        except InvalidRecord as error:
            worst = ExitCode.FAILED
            told.append({"file": str(path), "error": error.what, "sets": [], "findings": []})
            continue
        if any(finding.severity is Severity.ERROR for finding in findings):
            worst = max(worst, ExitCode.FOUND)
        told.append({"file": str(path), "sets": sets, "findings": [_plain(each) for each in findings]})
    if as_json:
        print_json({"files": told})
    else:
        for line in (line for one in told for line in _lines(one)):
            tell(printable(line))
        for one in told:
            if one["findings"]:
                say_next("x12", "show", str(one["file"]), why="each finding beside its document")
                break
    raise typer.Exit(worst)


@x12_app.command(
    "show",
    epilog=helped(
        "clarus-bluecherry x12 show in/940_000000123.x12",
        well="it is shown: what is wrong is what `check` is for",
        failed="it is no X12",
    ),
)
def show_file(
    file: Annotated[Path, typer.Argument(help="An X12 file.", exists=True, dir_okay=False)],
    personal: Annotated[
        bool, typer.Option("--personal", metavar=FLAG, help="Show names, streets, contacts and notes.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Print each document as a person reads it, with what is wrong beside it."""
    with file.open("rb") as content:
        if as_json:
            print_json({"file": str(file), **_told(read(content, lenient=True), personal=personal)})
            return
        for part in read(content, lenient=True):
            if isinstance(part, Document):
                found = (*validate(part), *unchecked(part), *_contradictions(part))
                tell("\n".join(show(part, found, personal=personal)))
            elif isinstance(part, TA1):
                tell(printable(f"TA1 {_said(part)}"))
            if not isinstance(part, Document):
                for finding in part.findings:
                    tell(f"!! {finding}")


def _checked(
    path: Path, site: X12Profile, *, lenient: bool, profile: ProfileName | None
) -> tuple[list[dict[str, object]], list[Finding]]:
    sets: list[dict[str, object]] = []
    findings: list[Finding] = []
    demands = _PROFILES[profile] if profile else None
    with path.open("rb") as content:
        for part in read(content, lenient=lenient):
            if isinstance(part, Document):
                sets.append({"set": part.set_id, "control": part.control_number, "segments": len(part.segments)})
                findings += with_units(part, validate(part, demands), site)
                findings += (*unchecked(part), *_contradictions(part))
                continue
            if isinstance(part, TA1):
                sets.append({"set": "TA1", "control": _said(part), "segments": 1})
                findings += _doubts(part)
            findings += part.findings
    return sets, findings


def _contradictions(document: Document) -> tuple[Finding, ...]:
    if document.set_id not in ACKNOWLEDGEMENTS:
        return ()
    with suppress(InvalidRecord):  # it says no verdict at all: what is wrong with it was found before
        return contradictions(document)
    return ()


def _said(answer: TA1) -> str:
    """What a TA1 says of which interchange of ours."""
    try:
        told = read_ta1(answer)
    except InvalidRecord as error:
        return error.what
    word = "accepted" if told.is_accepted else "rejected"
    return f"(interchange {told.control_number} is {word}: {told.reason})"


def _doubts(answer: TA1) -> Iterator[Finding]:
    """Why a TA1 says nothing of ours, where it does not."""
    try:
        read_ta1(answer)
    except InvalidRecord as error:
        interchange = answer.interchange[13].strip() if answer.interchange else ""
        yield Finding(
            rule=Rule.ELEMENT_CODE,
            message=error.what,
            interchange=interchange,
            segment_id="TA1",
            element=int(error.field.removeprefix("TA1")),
        )


def _told(parts: Iterable[Document | Trailer | TA1], *, personal: bool) -> dict[str, object]:
    """Each set with its segments and what is wrong with it, and what is wrong outside of sets."""
    sets: list[Mapping[str, object]] = []
    outside: list[dict[str, object]] = []
    for part in parts:
        if isinstance(part, Document):
            segments = list(shown(part, personal=personal))
            findings = [_plain(each) for each in (*validate(part), *unchecked(part), *_contradictions(part))]
            one = {"set": part.set_id, "control": part.control_number, "segments": segments, "findings": findings}
            sets.append(one)
        else:
            if isinstance(part, TA1):
                findings = [_plain(each) for each in _doubts(part)]
                sets.append({"set": "TA1", "control": _said(part), "segments": [], "findings": findings})
            outside += map(_plain, part.findings)
    return {"sets": sets, "findings": outside}


def _plain(finding: Finding) -> dict[str, object]:
    return {
        "severity": finding.severity,
        "rule": finding.rule,
        "place": finding.place,
        "message": finding.message,
        "interchange": finding.interchange,
        "group": finding.group,
        "set": finding.set_id,
        "control": finding.set_control,
        "segment_number": finding.segment_number,
        "segment": finding.segment_id,
        "element": finding.element,
    }


def _lines(told: Mapping[str, object]) -> Iterator[str]:
    if "error" in told:
        yield f"{told['file']}: cannot be read: {told['error']}"
        return
    sets, findings = told["sets"], told["findings"]
    assert isinstance(sets, list)
    assert isinstance(findings, list)
    kinds = ", ".join(f"{each['set'] or '?'} {each['control']}".rstrip() for each in sets)
    count = f"{len(findings) or 'no'} finding{'' if len(findings) == 1 else 's'}"
    yield f"{told['file']}: {kinds or 'no set'}: {count}"
    for each in findings:
        place = f"{each['place']}: " if each["place"] else ""
        yield f"  {each['severity']:<9}{place}{each['message']}"
