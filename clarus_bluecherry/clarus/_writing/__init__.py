"""Clarus's records as they are written: the attributes of every resource that this library writes.

Law of this package: writes are strict. Lengths, required fields and enums are checked before a byte leaves; a
field that was not set is not sent, a field that was set to None is sent as null and clears it. `…Changes` is what
a PATCH may carry, `…Attributes` adds what a create must have (`= Field()`: to a type checker, a field that is only
declared again keeps the default it had). Personal fields do not show in a repr.
"""
