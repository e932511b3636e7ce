"""Packages load what is asked for, and no more: a step in a fresh process pays for what it uses."""

import importlib
import subprocess
import sys
import types
from pathlib import Path

import pytest

PACKAGES = [
    "bluecherry.messages",
    "clarus",
    "clarus.wire",
    "finance",
    "finance.exceptions",
    "flows",
    "flows.sku_audit",
    "http",
    "mapping",
    "mapping.plain",
    "report.sku_audit",
    "sku",
]

A_STEP = """
import sys
sys.path.append({here!r})
import plain_world as world
from clarus_bluecherry.mapping import plain

assert plain.pick_to_goods_out(world.a_pick(), world.SETTINGS)
print(*sorted(name.removeprefix("clarus_bluecherry.") for name in sys.modules))
"""

NOT_OF_A_PICK = {
    *("sku.inference", "sku.audit", "sku.matching._crosswalk", "ledger", "finance.reconcile", "bluecherry.client"),
    *(
        "clarus._client",
        "clarus._resources.products",
        "clarus._reading.orders",
        "http._sender",
        "mapping.plain.back",
    ),
    *(
        f"clarus._writing.{name}"
        for name in ("goods_in", "kinds", "parties", "products", "setup", "stock", "transport")
    ),
}


@pytest.mark.parametrize("package", PACKAGES)
def test_every_public_name_of_a_package_is_there(package):
    module = importlib.import_module(f"clarus_bluecherry.{package}")
    assert [name for name in module.__all__ if not hasattr(module, name)] == []
    assert not hasattr(module, "nobodys_name")


@pytest.mark.parametrize(
    ("package", "name"),
    [
        ("finance", "reconcile"),
        ("finance", "in_flight"),
        ("flows", "deliver"),
        ("sku", "audit"),
    ],
)
def test_a_function_is_not_hidden_by_the_module_of_its_name(package, name):
    script = f"""
import clarus_bluecherry.{package}.{name}
from clarus_bluecherry import {package}
assert callable({package}.{name}), {package}.{name}
from clarus_bluecherry.{package} import {name}
assert callable({name})
"""
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", script], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


def test_a_public_module_is_a_module():
    mapping = importlib.import_module("clarus_bluecherry.mapping")
    assert isinstance(mapping.clarus, types.ModuleType)


def test_a_step_loads_no_record_that_it_does_not_write():
    script = A_STEP.format(here=str(Path(__file__).parent))
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert NOT_OF_A_PICK & set(done.stdout.split()) == set()
    assert "clarus._writing.goods_out" in done.stdout
