"""Which product code is which SKU: both lists, the rules that tie them, and what a person decided."""
