"""The month-end page: why the warehouse and the books differ at the end of a period, and what proves it.

`_view` is what a close is looked at with, `_columns` how its figures are told; `_value`, `_proofs`, `_lists` and
`_evidence` are the parts of the page from top to bottom, `_details` the tables that its figures open.
"""

from clarus_bluecherry.report.month_end._columns import CAUSES
from clarus_bluecherry.report.month_end._page import NAME, month_end_page, month_steps, month_verdict

__all__ = ["CAUSES", "NAME", "month_end_page", "month_steps", "month_verdict"]
