"""How the help of every command ends: what its exit codes mean, then lines to copy.

Law of this module: each example is a whole command line, as a shell takes it; what it is for stands behind a `#`.
"""

from __future__ import annotations

from clarus_bluecherry.cli.exit_codes import codes_told


def examples(*lines: str) -> str:
    """Lines to copy, each a command line.

    >>> print(examples("clarus-bluecherry demo"))
    Examples:
    <BLANKLINE>
    - `clarus-bluecherry demo`
    """
    return "\n\n".join(["Examples:", *(f"- `{line}`" for line in lines)])


def helped(
    *lines: str, well: str = "", found: str = "", failed: str = "", over_limit: str = "", then: str = ""
) -> str:
    """The end of a command's help: what its codes mean, what else is to be known, and `lines` to copy."""
    codes = codes_told(well=well, found=found, failed=failed, over_limit=over_limit)
    return "\n\n".join(filter(None, [codes, then, examples(*lines)]))
