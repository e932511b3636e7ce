"""How much a table may cost whoever reads it.

Law of this module: what a file costs is in proportion to the file that was given, and never more than Excel itself
holds; what asks for more is refused by name, before it is paid for.
"""

from __future__ import annotations

from time import thread_time

from attrs import frozen

from clarus_bluecherry.errors import InvalidRecord

_MEGABYTE = 1_000_000
_SMALL = 32 * _MEGABYTE
"""A workbook may always unpack to this much, however well it was packed."""


@frozen(kw_only=True)
class TableLimits:
    """What a reader of tables accepts; the defaults are far above any list of a warehouse.

    `rows` (to their numbers) and `columns` of a sheet, `cells` of a file with the empty ones between, `bytes` of a
    file, and unpacked of a workbook; `inflation`, how many times its packed size a workbook may unpack to;
    `seconds` of processor time for each megabyte of a workbook (begun).
    """

    rows: int = 1_048_576
    columns: int = 16_384
    cells: int = 50_000_000
    cell_length: int = 32_767
    bytes: int = 2_000_000_000
    inflation: int = 100
    seconds: float = 4.0


class Spent:
    """What one file of `size` bytes has cost so far. Each method raises `InvalidRecord` beyond the limits."""

    def __init__(self, limits: TableLimits, size: int, name: str) -> None:
        self._limits, self._name = limits, name
        self._bytes_left = min(limits.bytes, max(_SMALL, limits.inflation * size))
        self._seconds_left = limits.seconds * (1 + size // _MEGABYTE)
        self._cells_left = limits.cells
        refuse_large(size, limits, name)

    def foresee(self, size: int) -> None:
        """Refuse what says beforehand that it is too large."""
        if size > self._bytes_left:
            raise self._refused(f"unpacks to {size:,} bytes, out of proportion to its own size")

    def bytes(self, size: int) -> None:
        """So many bytes were unpacked."""
        self._bytes_left -= size
        if self._bytes_left < 0:
            raise self._refused("unpacks to more bytes than its size can stand for")

    def cells(self, count: int) -> None:
        """So many cells were made, the empty ones between others too."""
        self._cells_left -= count
        if self._cells_left < 0:
            raise self._refused(f"holds more than {self._limits.cells:,} cells")

    def since(self, started: float) -> None:
        """Reading went on since `started`, as `time.thread_time` tells it."""
        self._seconds_left -= thread_time() - started
        if self._seconds_left < 0:
            raise self._refused("takes longer to read than its size can stand for")

    def _refused(self, what: str) -> InvalidRecord:
        return InvalidRecord(what, record=self._name, action=_ACTION)


_ACTION = "Ask for the list as CSV, or in several files."


def refuse_large(size: int, limits: TableLimits, name: str) -> None:
    """Raise `InvalidRecord` for a file of more bytes than the limits let."""
    if size > limits.bytes:
        raise InvalidRecord(f"has more than {limits.bytes:,} bytes", record=name, action=_ACTION)
