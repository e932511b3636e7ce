"""Everything that Clarus can be asked, as data: functions that return a `Call` or a `Listing`.

Law of this package: it knows everything and does nothing. `Clarus` and `AsyncClarus` send these calls; so can any
HTTP connector that hands the answer to `Call.result` (see `Tenant.applied` for the tenant's header).
"""

from typing import TYPE_CHECKING

from clarus_bluecherry._lazy import homes, lazy

if TYPE_CHECKING:
    from clarus_bluecherry.clarus.calls.automation import (
        automation_action,
        create_automation,
        create_webhook,
        delete_automation,
        delete_automation_attachment,
        run_automation,
        synchronize_integration,
        update_automation,
        upload_automation_attachment,
    )
    from clarus_bluecherry.clarus.calls.files import (
        download_document,
        send_document_to_ftp,
        upload_document,
    )
    from clarus_bluecherry.clarus.calls.generic import (
        download,
        jsonapi,
        listing,
        rest,
        upload,
    )
    from clarus_bluecherry.clarus.calls.goods_in import (
        create_goods_in_receipt,
        delete_goods_in_receipt,
        receive_goods_in_receipt,
        revert_goods_in_receipt,
        update_goods_in_receipt,
    )
    from clarus_bluecherry.clarus.calls.goods_out import (
        cancel_goods_out,
        create_goods_out,
        delete_goods_out,
        update_goods_out,
    )
    from clarus_bluecherry.clarus.calls.lines import (
        LineChange,
        added,
        removed,
        updated,
    )
    from clarus_bluecherry.clarus.calls.listings import (
        UNDOCUMENTED_FIELDS,
        ListOf,
        account_products,
        account_warehouses,
        accounts,
        alternative_code_types,
        automations,
        carrier_services,
        carriers,
        customers,
        documents,
        external_entities,
        goods_in_receipts,
        goods_out_lines,
        goods_out_pick_lists,
        goods_outs,
        import_templates,
        integration_product_mappings,
        integrations,
        loads,
        locations,
        mapping_groups,
        mappings,
        order_types,
        packages,
        pick_processing_requests,
        product_materials,
        product_storage_units,
        products,
        reason_codes,
        shipments,
        sites,
        stock_balances,
        stock_unit_types,
        stocks,
        storage_unit_types,
        storage_units,
        suppliers,
        tasks,
        transactions,
        warehouses,
    )
    from clarus_bluecherry.clarus.calls.picking import (
        PickProgress,
        delete_pick_list,
        pick_progress,
        process_and_consolidate_picks,
        process_picks,
        short_order_lines,
        trigger_replenishment,
        update_pick_list,
    )
    from clarus_bluecherry.clarus.calls.product import (
        assign_account_product,
        create_product,
        delete_product,
        delete_products,
        prioritise_product_storage_unit,
        unassign_account_product,
        update_product,
    )
    from clarus_bluecherry.clarus.calls.records import (
        add_mapping_group_field,
        create_account,
        create_account_warehouse,
        create_alternative_code,
        create_alternative_code_type,
        create_carrier,
        create_carrier_service,
        create_collection_address,
        create_customer,
        create_delivery_address,
        create_external_entity,
        create_ftp_user,
        create_import_template,
        create_integration,
        create_load,
        create_load_drop,
        create_mapping,
        create_mapping_group,
        create_material,
        create_order_type,
        create_package,
        create_product_mapping,
        create_product_storage_unit,
        create_reason_code,
        create_shipment,
        create_site,
        create_stock_unit_type,
        create_storage_unit_type,
        create_supplier,
        create_warehouse,
        delete_account,
        delete_account_warehouse,
        delete_alternative_code,
        delete_alternative_code_type,
        delete_carrier,
        delete_carrier_service,
        delete_collection_address,
        delete_collection_addresses,
        delete_customer,
        delete_delivery_address,
        delete_delivery_addresses,
        delete_external_entity,
        delete_ftp_user,
        delete_import_template,
        delete_integration,
        delete_load,
        delete_mapping,
        delete_mapping_group,
        delete_material,
        delete_order_type,
        delete_package,
        delete_product_mapping,
        delete_product_storage_unit,
        delete_reason_code,
        delete_shipment,
        delete_site,
        delete_stock_unit_type,
        delete_storage_unit_type,
        delete_supplier,
        delete_warehouse,
        update_account,
        update_account_warehouse,
        update_alternative_code,
        update_alternative_code_type,
        update_carrier,
        update_carrier_service,
        update_collection_address,
        update_customer,
        update_delivery_address,
        update_external_entity,
        update_ftp_user,
        update_import_template,
        update_integration,
        update_load,
        update_load_drop,
        update_mapping,
        update_mapping_group,
        update_material,
        update_order_type,
        update_package,
        update_product_mapping,
        update_product_storage_unit,
        update_reason_code,
        update_shipment,
        update_site,
        update_stock_unit_type,
        update_storage_unit_type,
        update_supplier,
        update_warehouse,
    )
    from clarus_bluecherry.clarus.calls.shipping import (
        cancel_shipment,
        sequence_load_drop,
        submit_shipment,
    )
    from clarus_bluecherry.clarus.calls.stock import (
        hold_stocks,
        move_stock,
        negative_adjustment,
        offhold_stocks,
        transfer_stock,
        update_stock,
    )
    from clarus_bluecherry.clarus.calls.stock_check import (
        complete_stock_check,
        create_stock_check,
        record_stock_count,
        resolve_stock_checks,
    )
    from clarus_bluecherry.clarus.calls.task import (
        allocate_task,
        allocate_tasks,
        assign_storage_unit,
        complete_task,
        complete_tasks,
        export_receipt_confirmation,
        load_storage_unit,
        receive_task,
        receive_task_to_putaway_location,
        unallocate_task,
        unallocate_tasks,
        unload_storage_unit,
        update_task,
    )
    from clarus_bluecherry.clarus.graphql import (
        Listing,
        Operators,
        Page,
        Where,
        any_of,
        between,
        eq,
        filled,
        gt,
        gteq,
        ilike,
        like,
        lt,
        lteq,
        query,
        since,
        until,
    )


# fmt: off
__all__ = [
    "UNDOCUMENTED_FIELDS", "LineChange", "ListOf", "Listing", "Operators", "Page", "PickProgress", "Where",
    "account_products", "account_warehouses", "accounts", "add_mapping_group_field", "added", "allocate_task",
    "allocate_tasks", "alternative_code_types", "any_of", "assign_account_product", "assign_storage_unit",
    "automation_action", "automations", "between", "cancel_goods_out", "cancel_shipment", "carrier_services",
    "carriers", "complete_stock_check", "complete_task", "complete_tasks", "create_account",
    "create_account_warehouse", "create_alternative_code", "create_alternative_code_type", "create_automation",
    "create_carrier", "create_carrier_service", "create_collection_address", "create_customer",
    "create_delivery_address", "create_external_entity", "create_ftp_user", "create_goods_in_receipt",
    "create_goods_out", "create_import_template", "create_integration", "create_load", "create_load_drop",
    "create_mapping", "create_mapping_group", "create_material", "create_order_type", "create_package",
    "create_product", "create_product_mapping", "create_product_storage_unit", "create_reason_code",
    "create_shipment", "create_site", "create_stock_check", "create_stock_unit_type", "create_storage_unit_type",
    "create_supplier", "create_warehouse", "create_webhook", "customers", "delete_account",
    "delete_account_warehouse", "delete_alternative_code", "delete_alternative_code_type", "delete_automation",
    "delete_automation_attachment", "delete_carrier", "delete_carrier_service", "delete_collection_address",
    "delete_collection_addresses", "delete_customer", "delete_delivery_address", "delete_delivery_addresses",
    "delete_external_entity", "delete_ftp_user", "delete_goods_in_receipt", "delete_goods_out",
    "delete_import_template", "delete_integration", "delete_load", "delete_mapping", "delete_mapping_group",
    "delete_material", "delete_order_type", "delete_package", "delete_pick_list", "delete_product",
    "delete_product_mapping", "delete_product_storage_unit", "delete_products", "delete_reason_code",
    "delete_shipment", "delete_site", "delete_stock_unit_type", "delete_storage_unit_type", "delete_supplier",
    "delete_warehouse", "documents", "download", "download_document", "eq", "export_receipt_confirmation",
    "external_entities", "filled", "goods_in_receipts", "goods_out_lines", "goods_out_pick_lists", "goods_outs",
    "gt", "gteq", "hold_stocks", "ilike", "import_templates", "integration_product_mappings", "integrations",
    "jsonapi", "like", "listing", "load_storage_unit", "loads", "locations", "lt", "lteq", "mapping_groups",
    "mappings", "move_stock", "negative_adjustment", "offhold_stocks", "order_types", "packages",
    "pick_processing_requests", "pick_progress", "prioritise_product_storage_unit",
    "process_and_consolidate_picks", "process_picks", "product_materials", "product_storage_units", "products",
    "query", "reason_codes", "receive_goods_in_receipt", "receive_task", "receive_task_to_putaway_location",
    "record_stock_count", "removed", "resolve_stock_checks", "rest", "revert_goods_in_receipt", "run_automation",
    "send_document_to_ftp", "sequence_load_drop", "shipments", "short_order_lines", "since", "sites",
    "stock_balances", "stock_unit_types", "stocks", "storage_unit_types", "storage_units", "submit_shipment",
    "suppliers", "synchronize_integration", "tasks", "transactions", "transfer_stock", "trigger_replenishment",
    "unallocate_task", "unallocate_tasks", "unassign_account_product", "unload_storage_unit", "until",
    "update_account", "update_account_warehouse", "update_alternative_code", "update_alternative_code_type",
    "update_automation", "update_carrier", "update_carrier_service", "update_collection_address",
    "update_customer", "update_delivery_address", "update_external_entity", "update_ftp_user",
    "update_goods_in_receipt", "update_goods_out", "update_import_template", "update_integration", "update_load",
    "update_load_drop", "update_mapping", "update_mapping_group", "update_material", "update_order_type",
    "update_package", "update_pick_list", "update_product", "update_product_mapping",
    "update_product_storage_unit", "update_reason_code", "update_shipment", "update_site", "update_stock",
    "update_stock_unit_type", "update_storage_unit_type", "update_supplier", "update_task", "update_warehouse",
    "updated", "upload", "upload_automation_attachment", "upload_document", "warehouses",
]
# fmt: on

__getattr__ = lazy(
    __name__,
    homes("""
    clarus_bluecherry.clarus.graphql: Listing Operators Page Where any_of between eq filled gt gteq ilike like lt
        lteq query since until
    automation: automation_action create_automation create_webhook delete_automation
        delete_automation_attachment run_automation synchronize_integration update_automation
        upload_automation_attachment
    files: download_document send_document_to_ftp upload_document
    generic: download jsonapi listing rest upload
    goods_in: create_goods_in_receipt delete_goods_in_receipt receive_goods_in_receipt revert_goods_in_receipt
        update_goods_in_receipt
    goods_out: cancel_goods_out create_goods_out delete_goods_out update_goods_out
    lines: LineChange added removed updated
    listings: UNDOCUMENTED_FIELDS ListOf account_products account_warehouses accounts alternative_code_types
        automations carrier_services carriers customers documents external_entities goods_in_receipts
        goods_out_lines goods_out_pick_lists goods_outs import_templates integration_product_mappings
        integrations loads locations mapping_groups mappings order_types packages pick_processing_requests
        product_materials product_storage_units products reason_codes shipments sites stock_balances
        stock_unit_types stocks storage_unit_types storage_units suppliers tasks transactions warehouses
    picking: PickProgress delete_pick_list pick_progress process_and_consolidate_picks process_picks
        short_order_lines trigger_replenishment update_pick_list
    product: assign_account_product create_product delete_product delete_products
        prioritise_product_storage_unit unassign_account_product update_product
    records: add_mapping_group_field create_account create_account_warehouse create_alternative_code
        create_alternative_code_type create_carrier create_carrier_service create_collection_address
        create_customer create_delivery_address create_external_entity create_ftp_user create_import_template
        create_integration create_load create_load_drop create_mapping create_mapping_group create_material
        create_order_type create_package create_product_mapping create_product_storage_unit create_reason_code
        create_shipment create_site create_stock_unit_type create_storage_unit_type create_supplier
        create_warehouse delete_account delete_account_warehouse delete_alternative_code
        delete_alternative_code_type delete_carrier delete_carrier_service delete_collection_address
        delete_collection_addresses delete_customer delete_delivery_address delete_delivery_addresses
        delete_external_entity delete_ftp_user delete_import_template delete_integration delete_load
        delete_mapping delete_mapping_group delete_material delete_order_type delete_package
        delete_product_mapping delete_product_storage_unit delete_reason_code delete_shipment delete_site
        delete_stock_unit_type delete_storage_unit_type delete_supplier delete_warehouse update_account
        update_account_warehouse update_alternative_code update_alternative_code_type update_carrier
        update_carrier_service update_collection_address update_customer update_delivery_address
        update_external_entity update_ftp_user update_import_template update_integration update_load
        update_load_drop update_mapping update_mapping_group update_material update_order_type update_package
        update_product_mapping update_product_storage_unit update_reason_code update_shipment update_site
        update_stock_unit_type update_storage_unit_type update_supplier update_warehouse
    shipping: cancel_shipment sequence_load_drop submit_shipment
    stock: hold_stocks move_stock negative_adjustment offhold_stocks transfer_stock update_stock
    stock_check: complete_stock_check create_stock_check record_stock_count resolve_stock_checks
    task: allocate_task allocate_tasks assign_storage_unit complete_task complete_tasks
        export_receipt_confirmation load_storage_unit receive_task receive_task_to_putaway_location
        unallocate_task unallocate_tasks unload_storage_unit update_task
    """),
)
