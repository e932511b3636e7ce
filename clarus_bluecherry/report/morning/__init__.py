"""The morning's page: what to do first, then the figures that finance and operations open at eight.

`_page` is the whole, with its verdict; `_books` are the sections that finance asks for, `_floor` those of
operations and integration, `_parts` what sections are made of.
"""

from clarus_bluecherry.report.morning._page import morning_page, morning_verdict

__all__ = ["morning_page", "morning_verdict"]
