"""What all tests share: hypothesis on a busy machine, what no test may do, and which tests are the fast lane."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import one_bundle
import pytest
import waiting_guard
from hypothesis import HealthCheck, settings

if TYPE_CHECKING:  # the fast lane needs no demo
    from clarus_bluecherry.cli.demo.story import Story

# A loaded machine is slow, not wrong: no example has a deadline, slow generation is no failure. With CI set the
# same examples are tried each time, so that whether a change lands depends on the change alone.
settings.register_profile(
    "here", deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize="CI" in os.environ
)
settings.load_profile("here")

FAST = frozenset(
    {
        "test_bluecherry_client",
        "test_bluecherry_messages",
        "test_bluecherry_reads",
        "test_clarus_calls",
        "test_clarus_client",
        "test_close_rules",
        "test_cli",
        "test_cli_x12",
        "test_errors",
        "test_exchange_folder",
        "test_exchange_intent",
        "test_exchange_sftp",
        "test_finance_calendar",
        "test_finance_reconcile",
        "test_flows_loop",
        "test_http_auth",
        "test_http_retry",
        "test_http_sender",
        "test_ledger_states",
        "test_ledger_store",
        "test_mapping_bluecherry",
        "test_mapping_clarus",
        "test_plain_steps",
        "test_model_invariants",
        "test_reconcile_properties",
        "test_sandbox_bluecherry",
        "test_sandbox_clarus",
        "test_sheets",
        "test_site_file",
        "test_sku_recipe",
        "test_testing_factories",
        "test_wire_records",
        "test_x12",
    }
)
"""Modules of the fast lane (`pytest -m fast`): each room and each package that we depend on, in under a minute."""


def pytest_configure(config: pytest.Config) -> None:
    """Certificates are read once, and no test of ours lets a request leave inside a transaction of the ledger."""
    one_bundle.install()
    waiting_guard.install()
    config.pluginmanager.register(waiting_guard)


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Import nothing else for the fast lane alone: importing all tests takes as long as running these."""
    is_alone = config.option.markexpr == "fast" and collection_path.suffix == ".py"
    return True if is_alone and collection_path.stem not in FAST else None


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what belongs to the fast lane."""
    for item in items:
        if item.path.stem in FAST:
            item.add_marker(pytest.mark.fast)


@pytest.fixture(scope="session")
def story() -> Iterator[Story]:
    """A demo that was played to its end. Who changes something there puts it back."""
    from clarus_bluecherry.cli.demo.show import played

    with played(seed=1, scale="small") as story:
        yield story
