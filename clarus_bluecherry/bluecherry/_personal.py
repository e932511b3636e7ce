"""Which fields of Blue Cherry's records are about a person, beyond those whose names say so.

Law of this module: pure data, beside the messages. A text field whose name could be a person's stands here or is
known by its name; a test walks the messages.
"""

from __future__ import annotations

HARMLESS = frozenset({"addr_type", "code"})
"""What an address says of nobody."""
NEWER = ("last_mod", "arrival")
"""Of a raw record: by these it is told which version of a document is the newer one."""
ABOUT_GOODS = frozenset({"Carrier.ship_name", "Location.loc_name", "Style.style_name"})
"""Fields whose names could be a person's and which say nothing of one."""
