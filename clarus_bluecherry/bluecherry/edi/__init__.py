"""Blue Cherry in X12: which message is which set, CGS's own demands, and the codec for files."""

from clarus_bluecherry.bluecherry.edi.cgs import CGS
from clarus_bluecherry.bluecherry.edi.codec import X12Codec
from clarus_bluecherry.bluecherry.edi.documents import messages_of
from clarus_bluecherry.bluecherry.edi.profile import Parts, Reasons, References, ReportingCodes, X12Profile

__all__ = ["CGS", "Parts", "Reasons", "References", "ReportingCodes", "X12Codec", "X12Profile", "messages_of"]
