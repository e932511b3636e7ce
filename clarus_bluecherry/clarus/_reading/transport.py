"""How goods leave, as lists return it: carriers and their services, shipments, packages, loads.

Law of this module: a node declares the fields of the vendor's published example, and says so where it does not.
"""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from clarus_bluecherry.clarus._reading.node import (
    UNDOCUMENTED,
    CodedReference,
    Id,
    NamedNode,
    NamedReference,
    Node,
    NumberedReference,
)


class CarrierNode(NamedNode):
    """A carrier."""

    description: str | None = None
    active: bool | None = None
    carrier_type: str | None = None
    carrier_externally_registered: bool | None = None


class CarrierServiceNode(NamedNode):
    """A carrier's service. `carrier` names whose."""

    active: bool | None = None
    is_default: bool | None = None
    carrier: CodedReference | None = None


class ShipmentNode(Node):
    """A carrier shipment of an order. Tracking numbers are on its packages."""

    id: Id
    reference: str | None = None
    name: str | None = Field(default=None, repr=False)
    status: str | None = None
    delivery_notes: str | None = Field(default=None, repr=False)
    collection_datetime: str | None = None
    label_filename: str | None = None
    packages_count: int | None = None
    carrier: NamedReference | None = None
    carrier_service: NamedReference | None = None
    warehouse: NamedReference | None = None


class PackageNode(Node):
    """A parcel of a shipment. `storage_unit` is filterable; on the node it is our reading."""

    id: Id
    tracking_number: str | None = None
    shipment: NumberedReference | None = None
    storage_unit: Annotated[NumberedReference | None, UNDOCUMENTED] = None
    storage_unit_type: CodedReference | None = None


class LoadNode(Node):
    """A load. `load_by` is what a write calls `expected_date_of_dispatch`."""

    id: Id
    reference: str | None = None
    status: str | None = None
    expected_storage_unit_quantity: int | None = None
    number_of_storage_units_loaded: int | None = None
    load_by: str | None = None
    carrier: NamedReference | None = None
    warehouse: NamedReference | None = None
