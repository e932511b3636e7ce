"""Figures for Prometheus: what they say of a planted ledger; rules and panels name nothing that is not told."""

from __future__ import annotations

import datetime as dt
import json
import os
import re
import shutil
import subprocess
from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path

import httpx
import pytest
import yaml
from live_world import CANARIES, HOSTILE, HOUR, NOW, TERMS, Clock, dashboard, planted

from clarus_bluecherry.dashboard import metrics_text, watch
from clarus_bluecherry.errors import LedgerError
from clarus_bluecherry.ledger import KeptAlert
from clarus_bluecherry.ledger.store import Ledger

MONITORING = Path(__file__).parents[2] / "examples" / "monitoring"
_SAMPLE = re.compile(r"^(\w+)(?:\{(.*)\})? (\S+)$", re.MULTILINE)
_LABEL = re.compile(r'(\w+)="((?:[^"\\]|\\.)*)"')
Samples = Mapping[str, Mapping[frozenset[tuple[str, str]], float]]


def scraped(text: str) -> Samples:
    found: defaultdict[str, dict[frozenset[tuple[str, str]], float]] = defaultdict(dict)
    for name, labels, value in _SAMPLE.findall(text):
        found[name.removeprefix("clarus_bluecherry_")][frozenset(_LABEL.findall(labels))] = float(value)
    return found


def of(**labels: str) -> frozenset[tuple[str, str]]:
    return frozenset((name.rstrip("_"), value) for name, value in labels.items())


@pytest.fixture(scope="module")
def text(tmp_path_factory: pytest.TempPathFactory) -> str:
    place = tmp_path_factory.mktemp("live") / "ledger.sqlite"
    planted(place)
    _all_else(place)
    with dashboard(place) as url:
        answer = httpx.get(f"{url}/metrics")
    assert answer.headers["content-type"].startswith("text/plain; version=0.0.4")
    return answer.text


def _all_else(place: Path) -> None:
    """What is told only where something is wrong: a worker at work, a system left alone, alerts not told."""
    with Ledger.open(place, now=Clock()) as ledger:
        ledger.claim("clarus", worker="w2", limit=1, lease=dt.timedelta(minutes=5))
        ledger.system_failed("bluecherry", lambda failures: HOUR)
        alert = {
            "channel": "chat",
            "rule": "all",
            "identity": "receipt_unposted:receipt PO7/1",
            "times": 1,
            "step": "opened",
        }
        ledger.call_for_alerts([KeptAlert(key="chat:1", called_at=NOW, due=NOW, **alert)])
        assert ledger.take_alerts(["chat:1"], worker="w1", lease=HOUR)
        ledger.alerts_failed(["chat:1"], worker="w1", error="it does not answer", due=NOW)


def test_the_planted_figures_are_told(text: str) -> None:
    told = scraped(text)
    messages = told["open_messages"]
    assert messages == {
        of(target="clarus", kind="goods_out", state="rejected"): 1,
        of(target="clarus", kind="goods_out", state="in_doubt"): 1,
        of(target="clarus", kind="goods_out", state="sending"): 1,
    }
    assert told["oldest_open_message_age_seconds"][of(target="clarus", state="rejected")] == 3 * 3600
    assert told["lag_seconds"][of(target="clarus", kind="goods_out", percentile="95")] == 30 * 3600
    assert told["messages_last_hour"][of(target="clarus", kind="goods_out", state="posted")] == 1
    left = of(class_="dispatch_not_posted", owner="finance", currency="USD")
    assert told["exceptions_net_value"][left] == -1234567.80
    assert told["exceptions_gross_value"][left] == 1234567.80
    assert told["exceptions_over_limit"] == {of(class_="dispatch_not_posted", owner="finance"): 1}
    assert told["exceptions_without_value"] == {of(class_="negative_on_hand", owner="operations"): 1}
    assert told["inbox_waiting"] == {of(kind="unread", waits_for="person"): 1}
    assert told["period_open_messages"] == {of(period="2026-03"): 3}
    april = dt.datetime(2026, 4, 1, 4, tzinfo=dt.UTC)
    assert told["period_end_timestamp_seconds"] == {of(period="2026-03"): april.timestamp()}
    assert told["worker_read_timestamp_seconds"] == {of(): (NOW - dt.timedelta(minutes=2)).timestamp()}
    assert told["system_failures"] == {of(system="bluecherry"): 1}
    assert told["alerts_failing"] == {of(channel="chat"): 1}
    assert (told["ledger_up"], told["workers_sending"]) == ({of(): 1}, {of(): 1})
    assert told["scrape_duration_seconds"][of()] > 0


def test_labels_have_few_values_and_name_no_order_no_sku_and_no_person(text: str) -> None:
    values = {value for samples in scraped(text).values() for labels in samples for _, value in labels}
    assert not any(word in value for value in values for word in ("1001", "1002", "01234", HOSTILE, *CANARIES))
    for name, samples in scraped(text).items():
        assert len(samples) < 50, name


def test_nothing_is_kept_from_one_scrape_to_the_next(tmp_path: Path) -> None:
    import prometheus_client

    before = prometheus_client.generate_latest()
    planted(tmp_path / "ledger.sqlite")
    with Ledger.open_to_read(tmp_path / "ledger.sqlite", now=Clock()) as ledger:
        first, second = (scraped(metrics_text(lambda: watch(ledger, TERMS)).decode()) for _ in range(2))
    spent = "scrape_duration_seconds"
    assert {name: first[name] for name in first if name != spent} == {
        name: second[name] for name in second if name != spent
    }
    assert b"clarus_bluecherry" not in before
    assert b"clarus_bluecherry" not in prometheus_client.generate_latest()


def test_a_ledger_that_cannot_be_read_is_told_by_one_figure() -> None:
    def gone() -> None:
        raise LedgerError("gone")

    told = scraped(metrics_text(gone).decode())
    assert told["ledger_up"] == {of(): 0}
    assert set(told) == {"ledger_up", "build_info", "scrape_duration_seconds"}


# What is made of them ----------------------------------------------------------------------------------------


def rules() -> Iterator[tuple[str, Mapping[str, object]]]:
    told = yaml.safe_load((MONITORING / "alerts.yml").read_text("utf-8"))
    for group in told["groups"]:
        for rule in group["rules"]:
            yield rule["alert"], rule


def panels() -> Iterator[tuple[str, Mapping[str, object]]]:
    told = json.loads((MONITORING / "grafana.json").read_text("utf-8"))
    for panel in told["panels"]:
        for target in panel["targets"]:
            yield panel["title"], target


_NAMES = re.compile(r"clarus_bluecherry_(\w+)(?:\{([^}]*)\})?")
_BY = re.compile(r"\bby \(([^)]*)\)")
_SHOWN = re.compile(r"\{\{\s*(?:\$labels\.)?(\w+)\s*\}\}")


@pytest.mark.parametrize("name", [name for name, _ in rules()])
def test_each_rule_names_figures_and_labels_that_are_told(name: str, text: str) -> None:
    rule = dict(rules())[name]
    annotations = rule["annotations"]
    assert {"summary", "description"} <= set(annotations)
    assert rule["labels"]["severity"] in ("warning", "critical")
    shown = _SHOWN.findall(" ".join(annotations.values()))
    _is_told(rule["expr"], [each for each in shown if each != "value"], scraped(text))
    assert rule["labels"].get("owner", "finance") in ("finance", "operations", "integration")


def test_each_rule_is_shown_to_fire_and_to_be_over() -> None:
    shown = (MONITORING / "alerts_test.yml").read_text("utf-8")
    assert [name for name, _ in rules() if f'alertname="{name}"' not in shown] == []


def test_each_panel_names_figures_and_labels_that_are_told(text: str) -> None:
    for _, target in panels():
        _is_told(target["expr"], _SHOWN.findall(target["legendFormat"]), scraped(text))


def test_each_figure_has_a_panel(text: str) -> None:
    shown = {name for _, target in panels() for name, _ in _NAMES.findall(target["expr"])}
    assert shown == set(scraped(text))


def _is_told(expression: str, shown: list[str], told: Samples) -> None:
    """Each name is told, and so is each label and value of it that is asked for, grouped by or shown."""
    names = _NAMES.findall(expression)
    assert names
    labels = set[str]()
    for name, asked in names:
        assert name in told, name
        there = {label for sample in told[name] for label, _ in sample}
        labels |= there
        for label, way, value in re.findall(r'(\w+)(=~?)"([^"]*)"', asked):
            assert label in there, (name, label)
            known = {"state": _states(), "waits_for": {"person", "worker"}, "percentile": {"50", "95"}}
            values = set(value.split("|")) if way == "=~" else {value}
            assert values <= known.get(label, {told for sample in told[name] for _, told in sample})
    grouped = {label.strip() for group in _BY.findall(expression) for label in group.split(",")}
    assert grouped <= labels
    assert set(shown) <= (grouped or labels)


def _states() -> set[str]:
    from clarus_bluecherry.ledger import State

    return {state.value for state in State}


@pytest.mark.skipif(
    not os.environ.get("PROMTOOL"), reason="PROMTOOL=1 asks promtool: .ci/full does, before a release"
)
def test_promtool_takes_the_rules_their_tests_and_the_figures(text: str) -> None:
    promtool = shutil.which("promtool")
    if promtool is None:
        pytest.skip("no promtool on the PATH")
    for arguments in (["check", "rules", "alerts.yml"], ["test", "rules", "alerts_test.yml"]):
        subprocess.run([promtool, *arguments], cwd=MONITORING, check=True, capture_output=True)
    told = subprocess.run(
        [promtool, "check", "metrics"], input=text, check=False, capture_output=True, encoding="utf-8"
    )
    assert (told.returncode, told.stdout + told.stderr) == (0, "")
