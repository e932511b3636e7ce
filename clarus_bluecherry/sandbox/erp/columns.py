"""The sandbox's records in Blue Cherry's envelopes and reports.

Law of this module: column names and nesting are those that running integrations show, oddities included.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from itertools import groupby

from clarus_bluecherry.sandbox.erp.erp import OPENING, Erp
from clarus_bluecherry.sandbox.erp.records import Article, BookEntry, Pick, ProductionOrder, RecType, Staged
from clarus_bluecherry.tables import csv_texts

Row = dict[str, object]

STAGE = "3"
REPORT_HEADERS = [
    *("Div", "Loc Org", "BRAND", "Style", "Color #", "Style Name", "Color Name", "Label", "Dm/Pk", "Size", "SzBk"),
    *("UOM", "UPC Number", "Season", "Location", "Total QOH", "Total Pick", "Avail QOH", "Total Open"),
    *("Total Ship To WIP", "Total Received", "Total Invoice", "Total Prod", "Loc Std Cost", "A Price Intr1"),
    *("Loc Curr", "Style Type"),
]


def picks(erp: Erp) -> list[Row]:
    """Open pick tickets, oldest change first."""
    with erp.lock:
        found = [pick for pick in erp.picks.values() if not pick.shipped]
        return [_pick(pick, erp) for pick in sorted(found, key=lambda pick: (pick.last_mod, pick.pick_num))]


def _pick(pick: Pick, erp: Erp) -> Row:
    return {
        "pkey": f"P{pick.pick_num}",
        "pick_num": pick.pick_num,
        "ord_num": pick.ord_num,
        "po_num": pick.po_num,
        "customer": pick.customer,
        "location": pick.location,
        "shipper": pick.shipper,
        "pick_date": pick.pick_date.isoformat(),
        "end_date": pick.pick_date.isoformat(),
        "last_mod": moment_of(erp, pick.last_mod),
        "ord_status": "A",
        "curr_code": "USD",
        "edi_doc_num": f"D{pick.pick_num}",
        "load_id": "",
        "bill_optn": "N",
        "inv_num": pick.inv_num,
        "pickaddress": {
            "rows": [
                {"addr_type": "BT", "name": "Head office", "country": "US"},
                {"addr_type": "ST", **pick.ship_to},
            ]
        },
        "pickdetail": {
            "rows": [
                {
                    "line_seq": int(line.line_seq),
                    "pick_num": pick.pick_num,
                    **_article(line.article),
                    "price": float(line.price),
                    "bk_qty": line.bk_qty,
                    "total_qty": line.bk_qty,
                    **_unit(line.uom),
                    "location": pick.location,
                }
                for line in pick.lines
            ]
        },
    }


def _unit(uom: str) -> Row:
    """What a site of which the quantities are not all in pieces tells beside them (L)."""
    return {"uom": uom} if uom else {}


def production(erp: Erp) -> list[Row]:
    """Production orders to receive."""
    with erp.lock:
        return [_production(order, erp) for order in erp.production.values()]


def _production(order: ProductionOrder, erp: Erp) -> Row:
    return {
        "pkey": f"C{order.prod_num}",
        "prod_num": order.prod_num,
        "stage_num": STAGE,
        "due_date": order.due_date.isoformat(),
        "co_curr": "USD",
        "last_mod": moment_of(erp, order.last_mod),
        "productionorderaddressbystage": {"rows": [{"addr_type": "VN", "name": order.vendor}]},
        "productionorderdetailbystage": {
            "rows": [
                {
                    "pkey": f"{order.prod_num}{line.prod_line}",
                    "prod_line": int(line.prod_line),
                    **_article(line.article),
                    "location": order.location,
                    "cost": float(line.cost),
                    "prod_qty": line.prod_qty,
                    **_unit(line.uom),
                }
                for line in order.lines
            ]
        },
    }


def styles(erp: Erp) -> list[Row]:
    """The item master, one header per style; a detail per division, season and cost."""
    with erp.lock:
        articles = sorted(erp.articles.values(), key=lambda each: (each.style, _detail(each), each.key))
        return [
            {
                "pkey": f"S{style}",
                "style": style,
                "style_name": rows[0].style_name,
                "last_mod": "2026-01-05 08:00:00",
                "styledetail": {"rows": [_style_detail(list(part)) for _, part in groupby(rows, key=_detail)]},
            }
            for style, rows in ((style, list(part)) for style, part in groupby(articles, lambda each: each.style))
        ]


def _detail(article: Article) -> tuple[str, str, Decimal]:
    return article.division, article.season, article.std_cost


def _style_detail(articles: list[Article]) -> Row:
    return {
        "pkey": f"{articles[0].style}-{articles[0].division}-{articles[0].season}",
        "division": articles[0].division,
        "season": articles[0].season,
        "std_cost": float(articles[0].std_cost),
        "stylecolorsizes": {"rows-i": [{"fkey": articles[0].style, **_article(each)} for each in articles]},
    }


def _article(article: Article) -> Row:
    return {
        "style": article.style,
        "color_code": article.color_code,
        "lbl_code": article.lbl_code or None,
        "dimension": article.dimension or None,
        "size_desc": f"{article.size_desc:<6}",
        "upc": article.upc or None,
        "ean": article.ean or None,
    }


def locations(erp: Erp) -> list[Row]:
    """Every location, pseudo-locations too."""
    return [
        {"pkey": code, "location": code, "loc_name": code, "loc_type": kind}
        for code, kind in erp.locations.items()
    ]


def shippers(erp: Erp) -> list[Row]:
    """Carriers."""
    return [{"pkey": code, "shipper": code, "ship_name": name} for code, name in erp.shippers.items()]


def stock_movements(erp: Erp) -> list[Row]:
    """The stock ledger: each movement since the beginning, as it is kept. An invoice of 3 is 3."""
    with erp.lock:
        return [_movement(entry, erp) for entry in erp.truth() if entry.reference != OPENING]


def _movement(entry: BookEntry, erp: Erp) -> Row:
    sign = -1 if entry.rec_type is RecType.IN else 1
    article = erp.articles[entry.sku]
    return {
        "rec_type": entry.rec_type.value,
        **_article(article),
        "division": article.division,
        "location": entry.location,
        "size_qty": str(sign * entry.quantity),
        "move_date": entry.date,
        "reference": entry.reference,
        "entered_at": moment_of(erp, entry.entered_at) if entry.entered_at else "",
        "value": None if entry.value is None else str(sign * entry.value),
        "currency": "USD",
    }


def rows(erp: Erp, kind: str) -> list[Row]:
    """What it tells of one kind of message, by its name: its own records, or what somebody put there."""
    told = _ROWS.get(kind)
    return told(erp) if told else list(erp.others[kind])


_ROWS: Mapping[str, Callable[[Erp], list[Row]]] = {
    "pick_ticket": picks,
    "style": styles,
    "production_order": production,
    "location": locations,
    "carrier": shippers,
}


def staged(found: Iterable[Staged]) -> list[Row]:
    """Records that came into the interface, and where they stand."""
    return [
        {"isa_num": one.isa_num, "pkey": one.pkey, "status": one.standing.value, "error": one.error}
        for one in found
    ]


def inventory_report(erp: Erp) -> str:
    """The inventory report as a user exports it, with a line of a pseudo-location that is no stock."""
    today = erp.clock().astimezone(erp.zone).date()
    lines = [
        _report_line(erp.articles[key], place, units, erp.cost_on(key, today, place))
        for (key, place), units in sorted(erp.on_hand().items())
    ]
    some = next(iter(erp.articles.values()), None)
    if some is not None:
        lines.append(_report_line(some, "POE", Decimal(1200), some.std_cost))
    cells = [[str(line.get(header, "")) for header in REPORT_HEADERS] for line in lines]
    return "".join(csv_texts([REPORT_HEADERS, *cells]))


def _report_line(article: Article, location: str, units: Decimal, cost: Decimal | None) -> Row:
    return {
        "Div": article.division,
        "Style": article.style,
        "Color #": article.color_code,
        "Style Name": article.style_name,
        "Label": article.lbl_code,
        "Dm/Pk": article.dimension,
        "Size": article.size_desc,
        "UOM": "EA",
        "UPC Number": article.upc,
        "Season": article.season,
        "Location": location,
        "Total QOH": f"{units:,}",
        "Avail QOH": f"{units:,}",
        "Loc Std Cost": "" if cost is None else cost,
        "Loc Curr": "USD",
    }


def moment_of(erp: Erp, instant: dt.datetime) -> str:
    """An instant as its columns show it: in the company's own zone."""
    return instant.astimezone(erp.zone).strftime("%Y-%m-%d %H:%M:%S")
