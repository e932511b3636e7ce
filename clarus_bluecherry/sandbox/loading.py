"""A season into the sandbox's Blue Cherry: the master and the opening stock at once, orders day by day."""

from __future__ import annotations

import clarus_bluecherry.sandbox.season as seasons
from clarus_bluecherry.sandbox.erp import Article, Erp, Pick, PickLine, ProductionLine, ProductionOrder


def stock_erp(season: seasons.Season, erp: Erp) -> None:
    """Load locations, carriers, articles and opening stock."""
    for location in seasons.LOCATIONS.values():
        erp.add_location(location)
    for shipper, _ in seasons.CARRIERS.values():
        erp.add_shipper(shipper)
    for article in season.articles:
        erp.add_article(_article(article))
    for opening in season.opening:
        erp.open_stock(_article(opening.article), opening.location, opening.units)


def release_day(day: seasons.Day, erp: Erp) -> None:
    """Release the day's pick tickets and issue its production orders."""
    for plan in day.picks:
        erp.release(_pick(plan, day, erp))
    for order in day.production:
        erp.issue(_production(order, erp))


def _article(article: seasons.Article) -> Article:
    return Article(
        style=article.style,
        color_code=article.color,
        lbl_code=article.label,
        dimension=article.dimension,
        size_desc=article.size,
        upc=article.upc,
        ean=article.ean,
        style_name=article.name,
        division=article.division,
        season=article.season,
        std_cost=article.std_cost,
    )


def _pick(plan: seasons.PickPlan, day: seasons.Day, erp: Erp) -> Pick:
    ordered = [
        PickLine(line_seq=number, article=_article(article), bk_qty=units, price=price)
        for number, article, units, price in plan.lines
    ]
    removed = [
        PickLine(line_seq=number, article=_article(article), bk_qty=0, price=article.std_cost)
        for number, article in plan.removed
    ]
    return Pick(
        pick_num=plan.number,
        ord_num=plan.order_number,
        po_num=plan.po_number,
        customer=plan.customer,
        location=plan.location,
        shipper=plan.shipper,
        pick_date=day.date,
        ship_to=plan.ship_to,
        lines=(*ordered, *removed),
        last_mod=erp.clock(),
    )


def _production(plan: seasons.ProductionPlan, erp: Erp) -> ProductionOrder:
    return ProductionOrder(
        prod_num=plan.number,
        vendor=plan.vendor,
        location=plan.location,
        due_date=plan.due,
        lines=tuple(
            ProductionLine(prod_line=number, article=_article(article), prod_qty=units, cost=cost)
            for number, article, units, cost in plan.lines
        ),
        last_mod=erp.clock(),
    )
