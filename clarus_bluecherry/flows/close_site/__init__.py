"""The close of a site: what its warehouse, its ledger and Blue Cherry tell, as what a close is made of.

`read_site` reads one. What it gives is what `flows.close_files.read_folder` gives, so that everything behind is
the same for both doors.
"""

from typing import TYPE_CHECKING

from clarus_bluecherry._lazy import homes, lazy

if TYPE_CHECKING:
    from clarus_bluecherry.flows.close_site._site import read_site

__all__ = ["read_site"]

__getattr__ = lazy(
    __name__,
    homes("""
    _site: read_site
    """),
)
