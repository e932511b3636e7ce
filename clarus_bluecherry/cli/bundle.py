"""What `bundle` does: this library and what it needs, as installed here, in one archive for where pip is not.

Law of this module: the same environment gives the same bytes, and nothing of this machine is inside but the binary
parts, of which it is told what they are built for. Python loads no binary module from inside an archive; the one
for `zip` has a small loader beside each, so that it works packed and unpacked.
"""

from __future__ import annotations

import hashlib
import io
import os
import re
import sys
import sysconfig
import zipfile
from collections.abc import Iterator, Mapping
from enum import StrEnum
from importlib.machinery import EXTENSION_SUFFIXES
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path, PurePosixPath

from attrs import asdict, field, frozen

import clarus_bluecherry
from clarus_bluecherry._version import __version__
from clarus_bluecherry.cli.door import tell
from clarus_bluecherry.cli.options import print_json, shown
from clarus_bluecherry.cli.paths import writing
from clarus_bluecherry.cli.terminal import FoldedTable, screen
from clarus_bluecherry.errors import ConfigurationError


class Platform(StrEnum):
    """Where the archive goes."""

    LAMBDA = "lambda"
    AZURE = "azure"
    ZIP = "zip"


_INSIDE = {Platform.LAMBDA: "python", Platform.AZURE: ".python_packages/lib/site-packages", Platform.ZIP: ""}
"""The folder of the archive that stands on the platform's path."""

_US = "clarus-bluecherry"
_ROOMS_LEFT_OUT = frozenset({"__main__.py", "cli", "sandbox", "testing"})
_FOLDERS_LEFT_OUT = frozenset({"__pycache__", "tests"})
_ENDINGS_LEFT_OUT = frozenset({".pyc", ".pyi", ".pth"})
_TIME_ZONES = "tzdata"
"""Taken where it is installed: nothing requires it, and some platforms have no time zones of their own."""

_LOADER = '''\
"""Python loads no binary module from inside an archive: this one is unpacked for as long as that takes."""

import importlib.machinery
import importlib.util
import os
import sys
import tempfile

FILE = {file!r}

with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
    path = os.path.join(folder, FILE)
    with open(path, "wb") as unpacked:
        unpacked.write(__loader__.get_data(os.path.join(os.path.dirname(__file__), FILE)))
    spec = importlib.util.spec_from_file_location(__name__, path)
    sys.modules[__name__] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(sys.modules[__name__])
'''


@frozen
class BundlePart:
    """One distribution of the archive: its files by their place below the folder that stands on the path."""

    name: str
    version: str
    licence: str
    built_for: tuple[str, ...]
    files: Mapping[str, bytes] = field(repr=False)

    @property
    def bytes(self) -> int:
        """Size of its files, unpacked."""
        return sum(map(len, self.files.values()))


def run(platform: Platform, out: Path | None, *, as_json: bool) -> None:
    """Write the archive for `platform` to `out` and tell what is in it.

    Raises `ConfigurationError` when something needed is not installed, when the binary parts of this machine are
    none for the platform, or when `out` cannot be written.
    """
    if platform is not Platform.ZIP and sys.platform != "linux":
        raise ConfigurationError(
            f"{platform} runs Linux, and the binary parts installed here are for {sysconfig.get_platform()}",
            field="--for",
            action="Run the command in a container of the platform's image.",
        )
    out = out or Path(f"{_US}-{__version__}-{platform}.zip")
    parts = _parts(with_loaders=platform is Platform.ZIP)
    packed = _packed(parts, _INSIDE[platform])
    _write(out, packed)
    found = {
        "archive": str(out),
        "for": platform.value,
        "path": _INSIDE[platform],
        "bytes": len(packed),
        "sha256": hashlib.sha256(packed).hexdigest(),
        "python": sysconfig.get_python_version(),
        "platform": sysconfig.get_platform(),
        "time_zones": any(part.name == _TIME_ZONES for part in parts),
        "distributions": [_told(part) for part in parts],
    }
    if as_json:
        print_json(found)
    else:
        _show(platform, out, parts, found)


# What goes in ------------------------------------------------------------------------------------------------


def _parts(*, with_loaders: bool) -> list[BundlePart]:
    return [_part(found, with_loaders=with_loaders) for _, found in sorted(_needed().items())]


def _needed() -> dict[str, Distribution]:
    """This library and all that it needs without extras, by name."""
    found: dict[str, Distribution] = {}
    waiting = [(_US, True), (_TIME_ZONES, False)]
    while waiting:
        name, is_required = waiting.pop()
        if name in found:
            continue
        try:
            found[name] = distribution(name)
        except PackageNotFoundError as error:
            if is_required:
                raise ConfigurationError(
                    f"{name} is not installed here", action=f"Run: pip install {_US}"
                ) from error
            continue
        waiting += _requirements(found[name])
    return found


def _requirements(of: Distribution) -> Iterator[tuple[str, bool]]:
    """Names that it requires, and whether everywhere; one for some machines only is taken where it is there."""
    for line in of.requires or ():
        requirement, _, marker = line.partition(";")
        if "extra" not in marker:
            yield _canonical(re.split(r"[^\w.-]", requirement.strip(), maxsplit=1)[0]), not marker


def _canonical(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def _part(found: Distribution, *, with_loaders: bool) -> BundlePart:
    name = _canonical(found.metadata["Name"])
    files = {place: _read(path, name) for place, path in _paths(found, name)}
    binary = _binary(files)
    return BundlePart(
        name=name,
        version=__version__ if name == _US else found.version,
        licence=_licence(found),
        built_for=_tags(found) if binary else (),
        files=files | (_loaders(binary, files) if with_loaders else {}),
    )


def _paths(found: Distribution, name: str) -> Iterator[tuple[str, Path]]:
    """Where each file goes and where it is: those that a program needs, the metadata and the licences."""
    if name == _US:  # an editable installation lists none of the package's files
        yield from _our_paths()
    elif found.files is None:
        raise ConfigurationError(
            f"{name} does not say which files are its own", action=f"Run: pip install --force-reinstall {name}"
        )
    for file in found.files or ():
        if _is_wanted(PurePosixPath(file)) and not (name == _US and file.parts[0] == "clarus_bluecherry"):
            yield file.as_posix(), Path(str(found.locate_file(file)))


def _our_paths() -> Iterator[tuple[str, Path]]:
    for home in map(Path, clarus_bluecherry.__path__):
        for path in home.rglob("*"):
            place = path.relative_to(home)
            if path.is_file() and place.parts[0] not in _ROOMS_LEFT_OUT and _is_wanted(PurePosixPath(place)):
                yield f"clarus_bluecherry/{place.as_posix()}", path


def _is_wanted(file: PurePosixPath) -> bool:
    if file.is_absolute() or ".." in file.parts:  # programs, which pip puts elsewhere
        return False
    if file.parts[0].endswith(".dist-info"):
        return file.name == "METADATA" or re.search("licen[cs]e|notice|copying", str(file), re.I) is not None
    return file.suffix not in _ENDINGS_LEFT_OUT and _FOLDERS_LEFT_OUT.isdisjoint(file.parts)


def _read(path: Path, name: str) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise ConfigurationError(
            f"{path.name} of {name} cannot be read ({error.strerror})",
            action=f"Run: pip install --force-reinstall {name}",
        ) from error


def _licence(found: Distribution) -> str:
    """The licence as its metadata tell it, in the newest of three ways."""
    for key in ("License-Expression", "License"):
        told = str(found.metadata[key] or "") if key in found.metadata else ""
        if told not in ("", "UNKNOWN") and "\n" not in told:  # some hold the whole text
            return told
    classifiers = found.metadata.get_all("Classifier") or ()
    told = ", ".join(each.rpartition(" :: ")[2] for each in classifiers if each.startswith("License ::"))
    return told or "not told"


def _tags(found: Distribution) -> tuple[str, ...]:
    lines = (found.read_text("WHEEL") or "").splitlines()
    tags = tuple(line.removeprefix("Tag: ") for line in lines if line.startswith("Tag: "))
    return tags or (sysconfig.get_platform(),)


def _binary(files: Mapping[str, bytes]) -> dict[str, str]:
    """Binary modules: their file, and the one that would be the same module in Python."""
    endings = sorted(EXTENSION_SUFFIXES, key=len, reverse=True)
    found = {}
    for file in files:
        ending = next((ending for ending in endings if file.endswith(ending)), None)
        if ending is not None:
            found[file] = f"{file.removesuffix(ending)}.py"
    return found


def _loaders(binary: Mapping[str, str], files: Mapping[str, bytes]) -> dict[str, bytes]:
    return {
        place: _LOADER.format(file=PurePosixPath(file).name).encode()
        for file, place in binary.items()
        if place not in files
    }


# The archive -------------------------------------------------------------------------------------------------


def _packed(parts: list[BundlePart], folder: str) -> bytes:
    """The archive: names sorted, every time and every right the same."""
    files = {str(PurePosixPath(folder, place)): data for part in parts for place, data in part.files.items()}
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for place, data in sorted(files.items()):
            entry = zipfile.ZipInfo(place)  # dated 1980
            entry.create_system = 3
            entry.external_attr = 0o100644 << 16
            archive.writestr(entry, data, zipfile.ZIP_DEFLATED)
    return packed.getvalue()


def _write(out: Path, packed: bytes) -> None:
    """Whole or not at all."""
    if out.is_dir():
        raise ConfigurationError(f"{out} is a folder: name a file", field="--out")
    if not out.parent.is_dir():
        raise ConfigurationError(f"there is no folder {out.parent}", field="--out")
    beside = out.with_name(f".{out.name}.{os.getpid()}")
    with writing(out.parent, "--out"):
        try:
            beside.write_bytes(packed)
            beside.replace(out)
        finally:
            beside.unlink(missing_ok=True)


# What is told ------------------------------------------------------------------------------------------------


def _told(part: BundlePart) -> dict[str, object]:
    return {**asdict(part, filter=lambda attribute, _: attribute.name != "files"), "bytes": part.bytes}


def _show(platform: Platform, out: Path, parts: list[BundlePart], found: Mapping[str, object]) -> None:
    table = FoldedTable("Distribution", "Version", "Licence", "Bytes")
    for part in parts:
        table.add_row(*map(shown, (part.name, part.version, part.licence, f"{part.bytes:,}")))
    screen().print(table)
    tell(f"{out}: {found['bytes']:,} bytes, {sum(part.bytes for part in parts):,} unpacked")
    tell(f"sha256 {found['sha256']}")
    for part in parts:
        if part.built_for:
            tell(
                f"{part.name} is binary: it runs with Python {found['python']} on {found['platform']} only "
                f"({', '.join(part.built_for)})."
            )
    if not found["time_zones"]:
        tell("No time zones inside: the platform's own are used. To take them along: pip install tzdata")
    tell(_what_to_do(platform, out))


def _what_to_do(platform: Platform, out: Path) -> str:
    match platform:
        case Platform.LAMBDA:
            return "Publish it as a layer: Lambda unpacks it, and has its folder `python` on the path."
        case Platform.AZURE:
            return "Unpack it beside host.json and deploy without a remote build, which would put its own there."
        case Platform.ZIP:
            return f"First in the step: import sys; sys.path.insert(0, {str(out)!r})"
