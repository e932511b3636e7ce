"""One turn of the loop between both systems, for a scheduler that starts it every few minutes.

Run as `python worker.py site.toml`. Nothing is lost or doubled if it dies, or if two run at once.
"""

import sys

from clarus_bluecherry.config import Secrets, load_site
from clarus_bluecherry.errors import ClarusBluecherryError
from clarus_bluecherry.flows import (
    collect_movements,
    collect_orders,
    collect_products,
    deliver,
    learn,
    open_site,
    reprocess,
)


def turn(path: str) -> None:
    """Read what is new on both sides, try again what waited, and send what is due."""
    file = load_site(path)  # anew at every turn: finance may have closed a period
    with open_site(file, Secrets.from_environment()) as opened:
        site = learn(opened, file)  # with what people decided about codes since the last turn
        print(f"products of Blue Cherry: {collect_products(site)}")  # as far as `[products]` lets it
        print(f"orders from Blue Cherry: {collect_orders(site)}")
        print(f"movements of the warehouse: {collect_movements(site)}")
        print(f"waited and may go on: {reprocess(site)}")
        print(f"sent and asked about: {deliver(site)}")


if __name__ == "__main__":
    try:
        turn(*sys.argv[1:2] or sys.exit("Which site? python worker.py site.toml"))
    except ClarusBluecherryError as error:
        sys.exit(f"This turn ended early. {error}")
