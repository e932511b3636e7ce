"""`[feeds]` and `[delivery]`: how often and how far the flows look, and how patiently they send.

Law of this module: each default is the flows' own (a test compares them), because a room imports only rooms below.
"""

from __future__ import annotations

import datetime as dt

from clarus_bluecherry.config._section import Section, Span


class FeedsSection(Section):
    """`[feeds]`: how far back what Clarus changes is read again."""

    overlap: Span = dt.timedelta(minutes=15)
    """How far before its mark a feed is read again: neither vendor says when a record becomes visible."""
    reopen_window: Span = dt.timedelta(days=31)
    """How long after its dispatch an order may be reopened in the warehouse."""
    reversal_interval: Span = dt.timedelta(days=1)
    """How often dispatches of that time are looked at again."""


class DeliverySection(Section):
    """`[delivery]`: how patiently postings are sent."""

    in_doubt_grace: Span = dt.timedelta(seconds=60)
    """How long a posting in doubt rests before the other side is asked: a slow write may still take effect."""
    lease: Span = dt.timedelta(minutes=5)
    """How long a worker may hold a posting before it counts as dead."""
    longest_retry_after: Span = dt.timedelta(hours=1)
    """A system that asks us to wait longer is tried again after this."""
