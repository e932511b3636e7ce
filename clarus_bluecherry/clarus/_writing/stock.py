"""Stock, stock checks and warehouse tasks as they are written.

Law of this module: nothing here sets a quantity on hand. A stock record's descriptions can change; quantities move
by the calls of `stocks`, by counting, and by completing tasks.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from clarus_bluecherry._wire import Day, Instant
from clarus_bluecherry.clarus._writing.base import (
    Attributes,
    Length,
    Measure,
    Quantity,
    RecordNumber,
    Several,
    Slots,
    StockConfiguration,
    Volume,
    Weight,
)


class StockDimensions(Attributes):
    """Size and weight of a stock record, with their units."""

    never_null = frozenset(
        {
            "height",
            "length",
            "width",
            "unit_of_measure",
            "weight",
            "weight_unit_of_measure",
            "packing_weight",
            "packing_weight_unit_of_measure",
            "cube",
            "volume",
            "volume_unit_of_measure",
            "value",
            "stock_configuration",
        }
    )

    height: Measure | None = None
    length: Measure | None = None
    width: Measure | None = None
    unit_of_measure: Length | None = None
    weight: Measure | None = None
    weight_unit_of_measure: Weight | None = None
    packing_weight: Measure | None = None
    packing_weight_unit_of_measure: Weight | None = None
    packing_description: str | None = None
    cube: Measure | None = None
    volume: Measure | None = None
    volume_unit_of_measure: Volume | None = None
    value: Measure | None = None
    stock_configuration: StockConfiguration | None = None


class StockChanges(Slots):
    """What can be changed on a stock record: descriptions, never the quantity."""

    never_null = frozenset(
        {
            "stock_configuration",
            "units_per_configuration",
            "units_per_layer",
            "configurations_per_layer",
            "height",
            "width",
            "depth",
            "unit_of_measure",
            "unit_dimensions",
        }
    )

    description: str | None = None
    stock_configuration: StockConfiguration | None = None
    units_per_configuration: Measure | None = None
    units_per_layer: Measure | None = None
    configurations_per_layer: Measure | None = None
    height: Measure | None = None
    width: Measure | None = None
    depth: Measure | None = None
    unit_of_measure: Length | None = None
    unit_dimensions: StockDimensions | None = None


# Counting ----------------------------------------------------------------------------------------------------


class StockCheckAttributes(Attributes):
    """A count of one location to ask for."""

    location_id: RecordNumber
    expected_completion_date: Instant


class StockCheckAttempt(Attributes):
    """What was counted of one product, batch and dates."""

    product_id: RecordNumber
    physical_count: Quantity
    batch: str | None = None
    sell_by_date: Day | None = None
    best_before_date: Day | None = None


# Tasks -------------------------------------------------------------------------------------------------------


class Received(Attributes):
    """What arrived under a receive task; the task's own start quantity where `confirmed_quantity` is not set."""

    never_null = frozenset({"serial_numbers"})

    location_to_id: RecordNumber | None = None
    storage_unit_to_id: RecordNumber | None = None
    confirmed_quantity: Measure | None = None
    serial_numbers: Several[str] | None = None
    base_storage_unit_type_id: RecordNumber | None = None


class ReceivedToPutaway(Attributes):
    """What arrived and lies in its place already."""

    never_null = frozenset({"serial_numbers"})

    location_to_id: RecordNumber
    storage_unit_to_id: RecordNumber | None = None
    confirmed_quantity: Measure | None = None
    serial_numbers: Several[str] | None = None


TaskType = Literal["PICK", "DISP", "RCV", "PWAY", "TRAN", "REPLEN", "LOAD", "CONV"]


class TaskChanges(Slots):
    """What can be changed on a task. `status` is written `completed` in lower case; lists show it in upper case.

    A higher priority is more urgent, the opposite of orders.
    """

    never_null = frozenset({"account_id", "product_id", "warehouse_id", "serial_numbers"})

    status: str | None = None
    confirmed_quantity: Measure | None = None
    location_from_id: RecordNumber | None = None
    location_to_id: RecordNumber | None = None
    storage_unit_from_id: RecordNumber | None = None
    storage_unit_to_id: RecordNumber | None = None
    serial_numbers: Several[str] | None = None
    start_quantity: Measure | None = None
    account_id: RecordNumber | None = None
    warehouse_id: RecordNumber | None = None
    product_id: RecordNumber | None = None
    stock_id: RecordNumber | None = None
    stock_description: str | None = None
    priority: int | None = None
    drop_sequence: Annotated[int, Field(ge=1, le=9_999_999_999)] | None = None
    notes: str | None = None
    user_id: RecordNumber | None = None
    user_created_by_id: RecordNumber | None = None
    user_completed_by_id: RecordNumber | None = None
    assigned_at: Instant | None = None
    start_at: Instant | None = None
    end_at: Instant | None = None
    completed_at: Instant | None = None
    load_id: RecordNumber | None = None
    load_drop_id: RecordNumber | None = None
    parent_task_id: RecordNumber | None = None
    device_id: RecordNumber | None = None
    device_type_id: RecordNumber | None = None
    dispatch_container_id: RecordNumber | None = None
    transaction_line_id: RecordNumber | None = None
    transaction_number_id: RecordNumber | None = None
