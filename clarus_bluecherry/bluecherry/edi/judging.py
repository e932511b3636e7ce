"""What becomes of a set that has come: what is wrong with it, and the messages that it is.

Law of this module: the verdict follows what is done. A set whose messages cannot be taken is rejected, whatever
the standard says of it; a set that is rejected has no messages.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from attrs import evolve, frozen
from pydantic import BaseModel

from clarus_bluecherry.bluecherry.edi.documents import kind_of, name_of, read_of
from clarus_bluecherry.bluecherry.edi.profile import X12Profile
from clarus_bluecherry.bluecherry.edi.skus import broken_skus
from clarus_bluecherry.bluecherry.edi.units import with_units
from clarus_bluecherry.bluecherry.kinds import Kind
from clarus_bluecherry.errors import InvalidRecord
from clarus_bluecherry.x12 import Document, Finding, Rule, Scope, Severity, Verdict, validate, verdict_on
from clarus_bluecherry.x12._acknowledge import is_fatal
from clarus_bluecherry.x12._findings import quoted
from clarus_bluecherry.x12._validate import placed, release_of


@frozen
class Judged:
    """A set with all that was found in it, and its messages; of one that is rejected none."""

    document: Document
    name: str
    findings: tuple[Finding, ...]
    kind: Kind[BaseModel] | None = None
    messages: tuple[BaseModel, ...] = ()

    @property
    def is_taken(self) -> bool:
        """Whether its messages count."""
        return verdict_on(self.findings) is not Verdict.REJECTED

    @property
    def refusal(self) -> InvalidRecord:
        """The error that stands in the place of the messages of a set that is rejected."""
        errors = [each for each in self.findings if each.severity is Severity.ERROR]
        first = next(filter(is_fatal, errors))
        others = f" (and {len(errors) - 1} more)" if len(errors) > 1 else ""
        return InvalidRecord(
            f"was rejected: {first}{others}",
            record=self.name,
            action="Let the partner send it again as it should be; the 997 has told them.",
        )


def judged(document: Document, profile: X12Profile, of_group: Sequence[Finding] = ()) -> Judged:
    """What becomes of a set that came in a group of which `of_group` was found."""
    own = [each for each in validate(document) if each.scope is Scope.SET]
    found = [
        *of_group,
        *with_units(document, own, profile),
        *broken_skus(document, own, profile),
        *_of_release(document, own, profile),
    ]
    kind, name = kind_of(document, profile), name_of(document, profile)
    if kind is None:
        found.append(_about(document, Rule.UNSUPPORTED, "no message travels in this set"))
    one = Judged(document, name, tuple(found), kind)
    if not one.is_taken:
        return one
    try:
        messages, left = read_of(document, profile)
    except InvalidRecord as error:
        return refused(one, f"{error.field}: {error.what}" if error.field else error.what)
    full = evolve(one, findings=(*one.findings, *left))
    return evolve(full, messages=tuple(messages)) if full.is_taken else full


def _of_release(document: Document, own: Sequence[Finding], profile: X12Profile) -> Iterator[Finding]:
    """What cannot be checked is not taken, unless the site says that it may be."""
    release = release_of(document)
    if any(each.rule is Rule.RELEASE for each in own) and not release.startswith(tuple(profile.also_releases)):
        what = f"release {quoted('GS', release)} cannot be checked, and this site does not take it unchecked"
        yield _about(document, Rule.REFUSED, what)


def refused(one: Judged, why: str) -> Judged:
    """The same set, refused by whoever would have kept its messages."""
    return evolve(one, findings=(*one.findings, _about(one.document, Rule.REFUSED, why)), messages=())


def _about(document: Document, rule: Rule, what: str) -> Finding:
    return placed(Finding(rule=rule, message=what), document)
