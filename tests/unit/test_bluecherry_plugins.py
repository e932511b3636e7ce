"""A transport that another package brings is found by the name it registers."""

import sys

import pytest

from clarus_bluecherry.bluecherry.plugins import GROUP, open_plugin
from clarus_bluecherry.errors import ConfigurationError


@pytest.fixture
def installed(tmp_path, monkeypatch):
    """Install a package that registers `names`, each with the object it points at."""

    def install(package, module, **names):
        folder = tmp_path / package
        metadata = folder / f"{package}-1.0.dist-info"
        metadata.mkdir(parents=True)
        (folder / f"{package}.py").write_text(module, "utf-8")
        (metadata / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {package}\nVersion: 1.0\n", "utf-8")
        lines = "\n".join(f"{name} = {package}:{target}" for name, target in names.items())
        (metadata / "entry_points.txt").write_text(f"[{GROUP}]\n{lines}\n", "utf-8")
        monkeypatch.syspath_prepend(str(folder))

    yield install
    for name in ("carrier_pigeon", "second_pigeon", "broken_pigeon"):
        sys.modules.pop(name, None)


PIGEON = """
class Pigeon:
    def __init__(self, options):
        self.loft = options["loft"]

    def ping(self):
        return f"coo from {self.loft}"
"""


def test_a_registered_transport_is_opened_with_the_sites_options(installed):
    installed("carrier_pigeon", PIGEON, pigeon="Pigeon")
    assert open_plugin("pigeon", {"loft": "NJ"}).ping() == "coo from NJ"


def test_a_name_that_nobody_registers_is_refused_with_those_that_are(installed):
    installed("carrier_pigeon", PIGEON, pigeon="Pigeon")
    with pytest.raises(ConfigurationError, match=r"no transport 'dove'.*pigeon") as caught:
        open_plugin("dove", {})
    assert caught.value.field == "bluecherry.transport"


def test_a_name_that_two_packages_claim_is_refused(installed):
    installed("carrier_pigeon", PIGEON, pigeon="Pigeon")
    installed("second_pigeon", PIGEON, pigeon="Pigeon")
    with pytest.raises(ConfigurationError, match="both claim the name 'pigeon'"):
        open_plugin("pigeon", {})


@pytest.mark.parametrize("target", ["Missing", "Pigeon"])
def test_a_transport_that_cannot_be_imported_is_named(installed, target):
    installed("broken_pigeon", "import no_such_module" if target == "Pigeon" else "", pigeon=target)
    with pytest.raises(ConfigurationError, match="cannot be imported from broken_pigeon"):
        open_plugin("pigeon", {})
