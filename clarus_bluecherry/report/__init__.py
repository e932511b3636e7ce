"""Renderings of what finance found, for people (HTML) and for programs (JSON)."""

from clarus_bluecherry.report.closing import Check, Closing, money_text, plain_number, to_json, total_text
from clarus_bluecherry.report.html import to_html

__all__ = ["Check", "Closing", "money_text", "plain_number", "to_html", "to_json", "total_text"]
