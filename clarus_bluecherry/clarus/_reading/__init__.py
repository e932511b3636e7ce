"""Clarus's records as its lists and answers return them.

Law of this package: reads are tolerant. Fields that the vendor adds later are kept in `model_extra`, enum values
are plain text, ids are text whether the API sends numbers or text, quantities are Decimals. Which fields a node
shows is the vendor's published example, unless a docstring says that it is our reading. A repr shows declared
fields only, and none that hold an address: what a tenant adds may be personal.
"""
