"""A site file that sets every setting opens, and each setting reaches what it sets.

The list of settings is the model's own: a new one is red here until `every_setting.toml` sets it and `REACHES`
says what it has to reach.
"""

import datetime as dt
import enum
import tomllib
from collections.abc import Mapping, Set
from decimal import Decimal
from pathlib import Path, PurePath
from zoneinfo import ZoneInfo

import attrs
import pytest

from clarus_bluecherry.cli import closing
from clarus_bluecherry.config import Secrets, load_site
from clarus_bluecherry.config._alerts import WEEKDAYS
from clarus_bluecherry.config._walk import EACH, REQUIRED, settings
from clarus_bluecherry.flows import crosswalk, opening, opening_files

TEXT = Path(__file__).with_name("every_setting.toml").read_text("utf-8")
SETTINGS = {setting.name: setting for setting in settings()}
NOWHERE = {"SECRETS_FOLDER": "/nowhere"}
SECRETS = Secrets.from_environment(
    {"CLARUS_CLIENT_ID": "me", "CLARUS_CLIENT_SECRET": "s", "BLUECHERRY_SUBSCRIPTION_KEY": "k", **NOWHERE}
)
TOKEN = Secrets.from_environment({"CLARUS_TOKEN": "t", **NOWHERE})


class Pigeon:
    """A transport that a plug-in brings."""

    def __init__(self, name, options):
        self.name, self.options = name, options

    def close(self):
        """Nothing is open."""

    read = send = probe = ping = close


def channel_of(one, name):
    """A channel of alerts, as a table of the file says it."""
    channel = one.site.alert_channels[name]
    told = {each: getattr(channel, each) for each in attrs.fields_dict(type(channel))}
    kind = "email" if type(channel).__name__ == "MailChannel" else channel.kind
    return {**told, "kind": kind, "most_per_hour": one.site.alerts.most_per_hour[name]}


def rule_of(rule):
    """A rule of alerts, as a table of the file says it."""
    days = [WEEKDAYS[day] for day in sorted(rule.weekdays)]
    told = {each: getattr(rule, each) for each in attrs.fields_dict(type(rule))}
    times = [time.isoformat() for time in rule.digest]
    return {**told, "weekdays": days, "quiet": [*map(str, rule.quiet)], "digest": times}


class Opened:
    """The file with one transport: as text, read, and as the site that was opened."""

    def __init__(self, folder, transport, changes):
        text = TEXT.replace("FOLDER", str(folder)).replace("TRANSPORT", transport)
        for before, after in changes.items():
            text = text.replace(before, after)
        (folder / "units.csv").write_text("style,unit,pieces\n1,units,6\n", "utf-8")
        (folder / "packs.csv").write_text("pack_style,style,pieces\nP,1,6\n", "utf-8")
        path = folder / "site.toml"
        path.write_text(text, "utf-8")
        self.folder = folder
        self.raw, self.file, self.shared = tomllib.loads(text), load_site(path), []
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(opening_files, "SharedJournal", self._share)
            self._open()
        with opening.clarus_of(self.file.clarus, TOKEN) as clarus:
            self.token = clarus._sender._auth
        self._read(folder)

    def _share(self, url, name, before):
        """A journal in the ledger's database, which here is none that machines share."""
        self.shared.append(name)
        return before

    def _open(self):
        with opening.open_site(self.file, SECRETS) as self.site:
            self.transport = self.site.bluecherry.transport

    def _read(self, folder):
        self.report, self.learnt = {}, {}
        (folder / "report.csv").touch()
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(closing, "read_inventory_report", lambda text, **told: self.report.update(told))
            patch.setattr(crosswalk, "read_decisions", lambda path: path)
            patch.setattr(crosswalk, "learn_crosswalk", self._learn)
            closing.report_of(self.file, folder / "report.csv")
            crosswalk.learn(self.site, self.file)

    def _learn(self, site, recipe, decisions, stages, product_list):
        stages = [each.value for each in stages]
        self.learnt = {"recipe": recipe, "decisions": decisions, "stages": stages, "products": product_list}

    @property
    def sender(self):
        return self.site.clarus._sender

    @property
    def event(self):
        """What is said of a period, under the names of the settings."""
        told = self.file.ledger.history.events[0]
        names = ("state", "at", "section", "by", "note")
        days = {"first_day": told.period.first_day, "last_day": told.period.last_day}
        return {"period": told.period.name, **days, **{name: getattr(told, name) for name in names}}

    @property
    def weeks(self):
        """The years of the file, were they of weeks."""
        return self.file.ledger.model_copy(update={"fiscal_year": "4-5-4"}).years

    @property
    def intake(self):
        return self.transport._folder._intake

    @property
    def clarus_intake(self):
        return self.site.files.folder._intake

    @property
    def x12(self):
        return self.transport._codec._codecs[0]._profile

    @property
    def layouts(self):
        return self.transport._codec._layouts


@pytest.fixture(scope="module")
def opened(tmp_path_factory):
    folder = tmp_path_factory.mktemp("sites")
    bundle = folder / "ca.pem"
    bundle.touch()
    known = '"SHA256:' + "A" * 43 + '"'
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(opening, "open_plugin", Pigeon)
        patch.setattr(
            "clarus_bluecherry.http._sender._authorities", lambda path: True
        )  # no bundle of ours is true
        found = {}
        for transport in ("rest", "x12", "csv", "pigeon"):
            own = folder / transport
            own.mkdir()
            changes = {"CA_BUNDLE": str(bundle)}
            if transport == "csv":  # a server is known in one of two ways
                changes[f"host_keys = [{known}]"] = f'known_hosts = "{own}/down-hosts"'
                for hosts in ("up-hosts", "known_hosts"):
                    changes[f'known_hosts = "{own}/{hosts}"'] = f"host_keys = [{known}]"
            found[transport] = Opened(own, transport, changes)
    return found


def _each(section, by, /, **reaches):
    return {f"{section}.{name}": (by, reach) for name, reach in reaches.items()}


REACHES = {
    **_each(
        "clarus",
        "rest",
        subdomain=lambda one: one.site.clarus.tenant.subdomain,
        account=lambda one: one.site.account,
        zone=lambda one: one.site.warehouse_terms.zone,
        base_url=lambda one: one.sender.base_url,
        rest_prefix=lambda one: one.site.clarus.tenant.rest_prefix,
        warehouses=lambda one: one.site.warehouse_terms.locations,
        subtypes=lambda one: one.site.warehouse_terms.subtypes,
        return_types=lambda one: one.site.warehouse_terms.return_types,
        eaches=lambda one: one.site.warehouse_terms.eaches,
        page_size=lambda one: one.site.clarus.page_size,
        delete_verb=lambda one: one.site.clarus.tenant.delete_verb,
        extra_fields=lambda one: one.site.clarus.tenant.extra_fields,
        tenant_header_on_token=lambda one: "X-Clarus-Subdomain" in one.sender._auth.headers,
        token_scheme=lambda one: one.token.scheme,
        oauth=lambda one: one.sender._auth,
        http=lambda one: one.sender.settings,
    ),
    "clarus.transport": ("rest", lambda one: one.site.files and "files"),
    **_each(
        "clarus.files",
        "rest",
        root=lambda one: one.clarus_intake.incoming.parent,
        store=lambda one: one.site.files._kept._folder,
        group=lambda one: one.site.files.folder.outgoing.stat().st_mode & 0o777 == 0o770,
        settle=lambda one: one.clarus_intake.settle,
        lease=lambda one: one.clarus_intake.lease,
        retry_after=lambda one: one.clarus_intake.retry_after,
        attempts=lambda one: one.clarus_intake.attempts,
        ignored=lambda one: one.clarus_intake.ignored,
        journal=lambda one: next(one.folder.rglob("journal.sqlite")),
        journal_in_ledger=lambda one: "clarus_files" in one.shared,
        since=lambda one: one.site.files.since.date(),
        silence=lambda one: one.site.files.silence,
        taken_means=lambda one: "posted" if one.site.files.taken_is_posted else "accepted",
        products=lambda one: one.learnt["products"],
        upload=lambda one: one.site.files.bring.args[0].__self__._settings,
        download=lambda one: one.site.files.collect.args[0].func.__self__._settings,
        dispatched=lambda one: one.site.files.exports["dispatched"].layout,
        received=lambda one: one.site.files.exports["received"].layout,
        orders=lambda one: one.site.files.imports["goods_out"],
        pre_receipts=lambda one: one.site.files.imports["pre_receipt"],
    ),
    "clarus.files.upload.host_keys": (
        "csv",
        lambda one: one.site.files.bring.args[0].__self__._settings.host_keys,
    ),
    "clarus.files.download.known_hosts": (
        "csv",
        lambda one: one.site.files.collect.args[0].func.__self__._settings.known_hosts,
    ),
    "clarus.files.dispatched.names": ("rest", lambda one: one.site.files.exports["dispatched"].names),
    "clarus.files.received.names": ("rest", lambda one: one.site.files.exports["received"].names),
    "clarus.files.orders.names": ("rest", lambda one: one.site.files.imports["goods_out"].names._template),
    "clarus.files.pre_receipts.names": (
        "rest",
        lambda one: one.site.files.imports["pre_receipt"].names._template,
    ),
    "clarus.files.orders.header": (
        "rest",
        lambda one: ",".join(one.site.files.imports["goods_out"].template.columns),
    ),
    "clarus.files.pre_receipts.header": (
        "rest",
        lambda one: ",".join(one.site.files.imports["pre_receipt"].template.columns),
    ),
    **_each(
        "clarus.files.folders",
        "rest",
        incoming=lambda one: one.clarus_intake.incoming.name,
        outgoing=lambda one: one.site.files.folder.outgoing.name,
        work=lambda one: one.clarus_intake.work.name,
        archive=lambda one: one.clarus_intake.archive.name,
        quarantine=lambda one: one.clarus_intake.quarantine.name,
        sent=lambda one: one.site.files.folder._sent.name,
    ),
    **_each(
        "clarus.ids",
        "rest",
        keep=lambda one: one.site.clarus.ids._cache._keep,
        keep_absent=lambda one: one.site.clarus.ids._cache._keep_absent,
    ),
    **_each(
        "bluecherry",
        "rest",
        kinds=lambda one: one.site.kinds,
        rest=lambda one: one.transport.profile,
        http=lambda one: one.transport.sender.settings,
        base_url=lambda one: one.transport.sender.base_url,
        zone=lambda one: one.transport.profile.zone,
        currency=lambda one: one.site.currency,
        partner_id=lambda one: one.transport.profile.vnd_id,
        own_id=lambda one: one.transport.profile.our_id,
        company_prefix=lambda one: one.site.erp_terms.company_prefix,
        carriers=lambda one: one.site.erp_terms.carriers,
        reasons=lambda one: one.site.erp_terms.reasons,
        count_reasons=lambda one: one.site.erp_terms.count_reasons,
        eaches=lambda one: one.site.erp_terms.eaches,
        withdrawn_statuses=lambda one: one.site.withdrawn_statuses,
        inventory_report=lambda one: one.report,
    ),
    **_each(
        "bluecherry",
        "pigeon",
        transport=lambda one: one.transport.name,
        options=lambda one: one.transport.options,
    ),
    **_each(
        "bluecherry.files",
        "x12",
        root=lambda one: one.intake.incoming.parent,
        store=lambda one: one.transport._store._folder,
        names=lambda one: one.transport._profile.names._template,
        acknowledged_means=lambda one: one.transport._profile.acknowledged_means,
        words=lambda one: one.transport._profile.words,
        overlap=lambda one: one.transport._profile.overlap,
        snapshot_loss=lambda one: one.transport._profile.snapshot_loss,
        settle=lambda one: one.intake.settle,
        lease=lambda one: one.intake.lease,
        retry_after=lambda one: one.intake.retry_after,
        attempts=lambda one: one.intake.attempts,
        ignored=lambda one: one.intake.ignored,
        journal=lambda one: next(one.folder.rglob("memory.sqlite")),
        journal_in_ledger=lambda one: "bluecherry_files" in one.shared,
        group=lambda one: one.transport._folder.outgoing.stat().st_mode & 0o777 == 0o770,
        sftp=lambda one: one.transport._bring.args[0].func.__self__._settings,
    ),
    **_each(
        "bluecherry.files.folders",
        "x12",
        incoming=lambda one: one.intake.incoming.name,
        outgoing=lambda one: one.transport._folder.outgoing.name,
        work=lambda one: one.intake.work.name,
        archive=lambda one: one.intake.archive.name,
        quarantine=lambda one: one.intake.quarantine.name,
        sent=lambda one: one.transport._folder._sent.name,
    ),
    "bluecherry.files.sftp.host_keys": (
        "csv",
        lambda one: one.transport._bring.args[0].func.__self__._settings.host_keys,
    ),
    "bluecherry.sheets.carrier.names": ("csv", lambda one: one.transport._codec._kinds._patterns["carrier"]),
    "bluecherry.sheets.carrier.columns": (
        "csv",
        lambda one: {each.header: each.field for each in one.layouts["carrier"].columns},
    ),
    "bluecherry.sheets": ("csv", lambda one: one.layouts),
    **_each(
        "bluecherry.x12",
        "x12",
        own_qualifier=lambda one: one.x12.partners.sender_qualifier,
        partner_qualifier=lambda one: one.x12.partners.receiver_qualifier,
        own_group=lambda one: one.x12.partners.group_sender,
        partner_group=lambda one: one.x12.partners.group_receiver,
        is_test=lambda one: one.x12.partners.is_test,
        wants_acknowledgement=lambda one: one.x12.partners.wants_acknowledgement,
        names=lambda one: one.transport._codec._codecs[0].patterns,
        demands=lambda one: one.x12.demands,
    ),
    "bluecherry.x12": ("x12", lambda one: one.x12),
    **_each(
        "ledger",
        "rest",
        path=lambda one: one.site.ledger._database._engine.url.database,
        zone=lambda one: one.site.erp_terms.zone,
        go_live=lambda one: one.site.go_live.date(),
        closed_through=lambda one: one.site.calendar.closed_through,
        cut_off=lambda one: one.site.calendar.cut_off,
        zones=lambda one: one.site.calendar.zones,
        when_closed=lambda one: one.site.calendar.when_closed,
        fiscal_year=lambda one: one.file.ledger.fiscal_year,
        year_ends_in=lambda one: one.weeks.last_month,
        year_ends_on=lambda one: one.weeks.year_end,
        year_named_by_end=lambda one: one.weeks.named_by_end,
        section=lambda one: one.file.ledger.section,
        periods=lambda one: [one.event],
    ),
    **_each(
        "sku",
        "rest",
        separator=lambda one: one.learnt["recipe"].separator,
        parts=lambda one: one.learnt["recipe"].parts,
        max_length=lambda one: one.learnt["recipe"].max_length,
        readable=lambda one: one.learnt["recipe"].readable,
        match=lambda one: one.learnt["stages"],
        decisions=lambda one: one.learnt["decisions"],
        unmatched=lambda one: one.site.unmatched,
    ),
    "sku.parts.0.text": ("rest", lambda one: one.learnt["recipe"].parts[0].fixed),
    "feeds.overlap": ("rest", lambda one: one.site.feed_overlap),
    "feeds.label_wait": ("rest", lambda one: one.site.label_wait),
    "feeds.look_again": ("rest", lambda one: one.site.look_again),
    "feeds": ("rest", lambda one: one.site),
    "delivery.quiet": (
        "rest",
        lambda one: {name: [*map(str, windows)] for name, windows in one.site.quiet.items()},
    ),
    "delivery": ("rest", lambda one: one.site),
    "products": ("rest", lambda one: one.site.products),
    "exceptions": ("rest", lambda one: one.site.exceptions),
    "alerts.dashboard_url": ("rest", lambda one: one.site.alerts.url),
    "alerts.look_every": ("rest", lambda one: one.site.alerts.look_every),
    "alerts.channels": ("rest", lambda one: {name: channel_of(one, name) for name in one.site.alert_channels}),
    "alerts.rules": ("rest", lambda one: [*map(rule_of, one.site.alerts.rules)]),
    **_each(
        "units",
        "rest",
        factors=lambda one: one.site.erp_terms.units.sources[0].general,
        by_sku=lambda one: one.folder / f"{next(iter(one.site.erp_terms.units.sources[0].by_sku))[1].lower()}.csv",
        prepacks=lambda one: one.folder / next(iter(one.site.erp_terms.units.prepacks.values())).source,
        clarus=lambda one: one.site.clarus_units,
    ),
}
"""What a setting, or the settings of a table, reach, and by which transport."""


def plain(value):
    """A value as a TOML file writes it."""
    match value:
        case enum.Enum():
            return value.value
        case dt.timedelta():
            return value.total_seconds()
        case ZoneInfo():
            return value.key
        case Decimal():
            return float(value)
        case PurePath():
            return str(value)
        case None:
            return False
        case Mapping():
            return {name: plain(each) for name, each in value.items()}
        case Set() | list() | tuple():
            return sorted(map(plain, value)) if isinstance(value, Set) else [plain(each) for each in value]
    return value


def inside(value, steps):
    """What stands at `steps` in a record, a mapping or a list."""
    for step in steps:
        if isinstance(value, Mapping):
            value = value[step]
        else:
            value = value[int(step)] if isinstance(value, list | tuple) else getattr(value, step)
    return value


def written(raw, place, at=()):
    """Where the file writes the setting, with what it says there."""
    if not place:
        yield at, raw
    elif place[0] == EACH:
        entries = raw.items() if isinstance(raw, dict) else enumerate(raw)
        for name, entry in entries:
            yield from written(entry, place[1:], (*at, str(name)))
    elif place[0] in raw:
        yield from written(raw[place[0]], place[1:], (*at, place[0]))


def agrees(told, reached):
    """Sets have no order, words without case may change it, and what is added stands beside what was there."""
    if isinstance(told, dict):
        beside = dict(reached)
        return told.keys() <= beside.keys() and all(agrees(each, beside[name]) for name, each in told.items())
    if isinstance(told, list) and not all(isinstance(each, str) for each in told):
        return told == reached
    if isinstance(told, list):
        return sorted(map(str.casefold, told)) == sorted(map(str.casefold, reached))
    return isinstance(told, bool) is isinstance(reached, bool) and told == reached


def reach_of(place):
    """The entry of `REACHES` for a setting, and the steps from there."""
    for length in range(len(place), 0, -1):
        if (found := REACHES.get(".".join(place[:length]))) is not None:
            return *found, place[length:]
    raise AssertionError(f"{'.'.join(place)} is a setting, and REACHES does not say what it reaches")


@pytest.mark.parametrize("name", SETTINGS)
def test_a_setting_reaches_what_it_sets(opened, name):
    setting = SETTINGS[name]
    transport, _, _ = reach_of(setting.place)
    places = [*written(opened[transport].raw, setting.place)]
    assert places, f"{name} is a setting, and every_setting.toml does not set it"
    for place, told in places:
        transport, reach, steps = reach_of(place)
        assert setting.default is REQUIRED or told != plain(setting.default), "it is set to its default"
        assert agrees(told, plain(inside(reach(opened[transport]), steps)))


def test_no_two_settings_of_a_table_have_one_value_so_that_none_can_reach_the_others_place():
    def same(table):
        inner = [each for each in table.values() if isinstance(each, dict)]
        told = [each for each in table.values() if isinstance(each, str | int | float) and each is not bool(each)]
        return [each for each in told if told.count(each) > 1] + [found for each in inner for found in same(each)]

    assert same(tomllib.loads(TEXT)) == []


def test_a_setting_that_the_file_does_not_set_turns_the_walk_red():
    raw = tomllib.loads(TEXT)
    del raw["delivery"]["lease"]
    assert [*written(raw, ("delivery", "lease"))] == []


def test_a_setting_that_nothing_checks_turns_the_walk_red():
    with pytest.raises(AssertionError, match=r"clarus\.new is a setting"):
        reach_of(("clarus", "new"))
