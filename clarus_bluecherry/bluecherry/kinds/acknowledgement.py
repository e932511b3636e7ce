"""A reader's word that a document arrived and could be read.

Over REST the answer to a POST is all there is (H). X12's is the 997 (H as the standard's; what CGS does with it is
not published), which the codec reads and writes itself.
"""

from __future__ import annotations

from clarus_bluecherry.bluecherry.kinds._kind import FileHolds, Kind, Sheet
from clarus_bluecherry.bluecherry.messages.status import Acknowledgement

__all__ = ["ACKNOWLEDGEMENT"]

ACKNOWLEDGEMENT = Kind(
    name="acknowledgement",
    model=Acknowledgement,
    key="control_number",
    stands_for="that a document of ours arrived and could be read",
    rest="no endpoint is public",
    x12="the 997, which the codec reads and writes",
    sheet=Sheet(key=("control_number",), lists={"error": "errors"}),
    holds=FileHolds.REPORTS,
)
