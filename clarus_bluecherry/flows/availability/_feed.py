"""The feed: what channels were told last, and telling them what changed.

Law of this module: what is told is absolute and says as of when it is, so that the same message twice does no harm
and an older one can be passed over. Only what a channel has taken counts as told.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

from clarus_bluecherry.errors import ConfigurationError
from clarus_bluecherry.finance.availability import FigureChange, PublishedFigure
from clarus_bluecherry.http import Call, Sender, StaticToken, nothing
from clarus_bluecherry.report.availability import changes_json, published_in

_AT_ONCE = 500


def told_before(snapshot: Path) -> dict[tuple[str, str], PublishedFigure]:
    """What the channels know by the snapshot that was written last; nothing, where there is none yet.

    Raises `ConfigurationError` for a file that is no snapshot.
    """
    if not snapshot.exists():
        return {}
    try:
        document = json.loads(snapshot.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise ConfigurationError(f"it cannot be read ({error})", record=snapshot.name) from None
    return published_in(document, snapshot.name)


def post_changes(
    url: str,
    changes: Sequence[FigureChange],
    as_of: dt.datetime,
    *,
    token: str = "",
    sender: Sender | None = None,
    at_once: int = _AT_ONCE,
) -> int:
    """POST what changed to `url`, at most `at_once` figures a message, one after another; how many messages it
    took.

    Each message is sent again as `http` sends what may be repeated. `token` is sent as a bearer's; `sender` is one
    of your own, for the server of `url`. Raises the `WireError` of the first message that was not taken: those
    before it were.
    """
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.netloc:
        raise ConfigurationError("it is no URL of a webhook", field="webhook", action="Write https://host/path.")
    if sender is None:
        auth = StaticToken(token) if token else None
        with Sender(f"{parts.scheme}://{parts.netloc}", auth=auth) as ours:
            return post_changes(url, changes, as_of, sender=ours, at_once=at_once)
    batches = [changes[at : at + at_once] for at in range(0, len(changes), at_once)]
    for batch in batches:
        sender.send(
            Call(
                name="availability.changes",
                method="POST",
                path=parts.path or "/",
                query=tuple(parse_qsl(parts.query)),
                json=dict(changes_json(batch, as_of)),  # type: ignore[arg-type]
                read=nothing,
                repeatable=True,
                record="availability",
            )
        )
    return len(batches)
