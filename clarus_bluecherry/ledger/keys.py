"""The keys under which facts and postings are kept.

Law of this module: a key is a function of what the source says, never of the clock or of chance, so the same fact
always falls on the same row; and two different things never share a key.
"""

from __future__ import annotations

import re
import urllib.parse

from clarus_bluecherry.errors import InvalidRecord

_SEPARATOR = ":"
_KEPT_AS_IS = "".join(chr(code) for code in range(0x20, 0x7F) if chr(code) not in "%:")
_is_kept = re.compile(f"[{re.escape(_KEPT_AS_IS)}]+").fullmatch


def fact_key(source: str, kind: str, source_id: str, version: str = "") -> str:
    """The key of what `source` said: a `kind` of record, by its id there, in its `version` where it has one.

    >>> fact_key("clarus", "dispatch", "4711", "1")
    'clarus:dispatch:4711:1'
    >>> fact_key("bluecherry", "pick", "10:01")
    'bluecherry:pick:10%3A01'
    """
    parts = [
        _part("source", source),
        _part("kind", kind),
        _part("source_id", source_id),
        *([_part("version", version)] if version else []),
    ]
    return _SEPARATOR.join(parts)


def key_parts(fact_key: str) -> tuple[str, str, str, str]:
    """Source, kind, id and version of a fact's key; the version is empty where there is none.

    >>> key_parts("bluecherry:pick:10%3A01")
    ('bluecherry', 'pick', '10:01', '')
    """
    parts = [urllib.parse.unquote(part, errors="surrogatepass") for part in fact_key.split(_SEPARATOR)]
    source, kind, source_id, version = (*parts, "") if len(parts) < 4 else parts
    return source, kind, source_id, version


def undone_by(key: str, kind: str) -> str:
    """The key of the fact of `kind` that takes the fact of this key back. The first of a document has no version.

    >>> undone_by("clarus:dispatch:4711", "undispatch"), undone_by("clarus:dispatch:4711:2", "undispatch")
    ('clarus:undispatch:4711:1', 'clarus:undispatch:4711:2')
    """
    source, _, source_id, version = key_parts(key)
    return fact_key(source, kind, source_id, version or "1")


def posting_key(fact_key: str, target: str, kind: str) -> str:
    """The key of the message of `kind` that the fact calls for at `target`.

    >>> posting_key("clarus:dispatch:4711:1", "bluecherry", "order_shipment")
    'bluecherry:order_shipment:clarus:dispatch:4711:1'
    """
    if not fact_key:
        raise InvalidRecord("a posting belongs to a fact", record="posting key", field="fact_key")
    # The fact's key comes last and whole: the first two parts hold no separator, so nothing can be misread.
    return _SEPARATOR.join((_part("target", target), _part("kind", kind), fact_key))


def posting_key_parts(posting_key: str) -> dict[str, str]:
    """What a posting's key says it is about: its target, its kind and the key of its fact.

    >>> posting_key_parts("bluecherry:order_shipment:clarus:dispatch:4711:1")
    {'target': 'bluecherry', 'kind': 'order_shipment', 'fact_key': 'clarus:dispatch:4711:1'}
    """
    target, kind, fact_key = posting_key.split(_SEPARATOR, 2)
    unquoted = (urllib.parse.unquote(part, errors="surrogatepass") for part in (target, kind))
    return dict(zip(("target", "kind", "fact_key"), (*unquoted, fact_key), strict=True))


def _part(name: str, value: str) -> str:
    if not isinstance(value, str) or not value:
        raise InvalidRecord(f"{value!r} cannot be part of a key", record="key", field=name)
    return value if _is_kept(value) else urllib.parse.quote(value, safe=_KEPT_AS_IS, errors="surrogatepass")
