"""What a query asks of each record: the fields of its node model, as GraphQL writes them.

Law of this module: a field of the model is a field of the query, under the same name and in the same order. One
that the vendor's example does not show is marked `UNDOCUMENTED` on the model, and asked for only on demand.
"""

from __future__ import annotations

from functools import cache

from pydantic.fields import FieldInfo

from clarus_bluecherry.clarus._reading.node import UNDOCUMENTED, NodePart, part_in


@cache
def selection(model: type[NodePart]) -> str:
    """The fields of `model` that the vendor shows, and those of the records inside it.

    >>> from clarus_bluecherry.clarus.wire import PackageNode
    >>> selection(PackageNode)
    'id tracking_number shipment { id reference } storage_unit_type { id code }'

    Raises pydantic's error for a model of your own that names what pydantic cannot find.
    """
    model.model_rebuild()
    return " ".join(
        _written(name, declared)
        for name, declared in model.model_fields.items()
        if UNDOCUMENTED not in declared.metadata
    )


def undocumented(model: type[NodePart]) -> tuple[str, ...]:
    """The fields of `model` that the vendor's example does not show, each as `Listing.extra_fields` takes it.

    >>> from clarus_bluecherry.clarus.wire import PackageNode
    >>> undocumented(PackageNode)
    ('storage_unit { id reference }',)
    """
    return tuple(
        _written(name, declared)
        for name, declared in model.model_fields.items()
        if UNDOCUMENTED in declared.metadata
    )


def _written(name: str, declared: FieldInfo) -> str:
    inside = part_in(declared.annotation)
    return f"{name} {{ {selection(inside)} }}" if inside else name
