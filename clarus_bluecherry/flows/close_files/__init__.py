"""A close from files alone: exports of both systems in a folder, read to what `finance` closes.

`read_folder` reads one, `write_template` writes an example of it. No site, ledger or network is needed.
"""

from typing import TYPE_CHECKING

from clarus_bluecherry._lazy import homes, lazy

if TYPE_CHECKING:
    from clarus_bluecherry.flows.close_files._folder import FolderRead, read_folder
    from clarus_bluecherry.flows.close_files._template import write_template

__all__ = ["FolderRead", "read_folder", "write_template"]

__getattr__ = lazy(
    __name__,
    homes("""
    _folder: FolderRead read_folder
    _template: write_template
    """),
)
