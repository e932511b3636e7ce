"""The close, pure: what a period's books should say, what they say, and every document between.

It is made of entries (`_entries`, with everything that comes along in `_input`) and asked at a moment (`_moments`,
over the periods of `_periods`). What there was on each side is `_stock`; which line is about which document,
`_documents`; the documents of each place are netted in `_matters` and what is left is named in `_causes`. Value is
`_costs`. Beside the places stand the roll-forward (`_roll`), the proof of COGS (`_cogs`) and the lists (`_lists`).
`_judge` puts it together.
"""
