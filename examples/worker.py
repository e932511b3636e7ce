"""One turn of the loop between both systems, from a program of your own, for a scheduler that starts it.

Run as `python worker.py site.toml`. Nothing is lost or doubled if it dies, or if two run at once.
"""

import sys
from datetime import timedelta

from clarus_bluecherry.config import Secrets, load_site
from clarus_bluecherry.errors import ClarusBluecherryError
from clarus_bluecherry.flows import Turned, learn, open_site, turn


def take_turn(path: str) -> Turned:
    """Read what is new on both sides, try again what waited, and send what is due."""
    file = load_site(path)  # anew at every turn: finance may have closed a period
    with open_site(file, Secrets.from_environment()) as opened:
        site = learn(opened, file)  # with what people decided about codes since the last turn
        return turn(
            site,
            deadline=timedelta(minutes=4),  # nothing is begun after it
            on_progress=lambda step, found: print(f"{step.label}: {found}"),
        )


if __name__ == "__main__":
    try:
        turned = take_turn(*sys.argv[1:2] or sys.exit("Which site? python worker.py site.toml"))
    except ClarusBluecherryError as error:
        sys.exit(f"There was no turn. {error}")
    if not turned.is_whole:
        sys.exit(f"This turn ended early. {turned}")
