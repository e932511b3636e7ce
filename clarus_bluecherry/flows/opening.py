"""Open a site: from the site file and the secrets to clients, ledger and terms, and close them all again.

Law of this module: nothing is sent while opening; whatever was opened is closed when the block ends, or when
opening fails half way.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from decimal import Decimal

from pydantic import SecretStr

from clarus_bluecherry.bluecherry import exchange
from clarus_bluecherry.bluecherry.client import BlueCherry
from clarus_bluecherry.bluecherry.edi import X12Codec, X12Profile
from clarus_bluecherry.bluecherry.exchange import Folder, NameTemplate, SftpSettings
from clarus_bluecherry.bluecherry.files import Codec, Codecs, FilesProfile, FileTransport
from clarus_bluecherry.bluecherry.messages import DeliveryStatus
from clarus_bluecherry.bluecherry.plugins import open_plugin
from clarus_bluecherry.bluecherry.profile import RestProfile
from clarus_bluecherry.bluecherry.sheets import Column, Dialect, SheetLayout, template
from clarus_bluecherry.bluecherry.sheets.codec import SheetCodec
from clarus_bluecherry.clarus.calls import INFERRED_FIELDS
from clarus_bluecherry.clarus.client import Clarus
from clarus_bluecherry.config import (
    BlueCherrySection,
    ClarusSection,
    FilesSection,
    Secrets,
    SftpSection,
    SheetSection,
    SiteFile,
)
from clarus_bluecherry.errors import ConfigurationError
from clarus_bluecherry.flows.site import Site, utc_now
from clarus_bluecherry.http.auth import ClientCredentials, StaticToken
from clarus_bluecherry.ledger.store import Ledger
from clarus_bluecherry.mapping import SUBTYPES, CarrierCodes, Effect, ErpTerms, WarehouseTerms
from clarus_bluecherry.x12 import Partners


@contextmanager
def open_site(file: SiteFile, secrets: Secrets) -> Iterator[Site]:
    """The site that `file` describes, with its clients and ledger open for the length of the block.

    What the file says is read once. A worker that runs for long reads the file again at each turn and works under
    its calendar, `site.with_calendar(load_site(path).ledger.calendar)`: closing a period is then a change of the
    file.
    """
    with (
        clarus_of(file.clarus, secrets) as clarus,
        bluecherry_of(file.bluecherry, secrets) as bluecherry,
        Ledger.open(file.ledger.path) as ledger,
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
            unmatched=file.sku.unmatched,
            withdrawn_statuses=file.bluecherry.withdrawn_statuses,
            go_live=dt.datetime.combine(file.ledger.go_live, dt.time.min, file.ledger.zone),
        )


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
    )


def clarus_of(section: ClarusSection, secrets: Secrets) -> Clarus:
    """A client for the tenant of the site file; whoever asks for it closes it."""
    return Clarus(
        section.subdomain,
        auth=_clarus_auth(section, secrets),
        base_url=section.base_url,
        rest_prefix=section.rest_prefix,
        page_size=section.page_size,
        delete_verb=section.delete_verb,
        extra_fields=INFERRED_FIELDS if section.extra_fields is None else section.extra_fields,
    )


def _clarus_auth(section: ClarusSection, secrets: Secrets) -> StaticToken | ClientCredentials:
    if secrets.clarus_token is not None:
        return StaticToken(secrets.clarus_token.get_secret_value())
    if secrets.clarus_client_id is None or secrets.clarus_client_secret is None:
        raise ConfigurationError(
            "neither CLARUS_TOKEN nor CLARUS_CLIENT_ID with CLARUS_CLIENT_SECRET is set",
            record="environment",
            field="CLARUS_TOKEN",
        )
    return ClientCredentials(
        token_url="/oauth/token",
        client_id=secrets.clarus_client_id.get_secret_value(),
        client_secret=secrets.clarus_client_secret.get_secret_value(),
    )


def bluecherry_of(section: BlueCherrySection, secrets: Secrets) -> BlueCherry:
    """A client over the transport of the site file; whoever asks for it closes it."""
    match section.transport:
        case "rest":
            return _rest(section, secrets)
        case "x12":
            codec = Codecs(_x12(section), _sheets(section))
            return BlueCherry(_files(section.files, codec, secrets))
        case "csv":
            return BlueCherry(_files(section.files, _sheets(section), secrets))
        case name:
            return BlueCherry(open_plugin(name, section.options))


def _rest(section: BlueCherrySection, secrets: Secrets) -> BlueCherry:
    profile = RestProfile(our_id=section.own_id, vnd_id=section.partner_id, zone=section.zone)
    key = secrets.bluecherry_subscription_key
    if not section.base_url:
        raise ConfigurationError("a value is required", record="site file", field="bluecherry.base_url")
    if key is None:
        raise ConfigurationError("not set", record="environment", field="BLUECHERRY_SUBSCRIPTION_KEY")
    return BlueCherry.rest(section.base_url, subscription_key=key.get_secret_value(), profile=profile)


def _files(files: FilesSection, codec: Codec, secrets: Secrets) -> FileTransport:
    profile = FilesProfile(
        names=NameTemplate(files.names),
        acknowledged_means=DeliveryStatus(files.acknowledged_means),
        snapshot_loss=Decimal(repr(files.snapshot_loss)),
    )
    folder = Folder(files.root, settle=dt.timedelta(seconds=files.settle))
    try:
        pump = _pump(files.sftp, folder, codec, secrets) if files.sftp else _stand_still
        return FileTransport(folder, codec, profile, store=files.root / "store", now=utc_now, pump=pump)
    except BaseException:
        folder.close()
        raise


def _stand_still() -> None:
    """The folder itself is what both sides see."""


def _pump(section: SftpSection, folder: Folder, codec: Codec, secrets: Secrets) -> Callable[[], object]:
    told = section.model_dump(exclude={"settle"})
    settings = SftpSettings(
        **told,
        settle=dt.timedelta(seconds=section.settle),
        password=_shown(secrets.bluecherry_sftp_password),
        passphrase=_shown(secrets.bluecherry_sftp_passphrase),
    )
    server = exchange.SftpExchange(folder, settings)  # loads the SFTP client only where there is a server
    return lambda: server.pump(codec.patterns)


def _shown(secret: SecretStr | None) -> str | None:
    return None if secret is None else secret.get_secret_value()


def _x12(section: BlueCherrySection) -> X12Codec:
    told = section.x12
    partners = Partners(
        sender=section.own_id,
        receiver=section.partner_id,
        sender_qualifier=told.own_qualifier,
        receiver_qualifier=told.partner_qualifier,
        is_test=told.is_test,
    )
    profile = X12Profile(partners=partners, unit=told.unit, also_each=told.also_each, returns=told.returns)
    return X12Codec(profile, told.names)


def _sheets(section: BlueCherrySection) -> SheetCodec:
    layouts = {kind: _layout(kind, sheet) for kind, sheet in section.sheets.items()}
    return SheetCodec(layouts, {kind: sheet.names for kind, sheet in section.sheets.items() if sheet.names})


def _layout(kind: str, sheet: SheetSection) -> SheetLayout:
    dialect = Dialect(**sheet.dialect.model_dump())
    if not sheet.columns:
        return template(kind, dialect)
    return SheetLayout(kind, [Column(header, field) for header, field in sheet.columns.items()], dialect)
