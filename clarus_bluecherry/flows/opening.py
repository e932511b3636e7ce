"""Open a site: from the site file and the secrets to clients, ledger and terms, and close them all again.

Law of this module: nothing is sent while opening; whatever was opened is closed when the block ends, or when
opening fails half way.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from typing import TypeVar

from attrs import evolve
from pydantic import SecretStr

from clarus_bluecherry.bluecherry.client import BlueCherry
from clarus_bluecherry.bluecherry.edi import CGS, X12Codec, X12Profile
from clarus_bluecherry.bluecherry.files import Codec, Codecs, FilesProfile, FileTransport
from clarus_bluecherry.bluecherry.kinds import kind_named
from clarus_bluecherry.bluecherry.messages import DeliveryStatus
from clarus_bluecherry.bluecherry.plugins import open_plugin
from clarus_bluecherry.bluecherry.sheets import Column, SheetLayout, template
from clarus_bluecherry.bluecherry.sheets.codec import SheetCodec
from clarus_bluecherry.clarus import UNDOCUMENTED_FIELDS, IdCache
from clarus_bluecherry.clarus._client import Clarus
from clarus_bluecherry.config import (
    BlueCherrySection,
    ClarusSection,
    ExceptionsSection,
    ProductsSection,
    Secrets,
    SftpSection,
    SheetSection,
    SiteFile,
)
from clarus_bluecherry.config._section import in_setting
from clarus_bluecherry.errors import ClarusBluecherryError, ConfigurationError
from clarus_bluecherry.exchange import Folder, NameTemplate
from clarus_bluecherry.finance.exceptions import EscalationStep, ExceptionPolicy
from clarus_bluecherry.flows.opening_alerts import alert_channels, alert_terms
from clarus_bluecherry.flows.opening_files import clarus_files_of, folder_of, problems_of, secret_text, server_of
from clarus_bluecherry.flows.personal import PERSONAL
from clarus_bluecherry.flows.routes import order_kinds
from clarus_bluecherry.flows.site import Site, utc_now
from clarus_bluecherry.flows.units import units_of
from clarus_bluecherry.http import Call, ClientCredentials, Response, Sender, Settings, StaticToken
from clarus_bluecherry.ledger.store import Ledger
from clarus_bluecherry.mapping import SUBTYPES, CarrierCodes, Effect, ErpTerms, ProductTerms, WarehouseTerms
from clarus_bluecherry.model import Units
from clarus_bluecherry.x12 import Partners

T = TypeVar("T")


@contextmanager
def open_site(file: SiteFile, secrets: Secrets) -> Iterator[Site]:
    """The site that `file` describes, with its clients and ledger open for the length of the block.

    What the file says is read once; its periods close and open when their time comes. Who keeps a site open for
    long reads the file again before a turn, so that closing a period is a change of the file: of its `ledger`,
    `site.with_calendar(ledger.calendar, ledger.history, section=ledger.section)`.
    """
    with (
        clarus_of(file.clarus, secrets) as clarus,
        bluecherry_of(file.bluecherry, secrets, units_of(file), file.ledger.path) as bluecherry,
        clarus_files_of(file.clarus, secrets, file.ledger.path) as files,
        Ledger.open(file.ledger.path, personal=PERSONAL) as ledger,
    ):
        yield Site(
            clarus=clarus,
            bluecherry=bluecherry,
            ledger=ledger,
            account=file.clarus.account,
            warehouses=file.clarus.warehouses,
            erp_zone=file.bluecherry.zone,
            currency=file.bluecherry.currency,
            warehouse_terms=warehouse_terms(file.clarus),
            erp_terms=erp_terms(file),
            calendar=file.ledger.calendar,
            periods=file.ledger.history,
            section=file.ledger.section,
            years=file.ledger.years,
            unmatched=file.sku.unmatched,
            withdrawn_statuses=file.bluecherry.withdrawn_statuses,
            kinds=None if file.bluecherry.kinds is None else frozenset(file.bluecherry.kinds),
            go_live=dt.datetime.combine(file.ledger.go_live, dt.time.min, file.ledger.zone),
            feed_overlap=file.feeds.overlap,
            label_wait=file.feeds.label_wait,
            look_again=file.feeds.look_again,
            reopen_window=file.feeds.reopen_window,
            reversal_interval=file.feeds.reversal_interval,
            latest_effect=file.delivery.latest_effect,
            most_questions=file.delivery.most_questions,
            messages_per_minute=file.delivery.messages_per_minute,
            quiet=file.delivery.quiet,
            lease=file.delivery.lease,
            longest_retry_after=file.delivery.longest_retry_after,
            products=product_terms(file.products),
            exceptions=exception_policy(file.exceptions),
            alerts=alert_terms(file),
            alert_channels=alert_channels(file, secrets),
            clarus_units=file.units.clarus,
            files=files,
            has_api=file.clarus.transport == "api" or has_credentials(secrets),
        )


def product_terms(section: ProductsSection) -> ProductTerms:
    """What may happen to products, from its section of the site file."""
    with in_setting("products"):
        return ProductTerms(**dict(section))


def exception_policy(section: ExceptionsSection) -> ExceptionPolicy:
    """When something is an exception, and when it is too much, from its section of the site file."""
    steps = tuple(EscalationStep(step.after, step.to) for step in section.escalation)
    return ExceptionPolicy(**{**dict(section), "escalation": steps})


def warehouse_terms(section: ClarusSection) -> WarehouseTerms:
    """How to read Clarus, from its section of the site file."""
    try:
        subtypes = {code.upper(): Effect(effect) for code, effect in section.subtypes.items()}
    except ValueError as error:
        raise ConfigurationError(str(error), record="site file", field="clarus.subtypes") from error
    return WarehouseTerms(
        zone=section.zone,
        locations=section.warehouses,
        subtypes={**SUBTYPES, **subtypes},
        return_types=section.return_types,
        eaches=section.eaches,
    )


def erp_terms(file: SiteFile) -> ErpTerms:
    """How to write to Blue Cherry, from the site file. Dates are those of the ledger's time zone."""
    section = file.bluecherry
    return ErpTerms(
        zone=file.ledger.zone,
        carriers={code: CarrierCodes(each.shipper, each.scac) for code, each in section.carriers.items()},
        reasons=section.reasons,
        count_reasons=section.count_reasons,
        company_prefix=section.company_prefix,
        eaches=section.eaches,
        units=units_of(file),
        tells_division=section.transport == "rest" and section.rest.send_division,
    )


class _NoApi(Sender):
    """Stands in for the API of a tenant that is reached by file only: whoever asks it hears so."""

    def send_with_response(self, call: Call[T]) -> Response[T]:
        """Raise `ConfigurationError`: nothing can be asked."""
        raise ConfigurationError(
            f"this site reaches the warehouse by file only, and {call.name} is known to its API alone",
            record="environment",
            field="CLARUS_TOKEN",
            action="Set the credentials of its API to ask it. That nothing was read is not: nothing is there.",
        )


def clarus_of(section: ClarusSection, secrets: Secrets) -> Clarus:
    """A client for the tenant of the site file; whoever asks for it closes it.

    Without credentials, where the tenant is reached by file, whatever is asked of it is refused.
    """
    if section.transport == "files" and not has_credentials(secrets):
        return Clarus(section.subdomain, sender=_NoApi(section.base_url))
    return Clarus(
        section.subdomain,
        auth=_clarus_auth(section, secrets),
        base_url=section.base_url,
        rest_prefix=section.rest_prefix,
        page_size=section.page_size,
        delete_verb=section.delete_verb,
        extra_fields=UNDOCUMENTED_FIELDS if section.extra_fields is None else section.extra_fields,
        id_cache=IdCache(**dict(section.ids)),
        tenant_header_on_token=section.tenant_header_on_token,
        settings=_settings("CLARUS", section.http, secrets.clarus_proxy, secrets.clarus_headers),
    )


def has_credentials(secrets: Secrets) -> bool:
    """Whether there is anything with which Clarus's API can be asked."""
    return any((secrets.clarus_token, secrets.clarus_client_id, secrets.clarus_client_secret))


def _clarus_auth(section: ClarusSection, secrets: Secrets) -> StaticToken | ClientCredentials:
    if secrets.clarus_token is not None:
        return StaticToken(secrets.clarus_token.get_secret_value(), scheme=section.token_scheme)
    if secrets.clarus_client_id is None or secrets.clarus_client_secret is None:
        raise ConfigurationError(
            "neither CLARUS_TOKEN nor CLARUS_CLIENT_ID with CLARUS_CLIENT_SECRET is set",
            record="environment",
            field="CLARUS_TOKEN",
        )
    return ClientCredentials(
        **dict(section.oauth),
        client_id=secrets.clarus_client_id.get_secret_value(),
        client_secret=secrets.clarus_client_secret.get_secret_value(),
    )


def _settings(system: str, told: Settings, proxy: SecretStr | None, headers: SecretStr | None) -> Settings:
    """How a system is asked over HTTP: what the file says, and what it may not say."""
    more = {} if headers is None else _headers(headers.get_secret_value(), f"{system}_HEADERS")
    return evolve(told, headers={**told.headers, **more}, proxy=secret_text(proxy) or told.proxy)


def _headers(text: str, name: str) -> dict[str, str]:
    pairs = [line.partition(":") for line in text.splitlines() if line.strip()]
    if not all(colon for _, colon, _ in pairs):
        raise ConfigurationError("a line is not `Name: value`", record="environment", field=name)
    return {header.strip(): value.strip() for header, _, value in pairs}


def bluecherry_of(
    section: BlueCherrySection, secrets: Secrets, units: Units | None = None, ledger: str = ""
) -> BlueCherry:
    """A client over the transport of the site file; whoever asks for it closes it.

    `units` are those that an X12 document may count in, beside the each: see `units_of`.
    """
    match section.transport:
        case "rest":
            return _rest(section, secrets)
        case "x12" | "csv":
            return BlueCherry(_files(section, codec_of(section, units), secrets, ledger))
        case name:
            return BlueCherry(open_plugin(name, section.options))


def codec_of(section: BlueCherrySection, units: Units | None = None) -> Codec:
    """How this site's files are read; `units` as for `bluecherry_of`.

    Raises `ConfigurationError` where nothing comes by file.
    """
    match section.transport:
        case "x12":
            return Codecs(X12Codec(x12_of(section, units or Units()), section.x12.names), _sheets(section))
        case "csv":
            return _sheets(section)
        case name:
            what = f"{name} brings no files: only x12 and csv do"
            raise ConfigurationError(what, record="site file", field="bluecherry.transport")


def kinds_of(section: BlueCherrySection) -> Sequence[str]:
    """The names of the kinds that this site reads from files."""
    return _usual_orders() if section.kinds is None else section.kinds


def _rest(section: BlueCherrySection, secrets: Secrets) -> BlueCherry:
    profile = evolve(section.rest, our_id=section.own_id, vnd_id=section.partner_id, zone=section.zone)
    key = secrets.bluecherry_subscription_key
    if not section.base_url:
        raise ConfigurationError("a value is required", record="site file", field="bluecherry.base_url")
    if key is None:
        raise ConfigurationError("not set", record="environment", field="BLUECHERRY_SUBSCRIPTION_KEY")
    return BlueCherry.rest(
        section.base_url,
        subscription_key=key.get_secret_value(),
        profile=profile,
        settings=_settings("BLUECHERRY", section.http, secrets.bluecherry_proxy, secrets.bluecherry_headers),
    )


def _files(section: BlueCherrySection, codec: Codec, secrets: Secrets, ledger: str) -> FileTransport:
    files = section.files
    profile = FilesProfile(
        names=NameTemplate(files.names),
        acknowledged_means=DeliveryStatus(files.acknowledged_means),
        overlap=files.overlap,
        snapshot_loss=files.snapshot_loss,
        **({} if files.words is None else {"words": files.words}),
    )
    folder = folder_of(files, "bluecherry.files", ledger)
    try:
        pump = _pump(files.sftp, folder, codec, secrets) if files.sftp else tuple
        return FileTransport(
            folder,
            codec,
            profile,
            store=files.store or files.root / "store",
            now=utc_now,
            pump=pump,
            kinds=kinds_of(section),
        )
    except BaseException:
        folder.close()
        raise


def _usual_orders() -> list[str]:
    return [kind.name for kind in order_kinds() if kind.is_usual]


def _pump(
    section: SftpSection, folder: Folder, codec: Codec, secrets: Secrets
) -> Callable[[], Sequence[ClarusBluecherryError]]:
    server = server_of(section, folder, secrets.bluecherry_sftp_password, secrets.bluecherry_sftp_passphrase)
    return partial(problems_of, partial(server.pump, codec.patterns))


def x12_of(section: BlueCherrySection, units: Units) -> X12Profile:
    """How this site's X12 is. Raises `ConfigurationError` with the setting that it cannot be without."""
    told = section.x12
    for name in ("own_id", "partner_id"):
        if not getattr(section, name).strip():
            what = "X12 needs it: the identifier of an interchange, agreed with CGS"
            raise ConfigurationError(what, record="site file", field=f"bluecherry.{name}")
    for name, by_kind in (("sets", told.sets), ("marks", told.marks)):
        for kind in by_kind:
            _is_kind(kind, f"bluecherry.x12.{name}.{kind}")
    partners = Partners(
        sender=section.own_id,
        receiver=section.partner_id,
        sender_qualifier=told.own_qualifier,
        receiver_qualifier=told.partner_qualifier,
        group_sender=told.own_group,
        group_receiver=told.partner_group,
        is_test=told.is_test,
        wants_acknowledgement=told.wants_acknowledgement,
    )
    with in_setting("bluecherry.x12"):
        return X12Profile(
            partners=partners,
            delimiters=told.delimiters,
            parts=told.parts,
            references=told.references,
            reasons=told.reasons,
            reporting=told.reporting,
            unit=told.unit,
            also_each=told.also_each,
            charset=told.charset,
            also_from=told.also_from,
            also_for=told.also_for,
            also_releases=told.also_releases,
            answers_ta1=told.answers_ta1,
            units=units,
            sets=told.sets,
            marks=told.marks,
            kinds=frozenset(section.kinds or ()),
            cost=told.cost,
            transport_mode=told.transport_mode,
            demands=CGS if told.demands == "cgs" else None,
        )


def _is_kind(name: str, place: str) -> None:
    """Raises `ConfigurationError`, with the place in the site file, where there is no such kind."""
    try:
        kind_named(name)
    except ConfigurationError as error:
        raise ConfigurationError(error.what, record="site file", field=place) from None


def _sheets(section: BlueCherrySection) -> SheetCodec:
    for kind in section.sheets:
        _is_kind(kind, f"bluecherry.sheets.{kind}")
    layouts = {kind: _layout(kind, sheet) for kind, sheet in section.sheets.items()}
    return SheetCodec(layouts, {kind: sheet.names for kind, sheet in section.sheets.items() if sheet.names})


def _layout(kind: str, sheet: SheetSection) -> SheetLayout:
    if not sheet.columns:
        return template(kind, sheet.dialect)
    return SheetLayout(kind, [Column(header, field) for header, field in sheet.columns.items()], sheet.dialect)
