"""One step for the Python action of an iPaaS: a pick ticket of Blue Cherry becomes an order of the warehouse.

Paste it and have the platform call `main` with `pick`, a row of `GET /api/pick?_include=all`, and `settings`, the
table of docs/ipaas.md. Where `ok` is true, send `body` to Clarus `POST /api/goods_outs`, once: look first whether
an order with the pick's number as `reference` is there. Otherwise show a person the rest.
"""

from collections.abc import Mapping

from clarus_bluecherry.errors import ClarusBluecherryError
from clarus_bluecherry.mapping import plain


def main(pick: Mapping[str, object], settings: Mapping[str, object]) -> dict[str, object]:
    """`ok` with the `body` to send; or not ok, with the `problem` and the `action` that a person should take."""
    try:
        return {"ok": True, "body": plain.pick_to_goods_out(pick, settings)}
    except ClarusBluecherryError as error:
        return {"ok": False, "problem": error.problem, "action": error.action}
