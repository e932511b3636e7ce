"""Workbooks of every kind that no spreadsheet writes: each part of an archive as a test wants it."""

import io
import zipfile
from functools import cache

import openpyxl

HEAD = '<?xml version="1.0"?>'
SPACE = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
SHEET = "xl/worksheets/sheet1.xml"
TEXTS = "xl/sharedStrings.xml"


def sheet(rows):
    return f"{HEAD}<worksheet {SPACE}><sheetData>{rows}</sheetData></worksheet>"


def texts(items):
    return f"{HEAD}<sst {SPACE}>{items}</sst>"


def inline(text):
    return f'<c t="inlineStr"><is><t>{text}</t></is></c>'


@cache
def plain_book():
    book = openpyxl.Workbook()
    book.active.append(["a"])
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def book(parts, *, compression=zipfile.ZIP_DEFLATED):
    """A workbook with these parts in place of its own; a list is the pieces of a long one."""
    content = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(plain_book())) as source, zipfile.ZipFile(content, "w", compression) as target:
        for name in dict.fromkeys([*source.namelist(), *parts]):
            entry = zipfile.ZipInfo(name)
            entry.compress_type = compression
            with target.open(entry, "w", force_zip64=True) as part:
                told = parts.get(name, source.read(name) if name in source.namelist() else b"")
                for piece in [told] if isinstance(told, str | bytes) else told:
                    part.write(piece.encode() if isinstance(piece, str) else piece)
    return content.getvalue()


def links(*kinds):
    """The relations of a workbook of one sheet, and of what else it has."""
    home = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    of = {"worksheet": "worksheets/sheet1.xml", "sharedStrings": "sharedStrings.xml", "styles": "styles.xml"}
    each = "".join(
        f'<Relationship Id="rId{n}" Type="{home}/{k}" Target="{of[k]}"/>' for n, k in enumerate(kinds, 1)
    )
    return f'{HEAD}<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{each}</Relationships>'


RELATIONS = "xl/_rels/workbook.xml.rels"
WITH_TEXTS = {RELATIONS: links("worksheet", "sharedStrings")}
