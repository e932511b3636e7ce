"""What Clarus can be asked, resource by resource: one class each, of lists and of operations.

Law of this package: a resource is defined once and serves three doors. `calls.products.list(...)` is a `Listing`
and `calls.products.create(...)` a `Call`, both data; the same names on `Clarus` read and send, on `AsyncClarus`
too, awaited. It knows everything and does nothing: what sends is the door.
"""
