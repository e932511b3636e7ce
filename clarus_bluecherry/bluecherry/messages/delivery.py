"""What became of a message, in one word.

Law of this module: as in `status`.
"""

import enum


class DeliveryStatus(enum.StrEnum):
    """What Blue Cherry says became of a message."""

    POSTED = "posted"
    """In its books: invoiced, received or adjusted."""
    STAGED = "staged"
    """Taken into the interface, not yet in the books."""
    REJECTED = "rejected"
    """Taken into the interface and refused there."""
    ABSENT = "absent"
    """Blue Cherry does not know it: it never arrived."""
    UNKNOWN = "unknown"
    """This site offers no way to ask; a person must look."""
