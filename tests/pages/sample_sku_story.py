"""What moved of one SKU in October: ordered, left, came back, and what waits of it."""

from attrs import evolve
from sample_order_story import DRESS, ZONE, at, documents, messages, story

from clarus_bluecherry.model import Sku
from clarus_bluecherry.report.pages import ReportPage
from clarus_bluecherry.report.stories import SkuStory, sku_story_page


def page() -> ReportPage:
    of_dress = (evolve(each, lines=[line for line in each.lines if line.item == DRESS]) for each in documents())
    return sku_story_page(
        SkuStory(
            sku=Sku("01234", "BLK", size="M"),
            codes=("1234_blk_m", "=1+1"),
            since=at(1, 0),
            as_of=at(30, 8),
            zone=ZONE,
            documents=tuple(each for each in of_dress if each.lines),
            messages=messages(),
            waits=story().waits[1:],
            is_cut=True,
        )
    )
