"""An evidence pack: one file with what a close said, what it was made of, and how anybody can make it again.

Law of this module: the same content has the same bytes, so that one digest stands for all of it. Each file is
named with its digest in MANIFEST, and a pack from which one was taken, or to which one was added, says which.
"""

from __future__ import annotations

import errno
import hashlib
import json
import re
import shutil
import stat
import tempfile
import zipfile
import zlib
from collections import Counter
from collections.abc import Mapping, Sequence
from importlib.resources import files
from pathlib import Path
from string import Template

from attrs import frozen

from clarus_bluecherry._version import __version__
from clarus_bluecherry.errors import InvalidRecord
from clarus_bluecherry.finance.close import Close
from clarus_bluecherry.finance.close.engine import TABLES, EngineQuestion, SqlDialect, close_definition, table_sql
from clarus_bluecherry.report.close import close_head, close_json
from clarus_bluecherry.report.closing import json_text
from clarus_bluecherry.report.pages import ReportPage, write_page
from clarus_bluecherry.report.pages._csv import file_name
from clarus_bluecherry.report.pages._data import PageProgress, uncounted
from clarus_bluecherry.report.whole import whole_file

__all__ = ["HOW_TO_VERIFY", "MANIFEST", "PackCheck", "verify_pack", "write_evidence_pack"]

MANIFEST = "MANIFEST"
"""The file of a pack with the SHA-256 of each other file, in the form of `sha256sum`."""
HOW_TO_VERIFY = "HOW-TO-VERIFY.txt"

_PIECE = 1 << 20
_LARGEST_MANIFEST = 10 << 20
_UNREADABLE = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    NotImplementedError,
    RuntimeError,
    OSError,
)
_OF_THE_CONTENT = (None, errno.EINVAL)
"""Of errors of the system, those of a place that no file has, or of content that nothing unpacks."""
_WAYS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
"""How a pack is packed. In other ways a few bytes are unpacked to any number of them, all at once."""
_HEADER = 30
"""Bytes before the name of a file in a pack."""
_LISTED = re.compile(r"([0-9a-f]{64})  (.+)")
_BEGAN = (1980, 1, 1, 0, 0, 0)
_FOR_ALL_TO_READ = 0o644 << 16
_UNIX = 3


@frozen(kw_only=True)
class PackCheck:
    """What a pack is: the digest of the whole file, and the files in it that are not as MANIFEST has them."""

    digest: str
    files: int
    altered: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    added: tuple[str, ...] = ()

    @property
    def holds(self) -> bool:
        """Whether everything is as it was written."""
        return not (self.altered or self.missing or self.added)


def write_evidence_pack(
    close: Close,
    pages: Sequence[ReportPage],
    path: Path,
    *,
    inputs: Sequence[Path] = (),
    source: str = "--from FOLDER",
    count: PageProgress = uncounted,
) -> PackCheck:
    """Write the evidence of a close to `path` (.zip) and tell its digest, which is kept elsewhere.

    `inputs` are the files that it was made of: the pack has their names, sizes and SHA-256, not their content.
    `source` are the options of `clarus-bluecherry close` by which it was asked, without its moments. Without the
    package for workbooks the pack has none, and HOW-TO-VERIFY.txt says so. `count` is that of `write_page`. What
    goes into the pack stands in the system's folder for temporary files until it is packed. Raises `MissingExtra`
    without the package for HTML.
    """
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        written = [write_page(page, folder / "pages" / file_name(page.name), count=count) for page in pages]
        left_out = sorted({each.left_out for each in written} - {""})
        texts = {**_texts(close, inputs), HOW_TO_VERIFY: _how_to_verify(close, source, left_out)}
        for name, text in texts.items():
            _write(folder / name, text)
        digests = {name: _digest_of_file(file) for name, file in _files(folder).items()}
        _write(folder / MANIFEST, "".join(f"{digest}  {name}\n" for name, digest in digests.items()))
        with whole_file(path) as temporary:
            _zip(_files(folder), temporary, count)
    return verify_pack(path)


def verify_pack(path: Path) -> PackCheck:
    """Hold each file of a pack against MANIFEST. Raises `InvalidRecord` for what is no pack.

    MANIFEST says that nothing was changed by accident. That nobody changed both, only the digest of the whole file
    can say, where it was written down when the pack was made.
    """
    try:
        with zipfile.ZipFile(path) as pack:
            entries = pack.infolist()
            _refuse_overlap(entries, path)
            told = _manifest(pack, path)
            found = {info.filename: info for info in entries if not _is_harmless_folder(info)}
            altered = [name for name in told if name in found and _digest_of(pack, found[name]) != told[name]]
    except _UNREADABLE as error:
        _pass_on(error)
        raise InvalidRecord(f"it is no ZIP file ({error})", record=path.name) from error
    names = Counter(info.filename for info in entries)
    return PackCheck(
        digest=_digest_of_file(path),
        files=len(told),
        altered=tuple(sorted(altered)),
        missing=tuple(sorted(set(told) - set(found))),
        added=(
            *sorted(set(found) - {*told, MANIFEST}),
            *sorted(f"{name} ({count} times)" for name, count in names.items() if count > 1),
        ),
    )


def _refuse_overlap(entries: Sequence[zipfile.ZipInfo], path: Path) -> None:
    """Each byte of a pack is unpacked once: else a small file takes hours to be read."""
    end = 0
    for info in sorted(entries, key=lambda each: each.header_offset):
        if info.header_offset < end:
            raise InvalidRecord("its files lie over each other: it is none of ours", record=path.name)
        end = info.header_offset + _HEADER + len(info.orig_filename) + info.compress_size


def _is_harmless_folder(info: zipfile.ZipInfo) -> bool:
    """Whether it is a folder as programs add them when they pack a folder again."""
    return info.is_dir() and not info.file_size and _is_inside(info.filename.removesuffix("/"))


def _is_inside(name: str) -> bool:
    """Whether a file of this name lies in the folder into which a pack is unpacked, on any system."""
    steps = name.split("/")
    return (
        name.isprintable() and not {*"\\:"} & {*name} and all(step and step == step.strip(". ") for step in steps)
    )


def _manifest(pack: zipfile.ZipFile, path: Path) -> Mapping[str, str]:
    """What MANIFEST says of each file."""
    try:
        info = pack.getinfo(MANIFEST)
        if info.file_size > _LARGEST_MANIFEST or info.compress_type not in _WAYS:
            raise InvalidRecord(f"its {MANIFEST} is too large to be one of ours", record=path.name)
        lines = pack.read(info).decode("utf-8").splitlines()
    except (KeyError, UnicodeDecodeError, *_UNREADABLE) as error:
        _pass_on(error)
        raise InvalidRecord(f"it is no evidence pack: it has no {MANIFEST}", record=path.name) from None
    told = [_LISTED.fullmatch(line) for line in lines]
    named = {each[2]: each[1] for each in told if each}
    is_ours = all(map(_is_inside, named)) and len({name.casefold() for name in named}) == len(lines)
    if not lines or not is_ours:
        raise InvalidRecord(f"its {MANIFEST} is none of ours", record=path.name)
    return named


# What stands in it -----------------------------------------------------------------------------------------------


def _texts(close: Close, inputs: Sequence[Path]) -> Mapping[str, str]:
    document = close_json(close)
    given = close.given
    question = EngineQuestion(
        zone=given.zone,
        as_of=close.as_of,
        known=close.known,
        years=given.years,
        currency=given.currency,
        basis=given.basis,
    )
    moments = {name: document[name] for name in ("as_of", "known_until", "zone", "period", "currency")}
    read = [{"name": file.name, "bytes": file.stat().st_size, "sha256": _digest_of_file(file)} for file in inputs]
    tables = (table_sql(SqlDialect.POSTGRESQL, table) + ";\n" for table in TABLES)
    return {
        "close.json": json_text(document) + "\n",
        "parameters.json": json_text({**moments, "basis": given.basis or None, "version": __version__}) + "\n",
        "inputs.json": json_text({"files": read, "readings": document["readings"]}) + "\n",
        "sql/close.sql": close_definition(),
        "sql/parameters.json": json.dumps(question.parameters_of(given), indent=2) + "\n",
        "sql/tables.sql": "".join(tables),
    }


def _how_to_verify(close: Close, source: str, left_out: Sequence[str]) -> str:
    head = close_head(close.given, close.as_of, close.known)
    as_of, known = head["as_of"], head["known_until"]
    text = files(__package__).joinpath("how-to-verify.txt").read_text("utf-8")
    return Template(text).substitute(
        as_of=as_of,
        known="by all that was known" if known is None else f"by what was known until {known}",
        zone=head["zone"],
        version=__version__,
        source=source,
        until="" if known is None else f" --known-until {known}",
        known_words="" if known is None else f', known_until="{known}"',
        left_out="".join(f"   {each}\n" for each in left_out),
    )


# Files and digests -------------------------------------------------------------------------------------------


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(text.encode(errors="backslashreplace"))  # JSON's own escape


def _files(folder: Path) -> Mapping[str, Path]:
    """The files in it by their names in a pack, in the order of those."""
    found = {path.relative_to(folder).as_posix(): path for path in folder.rglob("*") if path.is_file()}
    return dict(sorted(found.items()))


def _zip(files: Mapping[str, Path], path: Path, count: PageProgress) -> None:
    with zipfile.ZipFile(path, "w") as pack:
        for name in count(files, "packing files"):
            info = zipfile.ZipInfo(name, _BEGAN)
            info.compress_type, info.external_attr, info.create_system = (
                zipfile.ZIP_DEFLATED,
                _FOR_ALL_TO_READ,
                _UNIX,
            )
            info.file_size = files[name].stat().st_size
            with files[name].open("rb") as file, pack.open(info, "w") as to:
                shutil.copyfileobj(file, to, _PIECE)


def _digest_of(pack: zipfile.ZipFile, info: zipfile.ZipInfo) -> str:
    """The digest of a file of a pack; none, which no file has, where it cannot be read whole."""
    if info.compress_type not in _WAYS or stat.S_ISLNK(info.external_attr >> 16):
        return ""
    digest = hashlib.sha256()
    try:
        with pack.open(info) as file:
            while piece := file.read(_PIECE):
                digest.update(piece)
    except _UNREADABLE as error:
        _pass_on(error)
        return ""
    return digest.hexdigest()


def _pass_on(error: Exception) -> None:
    """Raise again what a disk or a share did: that says nothing of the pack."""
    if isinstance(error, OSError) and error.errno not in _OF_THE_CONTENT:
        raise error


def _digest_of_file(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
