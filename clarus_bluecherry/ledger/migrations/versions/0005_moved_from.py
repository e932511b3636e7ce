"""`posting_list` calls the day that a posting would have had as its table does; upgrades make views anew."""

from __future__ import annotations

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """No table changes."""
