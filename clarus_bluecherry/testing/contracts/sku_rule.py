"""What a SKU rule promises, as a test class: see `sku.SkuRule` and `sku.stages_named`.

Law of this module: a rule says what a code stands for, and is silent about what it does not know. It never
guesses, never raises, and says the same whenever it is asked.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import ClassVar

from clarus_bluecherry._lazy import need
from clarus_bluecherry.model import Product, Sku
from clarus_bluecherry.sku import DEFAULT_STAGES, Crosswalk, Matched, Recipe, SkuRule, WarehouseProduct, fold

need("pytest", extra="testing", purpose="a contract")

import pytest  # noqa: E402

STRANGE = (
    *("", " ", "-", "--", "0", "#N/A", "N/A", "-BLK-M", "01234-", "1E5", "2026-03-02", "01234\t-BLK-M\n"),
    *("\N{NO-BREAK SPACE}", "０１２３４", "SCHÖN-ß-Ü", "\N{SNOWMAN}", "\0", "\ud800", "9" * 5000),
)
"""Texts that stand in product codes of real warehouses, or could."""


class SkuRuleContract:
    """What every SKU rule promises. Subclass it as `TestMyRule`, with the fixture `rule`.

    `ties` are codes as your warehouse writes them and the SKUs that they stand for; `silent` are codes that the
    rule must say nothing about, such as those of other kinds of goods. `recipe` is how your codes are made.
    """

    ties: ClassVar[Mapping[str, Sku]] = {}
    silent: ClassVar[Collection[str]] = ()
    recipe: ClassVar[Recipe] = Recipe()

    @pytest.fixture
    def rule(self) -> SkuRule:
        """The rule, made anew."""
        pytest.fail(f"{type(self).__name__} needs a fixture `rule`", pytrace=False)

    @classmethod
    def pytest_generate_tests(cls, metafunc: pytest.Metafunc) -> None:
        """Run a check for each code that the subclass names."""
        for name, codes in {"tied": cls.ties, "unknown": cls.silent}.items():
            if name in metafunc.fixturenames:
                metafunc.parametrize(name, sorted(codes))

    def test_it_has_a_name(self, rule: SkuRule) -> None:
        """Explanations call it by that."""
        name: object = getattr(rule, "name", None)
        assert isinstance(name, str), "its `name` is not text"
        assert name.strip(), "its `name` is empty"

    def test_it_is_made_without_arguments(self, rule: SkuRule) -> None:
        """So that an entry point can name its class."""
        assert type(rule)().name == rule.name, "another one of its kind has another name"

    def test_it_reads_a_code_as_the_recipe_writes_it(self, rule: SkuRule, tied: str) -> None:
        """The reading is the SKU's whole code."""
        read, right = rule.reading(tied), self.recipe.code(self.ties[tied])
        assert read is not None, f"it says nothing of {tied!r}"
        assert fold(read).text == fold(right).text, (
            f"it reads {tied!r} as {read!r}, and the SKU's code is {right!r}"
        )

    def test_it_is_silent_about_what_it_does_not_know(self, rule: SkuRule, unknown: str) -> None:
        """Nothing is better than a guess."""
        assert rule.reading(unknown) is None, f"it reads {unknown!r} as {rule.reading(unknown)!r}"

    @pytest.mark.parametrize("strange", STRANGE, ids=range(len(STRANGE)))
    def test_it_gives_text_or_nothing_for_whatever_comes(self, rule: SkuRule, strange: str) -> None:
        """One strange code of a warehouse must not stop the matching of all others."""
        read: object = rule.reading(strange)
        assert read is None or isinstance(read, str), f"it reads {strange[:40]!r} as a {type(read).__name__}"

    def test_it_says_the_same_whenever_it_is_asked(self, rule: SkuRule) -> None:
        """Neither what was asked before nor the order changes an answer."""
        codes = [*self.ties, *self.silent]
        first = {code: rule.reading(code) for code in codes}
        again = {code: rule.reading(code) for code in reversed(codes)}
        assert again == first, "it says something else when it is asked again"

    def test_it_leaves_a_right_code_alone(self, rule: SkuRule) -> None:
        """What the recipe writes stands for itself: read as another SKU, two could be meant."""
        for sku in self.ties.values():
            code = self.recipe.code(sku)
            read = rule.reading(code)
            assert read is None or fold(read).text == fold(code).text, (
                f"it reads the right code {code!r} as {read!r}"
            )

    def test_it_ties_in_a_crosswalk(self, rule: SkuRule, tied: str) -> None:
        """With all SKUs in the master, each code is matched to its own, and the rule is named as the reason."""
        master = [Product(sku=sku) for sku in dict.fromkeys(self.ties.values())]
        listed = [WarehouseProduct(tied, id="1")]
        match = Crosswalk.build(master, listed, self.recipe, stages=(*DEFAULT_STAGES, rule)).match(tied)
        assert isinstance(match, Matched), f"{tied!r} is not tied: {match}"
        assert match.sku == self.ties[tied], f"{tied!r} is tied to {match.sku}"
        assert any(rule.name in reason for reason in match.rules), f"{tied!r} is tied without the rule"
