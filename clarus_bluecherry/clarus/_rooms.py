"""All resources under one roof, behind whichever door.

Law of this module: it names each resource once; a resource loads when it is first asked for. `calls` is the roof
behind which nothing is sent; the two clients are the others.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from importlib import import_module
from typing import TYPE_CHECKING

from clarus_bluecherry._lazy import homes
from clarus_bluecherry.clarus._envelopes import JSON_HEADERS, REST_PREFIX, attachment, raw
from clarus_bluecherry.clarus._filters import Where
from clarus_bluecherry.clarus._refusal import refusal
from clarus_bluecherry.clarus._resources._doors import D_co, Data, Door, Resource, listing, operation
from clarus_bluecherry.errors import InvalidRecord
from clarus_bluecherry.http._call import Answer, Call, Json

if TYPE_CHECKING:
    from clarus_bluecherry.clarus._graphql import Listing
    from clarus_bluecherry.clarus._reading.node import AnyNode
    from clarus_bluecherry.clarus._resources.accounts import AccountProducts, Accounts, AccountWarehouses
    from clarus_bluecherry.clarus._resources.automations import Automations
    from clarus_bluecherry.clarus._resources.carriers import Carriers, CarrierServices
    from clarus_bluecherry.clarus._resources.file_channel import Documents, FtpUsers, ImportTemplates
    from clarus_bluecherry.clarus._resources.goods_in_receipts import GoodsInReceipts
    from clarus_bluecherry.clarus._resources.goods_outs import GoodsOutLines, GoodsOuts
    from clarus_bluecherry.clarus._resources.integrations import (
        ExternalEntities,
        IntegrationProductMappings,
        Integrations,
        MappingGroupFields,
        MappingGroups,
        Mappings,
    )
    from clarus_bluecherry.clarus._resources.kinds import OrderTypes, ReasonCodes
    from clarus_bluecherry.clarus._resources.loads import LoadDrops, Loads
    from clarus_bluecherry.clarus._resources.parties import (
        CollectionAddresses,
        Customers,
        DeliveryAddresses,
        Suppliers,
    )
    from clarus_bluecherry.clarus._resources.picking import GoodsOutPickLists, PickProcessingRequests
    from clarus_bluecherry.clarus._resources.places import Locations, Sites, Warehouses
    from clarus_bluecherry.clarus._resources.products import (
        AlternativeCodes,
        AlternativeCodeTypes,
        ProductMaterials,
        Products,
        ProductStorageUnits,
    )
    from clarus_bluecherry.clarus._resources.shipments import Packages, Shipments
    from clarus_bluecherry.clarus._resources.stock_checks import StockChecks
    from clarus_bluecherry.clarus._resources.stocks import StockBalances, Stocks, StorageUnits, Transactions
    from clarus_bluecherry.clarus._resources.tasks import Tasks
    from clarus_bluecherry.clarus._resources.units import StockUnitTypes, StorageUnitTypes


class Rooms(Resource[D_co]):
    """Everything that Clarus can be asked, by resource, and the calls that know no resource.

    Those are one per style, for what has no resource here: `jsonapi` for the `data` envelope, `rest` for flat
    bodies and for none, `upload` and `download` for files, `listing` for lists, and `query` for any other GraphQL
    query. Bodies go out as given.
    """

    goods_outs: GoodsOuts[D_co]
    """Outbound orders. One whose processing has started cannot be deleted: cancel it."""
    goods_out_lines: GoodsOutLines[D_co]
    """Lines of outbound orders. They change with their order: see `goods_outs.update`."""
    goods_out_pick_lists: GoodsOutPickLists[D_co]
    """Pick lists. Processing makes them; they cannot be cancelled over REST, and orders survive their deletion."""
    pick_processing_requests: PickProcessingRequests[D_co]
    """How far processing picks got."""
    goods_in_receipts: GoodsInReceipts[D_co]
    """Pre-receipts, receipts and returns. Drafts and pending ones can be deleted; there is no cancel over REST."""
    products: Products[D_co]
    """Products. One that has stock cannot be deleted."""
    product_materials: ProductMaterials[D_co]
    """Parts of kits: so many of one product in another. They live under the product that they make."""
    product_storage_units: ProductStorageUnits[D_co]
    """How products are packed."""
    alternative_codes: AlternativeCodes[D_co]
    """Other codes of products, suppliers, carriers and warehouses. No list of them is published: keep the id."""
    alternative_code_types: AlternativeCodeTypes[D_co]
    """Kinds of alternative code."""
    stock_unit_types: StockUnitTypes[D_co]
    """Units that stock is counted in."""
    storage_unit_types: StorageUnitTypes[D_co]
    """Kinds of pallet, tote and box."""
    stocks: Stocks[D_co]
    """Stock records."""
    stock_balances: StockBalances[D_co]
    """Stock per product, account and warehouse."""
    storage_units: StorageUnits[D_co]
    """Pallets, totes and boxes."""
    transactions: Transactions[D_co]
    """The warehouse's own ledger, one row per stock movement."""
    stock_checks: StockChecks[D_co]
    """Counts of stock."""
    tasks: Tasks[D_co]
    """Warehouse work."""
    shipments: Shipments[D_co]
    """Carrier shipments."""
    packages: Packages[D_co]
    """Parcels."""
    carriers: Carriers[D_co]
    """Carriers."""
    carrier_services: CarrierServices[D_co]
    """Carriers' services."""
    loads: Loads[D_co]
    """Loads. No call dispatches, opens or closes one: the vendor has none."""
    load_drops: LoadDrops[D_co]
    """Stops of a load. A drop cannot be deleted over REST."""
    accounts: Accounts[D_co]
    """Stock owners."""
    account_warehouses: AccountWarehouses[D_co]
    """Which accounts keep stock in which warehouses."""
    account_products: AccountProducts[D_co]
    """Which account may hold which product."""
    warehouses: Warehouses[D_co]
    """Warehouses."""
    sites: Sites[D_co]
    """Sites."""
    locations: Locations[D_co]
    """Places in the warehouses."""
    customers: Customers[D_co]
    """Recipients of goods."""
    suppliers: Suppliers[D_co]
    """Suppliers."""
    delivery_addresses: DeliveryAddresses[D_co]
    """Customers' delivery addresses. No list of them is published: keep the id that a create answers."""
    collection_addresses: CollectionAddresses[D_co]
    """Suppliers' collection addresses. No list of them is published: keep the id that a create answers."""
    order_types: OrderTypes[D_co]
    """Kinds of order."""
    reason_codes: ReasonCodes[D_co]
    """Reason codes."""
    automations: Automations[D_co]
    """Automations; webhooks are automations whose action is a webhook."""
    integrations: Integrations[D_co]
    """Other systems that the tenant is joined to."""
    external_entities: ExternalEntities[D_co]
    """Records of other systems."""
    mapping_groups: MappingGroups[D_co]
    """Groups of mappings."""
    mapping_group_fields: MappingGroupFields[D_co]
    """Fields of mapping groups. Each lives under its group, and can only be added."""
    mappings: Mappings[D_co]
    """Mappings that belong to no integration."""
    integration_product_mappings: IntegrationProductMappings[D_co]
    """Products and what they are in other systems. Each lives under its group."""
    import_templates: ImportTemplates[D_co]
    """Which importer reads which files."""
    ftp_users: FtpUsers[D_co]
    """SFTP users of the file channel."""
    documents: Documents[D_co]
    """Files that Clarus made or was given."""

    @operation
    def rest(
        self,
        method: str,
        path: str,
        *,
        json: Json = None,
        query: tuple[tuple[str, str], ...] = (),
        repeatable: bool | None = None,
        record: str = "",
    ) -> Call[Json]:
        """Any REST operation. `path` is the documented one with the ids filled in; the value is the answer's JSON.

        A 204 is None. GET, PUT and DELETE are taken as repeatable, other methods not, unless `repeatable` says so.

        >>> calls.rest("PATCH", "/api/putaway_rules/7/position", json={"position": 1}).name
        'PATCH /api/putaway_rules/7/position'
        """
        method = method.upper()
        return Call(
            name=f"{method} {_checked(path)}",
            method=method,
            path=path,
            query=query,
            headers=JSON_HEADERS,
            json=json,
            read=_json_or_nothing,
            refusal=refusal,
            repeatable=method in _REPEATABLE if repeatable is None else repeatable,
            record=record,
        )

    @operation
    def jsonapi(
        self,
        method: str,
        path: str,
        kind: str,
        attributes: Mapping[str, Json],
        *,
        relationships: Mapping[str, Json] | None = None,
        repeatable: bool | None = None,
        record: str = "",
    ) -> Call[Json]:
        """Any REST operation that takes the `data` envelope: `kind` is its type, as a rule the plural of the path.

        >>> calls.jsonapi("PATCH", "/api/trailers/7", "trailers", {"reference": "T-1"}).json
        {'data': {'type': 'trailers', 'attributes': {'reference': 'T-1'}}}
        """
        data: dict[str, Json] = {"type": kind, "attributes": dict(attributes)}
        if relationships:
            data["relationships"] = dict(relationships)
        return calls.rest(method, path, json={"data": data}, repeatable=repeatable, record=record)

    @listing
    def listing(
        self,
        root: str,
        fields: str,
        *,
        filter_type: str = "",
        where: Where | None = None,
        key: Iterable[str] = ("id",),
        page_size: int | None = None,
    ) -> Listing[AnyNode]:
        """Any GraphQL list: rows keep all `fields` that were asked for in `model_extra`.

        `filter_type` is the type of the list's filter, needed with `where`; `key` are the fields that tell rows
        apart.

        >>> calls.listing("trailers", "id reference").root
        'trailers'
        """
        if where and not filter_type:
            raise InvalidRecord(
                "the type of the list's filter is needed", record=f"list of {root}", field="filter_type"
            )
        from clarus_bluecherry.clarus._graphql import Listing, by  # see `asked`
        from clarus_bluecherry.clarus._reading.node import AnyNode

        return Listing(
            root=root,
            filter_type=filter_type,
            model=AnyNode,
            fields=fields,
            where=where or {},
            key=by(*key),
            page_size=page_size,
        )

    @operation
    def upload(
        self,
        path: str,
        content: bytes,
        *,
        filename: str,
        media_type: str = "application/octet-stream",
        record: str = "",
    ) -> Call[Json]:
        """Any raw binary upload: a document's content, an automation's template."""
        return Call(
            name=f"POST {_checked(path)}",
            method="POST",
            path=path,
            headers=attachment(filename, media_type),
            content=content,
            read=_json_or_nothing,
            refusal=refusal,
            record=record,
        )

    @operation
    def download(self, path: str, *, method: str = "GET", json: Json = None, record: str = "") -> Call[bytes]:
        """Any operation that answers with a file: a label as PDF, a confirmation in the tenant's format."""
        return Call(
            name=f"{method} {_checked(path)}",
            method=method,
            path=path,
            headers=JSON_HEADERS,
            json=json,
            read=raw,
            refusal=refusal,
            repeatable=method in _REPEATABLE,
            record=record,
        )

    @operation
    def query(
        self, text: str, variables: Mapping[str, Json] | None = None, *, name: str = "graphql", record: str = ""
    ) -> Call[dict[str, Json]]:
        """Any GraphQL query of your own, introspection for example; its value is the answer's `data`.

        Raises `QueryFailed` when the answer holds errors, with whatever data came in `partial`.
        """
        from clarus_bluecherry.clarus import _graphql as graphql  # see `asked`

        return graphql.query(text, variables, name=name, record=record)


_HOMES = homes("""
    goods_outs: GoodsOuts GoodsOutLines
    picking: GoodsOutPickLists PickProcessingRequests
    goods_in_receipts: GoodsInReceipts
    products: Products ProductMaterials ProductStorageUnits AlternativeCodes AlternativeCodeTypes
    units: StockUnitTypes StorageUnitTypes
    stocks: Stocks StockBalances StorageUnits Transactions
    stock_checks: StockChecks
    tasks: Tasks
    shipments: Shipments Packages
    carriers: Carriers CarrierServices
    loads: Loads LoadDrops
    accounts: Accounts AccountWarehouses AccountProducts
    places: Warehouses Sites Locations
    parties: Customers Suppliers DeliveryAddresses CollectionAddresses
    kinds: OrderTypes ReasonCodes
    automations: Automations
    integrations: Integrations ExternalEntities MappingGroups MappingGroupFields Mappings
        IntegrationProductMappings
    file_channel: ImportTemplates FtpUsers Documents
""")
_PATH = re.compile(rf"{REST_PREFIX}(/[A-Za-z0-9_-]+)+")
_REPEATABLE = frozenset({"GET", "PUT", "DELETE"})


def _room(kind: str) -> Callable[[Resource[Door]], object]:
    """The resource of this class for whoever asks, behind the same door."""

    def room(roof: Resource[Door]) -> object:
        module = import_module(f"clarus_bluecherry.clarus._resources.{_HOMES[kind]}")
        return getattr(module, kind)(roof._door)

    return room


for _name, _kind in Rooms.__annotations__.items():  # where a type checker sees an attribute, a property loads it
    setattr(Rooms, _name, property(_room(_kind.partition("[")[0])))


class Calls(Rooms[Data]):
    """Everything that Clarus can be asked, as data: `Call`s and `Listing`s for whoever sends them."""


calls = Calls(Data())
"""`calls.products.list(code="X")` is a `Listing`, `calls.goods_outs.cancel(7)` a `Call`."""


def _checked(path: str) -> str:
    if not _PATH.fullmatch(path):
        raise InvalidRecord(f"{path!r} is not a path under {REST_PREFIX}/ with its ids filled in", field="path")
    return path


def _json_or_nothing(answer: Answer) -> Json:
    return answer.json() if answer.body.strip() else None
