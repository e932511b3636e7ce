"""What a Clarus webhook says: a hint that something happened, to be read again through the API.

Law of this module: the vendor signs nothing, so nothing in a webhook is believed. A notice names the event (from
the URL path that the automation was given), and the record it seems to be about. Reading never fails: what cannot
be understood is a notice without a record, and the next poll finds what it was about.
"""

from __future__ import annotations

import json
from collections.abc import Mapping

from attrs import field, frozen

_LONGEST_BODY = 1024 * 1024


@frozen
class Notice:
    """One webhook: which `resource` saw which `event`, about the record `id` and `reference` where they are told.

    `automation_id` is from the vendor's `X-ClarusWMS-Automation-ID` header. The body may be personal.
    """

    resource: str
    event: str
    id: str = ""
    reference: str = ""
    automation_id: str = ""
    body: bytes = field(default=b"", repr=False)


def read_notice(path: str, headers: Mapping[str, str], body: bytes) -> Notice:
    """Read a webhook delivered to a URL path that ends in `<resource>.<event>`, such as `goods_out.completed`.

    Payload shapes are not published: the record is looked for under `data` and at the top level.

    >>> read_notice("/hooks/secret/goods_out.completed", {}, b'{"data": {"id": 7, "reference": "P1"}}').reference
    'P1'
    """
    resource, _, event = path.rstrip("/").rpartition("/")[2].partition(".")
    record = _record(body)
    lowered = {name.lower(): value for name, value in headers.items()}
    return Notice(
        resource=resource,
        event=event,
        id=_text(record.get("id")),
        reference=_text(record.get("reference")),
        automation_id=lowered.get("x-claruswms-automation-id", ""),
        body=body,
    )


def _record(body: bytes) -> Mapping[str, object]:
    if len(body) > _LONGEST_BODY:
        return {}
    try:
        content = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    data = content.get("data", content) if isinstance(content, dict) else {}
    return data if isinstance(data, dict) else {}


def _text(value: object) -> str:
    return str(value) if isinstance(value, str | int) and not isinstance(value, bool) else ""
