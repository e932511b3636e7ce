"""The page about webhooks says what the code does."""

import re
from pathlib import Path

from clarus_bluecherry.clarus.webhooks import EVENTS

PAGE = (Path(__file__).parents[2] / "docs" / "webhooks.md").read_text("utf-8")


def test_the_page_lists_every_event_beside_the_look_it_calls_for():
    listed = {}
    for look, events in re.findall(r"^\| `(\w+)` \| (`.+?`) \|", PAGE, re.MULTILINE):
        listed |= {tuple(event.split(".")): look for event in re.findall(r"`([\w.]+)`", events)}
    assert listed == {event: look.value for event, look in EVENTS.items()}
