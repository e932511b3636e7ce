"""The pytest plug-in: fixtures for a sandbox of one's own. It is found by its entry point.

Law of this module: being there costs nothing: whatever is heavy is imported by the fixture that needs it, once a
test asks for it. A package that is missing is named with the `pip install` that brings it.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

import pytest

from clarus_bluecherry._lazy import need

if TYPE_CHECKING:
    from clarus_bluecherry.bluecherry.client import BlueCherry
    from clarus_bluecherry.clarus._client import Clarus
    from clarus_bluecherry.flows.site import Site
    from clarus_bluecherry.sandbox import Faults, Sandbox

_CONTRACTS = "clarus_bluecherry.testing.contracts"
_SERVERS = ("graphql", "starlette", "uvicorn")

if _CONTRACTS not in sys.modules:
    pytest.register_assert_rewrite(_CONTRACTS)


def pytest_configure(config: pytest.Config) -> None:
    """Tell pytest the marker."""
    told = "sandbox(seed=1, scale='small'): which season the fixture `sandbox` is stocked with"
    config.addinivalue_line("markers", told)


@pytest.fixture
def sandbox(request: pytest.FixtureRequest) -> Iterator[Sandbox]:
    """Both systems on loopback with their people, fresh for each test; `@pytest.mark.sandbox(...)` says which."""
    for module in _SERVERS:
        need(module, extra="testing", purpose="the fixture `sandbox`")
    from clarus_bluecherry.sandbox import Sandbox

    marker = request.node.get_closest_marker("sandbox")
    with Sandbox(*marker.args, **marker.kwargs) if marker else Sandbox() as running:
        yield running


@pytest.fixture
def sandbox_environment(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> Mapping[str, str]:
    """The variables that lead a program to the sandbox, set in this process and in those it starts."""
    for name, value in sandbox.environment.items():
        monkeypatch.setenv(name, value)
    return sandbox.environment


@pytest.fixture
def clarus_faults(sandbox: Sandbox) -> Faults:
    """What goes wrong between your program and the sandbox's warehouse."""
    return sandbox.faults["clarus"]


@pytest.fixture
def bluecherry_faults(sandbox: Sandbox) -> Faults:
    """What goes wrong between your program and the sandbox's Blue Cherry."""
    return sandbox.faults["bluecherry"]


@pytest.fixture
def sandbox_clarus(sandbox: Sandbox) -> Iterator[Clarus]:
    """A client for the sandbox's warehouse."""
    from clarus_bluecherry.testing.sites import clarus_of

    with clarus_of(sandbox) as client:
        yield client


@pytest.fixture
def sandbox_bluecherry(sandbox: Sandbox) -> Iterator[BlueCherry]:
    """A client for the sandbox's Blue Cherry."""
    from clarus_bluecherry.testing.sites import bluecherry_of

    with bluecherry_of(sandbox) as client:
        yield client


@pytest.fixture
def sandbox_site(sandbox: Sandbox) -> Iterator[Site]:
    """A site between both, with a ledger in memory and its crosswalk learnt: what the flows work with."""
    from clarus_bluecherry.testing.sites import site_of

    with site_of(sandbox) as site:
        yield site
