"""Which names are safe, how ours are made, and which kind a partner's name says."""

import datetime as dt

import pytest

from clarus_bluecherry.errors import ConfigurationError, InvalidRecord
from clarus_bluecherry.exchange import Kinds, NameTemplate, check_name
from clarus_bluecherry.exchange.names import LONGEST_NAME, is_temporary

NOON = dt.datetime(2026, 3, 2, 12, tzinfo=dt.UTC)


@pytest.mark.parametrize(
    "name",
    [
        "",
        ".",
        "..",
        ".hidden",
        "../up",
        "/etc/passwd",
        "a/b",
        "a\\b",
        "C:\\x",
        "a:stream",
        "a\nb",
        "a\0b",
        "a\x7f",
        "\u202etxt.exe",
        "half\udcff",
        " a",
        "a ",
        "x" * (LONGEST_NAME + 1),
        "é" * (LONGEST_NAME // 2 + 1),
    ],
)
def test_a_hostile_name_is_refused_and_quoted_harmlessly(name):
    with pytest.raises(InvalidRecord) as refused:
        check_name(name)
    assert str(refused.value).isascii()
    assert str(refused.value).isprintable()
    assert len(str(refused.value)) < 300


@pytest.mark.parametrize("name", ["940_1.edi", "Größe 42.csv", "a..b", "x" * LONGEST_NAME, "bestand (1).csv"])
def test_an_ordinary_name_is_safe(name):
    assert check_name(name) == name


@pytest.mark.parametrize(
    ("name", "temporary"),
    [("a.tmp", True), ("A.TMP", True), (".a.edi", True), ("../a", False), ("a.edi", False)],
)
def test_a_temporary_name_is_told_whatever_its_case(name, temporary):
    assert is_temporary(name, ("*.tmp",)) is temporary


@pytest.mark.parametrize(
    "template",
    [
        "{kind}.edi",
        "{control_number}_{customer}",
        "{control_number}{}",
        "{control_number",
        "{control_number!r}",
        "{control_number:>9}",
        "{control_number.__class__}",
        "{control_number}_{date}",
        "{control_number}_{date:%Y{kind}}",
        "{control_number}_{date:%H:%M}",
        "../{control_number}",
        ".{control_number}",
        "{control_number} ",
    ],
)
def test_a_wrong_template_is_found_before_the_first_file(template):
    with pytest.raises(ConfigurationError) as wrong:
        NameTemplate(template)
    assert wrong.value.record == "name template"


@pytest.mark.parametrize("value", ["", "../1", "a b", "a/b", ".1", "1.", "1\n", "é"])
def test_a_value_that_could_lead_elsewhere_is_refused(value):
    template = NameTemplate("{kind}-{control_number}")
    for values in ({"kind": value, "control_number": "1"}, {"kind": "945", "control_number": value}):
        with pytest.raises(InvalidRecord):
            template.fill(**values, at=NOON)


def test_a_name_is_dated_in_the_time_zone_it_is_given():
    template = NameTemplate("{control_number}_{date:%Y%m%d%H}")
    eastern = NOON.astimezone(dt.timezone(dt.timedelta(hours=-5)))
    assert template.fill(kind="945", control_number="1.2", at=eastern) == "1.2_2026030207"
    with pytest.raises(InvalidRecord):
        template.fill(kind="945", control_number="1", at=NOON.replace(tzinfo=None))


def test_the_first_kind_that_fits_is_the_kind():
    kinds = Kinds({"945": ["945*"], "any": ["*.edi", "*.x12"]})
    assert [kinds.of(name) for name in ("945_1.EDI", "9.x12", "readme.md")] == ["945", "any", None]
    for wrong in ("945*", [], [""]):
        with pytest.raises(ConfigurationError):
            Kinds({"945": wrong})
