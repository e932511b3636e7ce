"""A close from files alone: exports of both systems in a folder, read to what `finance` closes.

`read_folder` reads one, `write_template` writes an example of it. No site, ledger or network is needed.
"""

from typing import TYPE_CHECKING

from clarus_bluecherry._lazy import homes, lazy

if TYPE_CHECKING:
    from clarus_bluecherry.flows.close_files._folder import read_folder
    from clarus_bluecherry.flows.close_files._given import CloseRead
    from clarus_bluecherry.flows.close_files._template import write_template

__all__ = ["CloseRead", "read_folder", "write_template"]

__getattr__ = lazy(
    __name__,
    homes("""
    _folder: read_folder
    _given: CloseRead
    _template: write_template
    """),
)
