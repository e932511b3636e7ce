"""Renderings of what finance found: pages for people (`closing_page`, `pages`), and JSON for programs."""

from clarus_bluecherry.report.closing import Check, Closing, money_text, plain_number, to_json, total_text

__all__ = ["Check", "Closing", "money_text", "plain_number", "to_json", "total_text"]
