"""How goods leave, as written: carriers and their services, shipments, packages, loads and their drops.

Law of this module: `…Changes` is what a PATCH may carry, `…Attributes` adds what a create must have. A carrier's
credentials and a service's configuration never show in a repr.
"""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, JsonValue

from clarus_bluecherry._wire import Instant
from clarus_bluecherry.clarus._writing.base import (
    Addressed,
    Attributes,
    Code30,
    Length,
    Measure,
    Name50,
    Quantity,
    RecordNumber,
    Referenced,
    Several,
    Slots,
    TextSlots,
    Weight,
)


class CarrierChanges(Referenced):
    """What can be changed on a carrier."""

    never_null = frozenset({"code", "name"})

    code: Name50 | None = None
    name: Name50 | None = None
    description: str | None = None
    active: bool | None = None
    carrier_type: str | None = None
    custom_carrier_type_id: RecordNumber | None = None
    shipment_reference_template: str | None = None
    carrier_authentication: dict[str, JsonValue] | None = Field(default=None, repr=False)


class CarrierAttributes(CarrierChanges):
    """A carrier to create."""

    code: Name50 = Field()
    name: Name50 = Field()


class CarrierServiceChanges(Attributes):
    """What can be changed on a carrier's service."""

    never_null = frozenset({"code", "name", "carrier_id", "is_default", "active"})

    code: Code30 | None = None
    name: Name50 | None = None
    carrier_id: RecordNumber | None = None
    is_default: bool | None = None
    active: bool | None = None
    service_configuration: dict[str, JsonValue] | None = Field(default=None, repr=False)
    external_preset_name: str | None = None
    external_preset_id: RecordNumber | None = None


class CarrierServiceAttributes(CarrierServiceChanges):
    """A carrier's service to create."""

    code: Code30 = Field()
    name: Name50 = Field()
    carrier_id: RecordNumber = Field()
    is_default: bool = Field()
    active: bool = Field()


class ParcelAttributes(Attributes):
    """A parcel inside a shipment, in kilograms and centimetres."""

    reference: str | None = None
    weight: Quantity | None = None
    height: Quantity | None = None
    length: Quantity | None = None
    width: Quantity | None = None


class ShipmentChanges(TextSlots, Referenced):
    """What can be changed on a shipment.

    `packages` is the schema's field; the guides write `packages_changes` (which holds is not published, confidence
    medium for the schema). Whether it adds to the parcels or replaces them is not published either.
    """

    never_null = frozenset({"packages"})

    goods_out_id: RecordNumber | None = None
    carrier_id: RecordNumber | None = None
    carrier_service_id: RecordNumber | None = None
    reference: str | None = None
    tracking_number: str | None = None
    packages: Several[ParcelAttributes] | None = None


class ShipmentAttributes(ShipmentChanges):
    """A shipment to create. The schema requires nothing, the guides `goods_out_id`: so do we."""

    never_null = frozenset({"packages", "goods_out_id"})

    goods_out_id: RecordNumber = Field()


class NewShipment(ShipmentAttributes, Addressed):
    """A shipment to create, with the address that it goes to where that is not its order's."""


class ShipmentUpdate(ShipmentChanges, Addressed):
    """What one PATCH of a shipment carries: fields, and another address."""


class PackageDimensions(Attributes):
    """Size, weight and declared value of a package, with their units."""

    never_null = frozenset({"unit_of_measure"})

    unit_of_measure: Length
    length: Measure | None = None
    width: Measure | None = None
    height: Measure | None = None
    weight: Measure | None = None
    weight_unit_of_measure: Weight | None = None
    value: Measure | None = None


class PackageChanges(Attributes):
    """What can be changed on a package."""

    never_null = frozenset({"storage_unit_type_id", "dimensions"})

    shipment_id: RecordNumber | None = None
    storage_unit_type_id: RecordNumber | None = None
    storage_unit_id: RecordNumber | None = None
    tracking_number: str | None = None
    dimensions: PackageDimensions | None = None


class PackageAttributes(PackageChanges):
    """A package to create."""

    storage_unit_type_id: RecordNumber = Field()


class LoadChanges(Slots, Referenced):
    """What can be changed on a load. Its date is `load_by` when it is read."""

    reference: str | None = None
    warehouse_id: RecordNumber | None = None
    carrier_id: RecordNumber | None = None
    carrier_service_id: RecordNumber | None = None
    trailer_id: RecordNumber | None = None
    expected_date_of_dispatch: Instant | None = None


class LoadAttributes(LoadChanges):
    """A load to create. Nothing is required."""


class LoadDropChanges(Attributes):
    """What can be changed on a stop of a load."""

    never_null = frozenset({"delivery_address_id", "goods_out_id", "expected_storage_unit_quantity"})

    delivery_address_id: RecordNumber | None = None
    goods_out_id: RecordNumber | None = None
    booking_date: Instant | None = None
    booking_reference: str | None = None
    expected_storage_unit_quantity: Annotated[int, Field(ge=0)] | None = None


class LoadDropAttributes(LoadDropChanges):
    """A stop of a load to create: for an address or for an order, as the tenant validates its loads."""

    never_null = LoadDropChanges.never_null | {"load_id"}

    load_id: RecordNumber
