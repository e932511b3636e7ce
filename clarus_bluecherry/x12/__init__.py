"""X12 004010, read, checked, written and acknowledged. It has never heard of a warehouse or an ERP.

`read` gives sets one at a time, `validate` what is wrong with each, `write` an interchange, `acknowledgement` the
997 that answers one, `ta1` what is said of it as a whole.
"""

from clarus_bluecherry.x12._acknowledge import (
    ACKNOWLEDGEMENTS,
    GroupVerdict,
    SetVerdict,
    Verdict,
    acknowledgement,
    contradictions,
    read_acknowledgement,
    verdict_on,
)
from clarus_bluecherry.x12._findings import Finding, Rule, Scope, Severity
from clarus_bluecherry.x12._header import Delimiters
from clarus_bluecherry.x12._interchange import (
    InterchangeVerdict,
    asks_for_ta1,
    misdirected,
    read_ta1,
    ta1,
    write_ta1,
)
from clarus_bluecherry.x12._reader import TA1, Document, Segment, Trailer, read
from clarus_bluecherry.x12._show import ShownSegment, show, shown
from clarus_bluecherry.x12._validate import Profile, validate
from clarus_bluecherry.x12._writer import Envelope, Partners, rewritten, write

__all__ = [
    "ACKNOWLEDGEMENTS",
    "TA1",
    "Delimiters",
    "Document",
    "Envelope",
    "Finding",
    "GroupVerdict",
    "InterchangeVerdict",
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
    "asks_for_ta1",
    "contradictions",
    "misdirected",
    "read",
    "read_acknowledgement",
    "read_ta1",
    "rewritten",
    "show",
    "shown",
    "ta1",
    "validate",
    "verdict_on",
    "write",
    "write_ta1",
]
