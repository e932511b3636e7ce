"""X12 004010, read, checked, written and acknowledged. It has never heard of a warehouse or an ERP.

`read` gives sets one at a time, `validate` what is wrong with each, `write` an interchange, `acknowledgement` the
997 that answers one.
"""

from clarus_bluecherry.x12._acknowledge import (
    GroupVerdict,
    SetVerdict,
    Verdict,
    acknowledgement,
    read_acknowledgement,
    verdict_on,
)
from clarus_bluecherry.x12._findings import Finding, Rule, Scope, Severity
from clarus_bluecherry.x12._header import Delimiters
from clarus_bluecherry.x12._reader import TA1, Document, Segment, Trailer, read
from clarus_bluecherry.x12._show import ShownSegment, show, shown
from clarus_bluecherry.x12._validate import Profile, validate
from clarus_bluecherry.x12._writer import Envelope, Partners, rewritten, write

__all__ = [
    "TA1",
    "Delimiters",
    "Document",
    "Envelope",
    "Finding",
    "GroupVerdict",
    "Partners",
    "Profile",
    "Rule",
    "Scope",
    "Segment",
    "SetVerdict",
    "Severity",
    "ShownSegment",
    "Trailer",
    "Verdict",
    "acknowledgement",
    "read",
    "read_acknowledgement",
    "rewritten",
    "show",
    "shown",
    "validate",
    "verdict_on",
    "write",
]
