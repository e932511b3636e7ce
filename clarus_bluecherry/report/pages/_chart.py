"""Where the bars of a chart stand: in per cent of its width, so that it is drawn alike on a phone and on paper.

Law of this module: a chart has the texts of its table's cells, and amounts in several currencies are measured each
by its own.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal

from attrs import frozen

from clarus_bluecherry.model import Money
from clarus_bluecherry.report.pages._cells import CellWords
from clarus_bluecherry.report.pages._model import CellKind, ChartKind, PageCell, PageChart, PageTable

MOST_BARS = 40
BAR_STEP = 44
_SHORT = 22


@frozen
class ChartBar:
    """A row of a chart: its texts, and its bar from `start` on, `width` wide, in per cent; None is not known.

    `zero` is where nothing stands, `level` what is reached here, from where the next bar goes on.
    """

    label: str
    text: str
    tone: str
    top: int
    zero: Decimal | None = None
    start: Decimal | None = None
    width: Decimal | None = None
    level: Decimal | None = None

    @property
    def short(self) -> str:
        """The label for a narrow screen."""
        return self.label if len(self.label) <= _SHORT else f"{self.label[: _SHORT - 1]}…"


@frozen
class DrawnChart:
    """A chart as it is drawn; `left` is how many rows of its table it leaves out."""

    name: str
    title: str
    bars: Sequence[ChartBar]
    left: int
    step: int = BAR_STEP

    @property
    def height(self) -> int:
        """How high it is, in pixels."""
        return self.step * len(self.bars)


@frozen
class _Step:
    label: str
    text: str
    currency: str
    before: Decimal | None
    after: Decimal | None
    is_total: bool


def drawn(chart: PageChart, table: PageTable, cell_words: CellWords) -> DrawnChart:
    """The chart of that table."""
    steps = list(_steps(chart, table, cell_words))[:MOST_BARS]
    is_waterfall = chart.kind is ChartKind.WATERFALL
    bars = [_bar(steps, place, is_waterfall) for place in range(len(steps))]
    name = f"chart-{chart.of}-{chart.label}-{chart.value}"
    return DrawnChart(name, table.title, bars, len(table.rows) - len(steps))


def _steps(chart: PageChart, table: PageTable, cell_words: CellWords) -> Iterator[_Step]:
    label, value = table.column(chart.label), table.column(chart.value)
    places = table.place(chart.label), table.place(chart.value)
    levels: dict[str, Decimal] = {}
    for row in table.rows:
        amount, currency = _amount(row[places[1]], cell_words.currency_of(value.kind, value.unit))
        text = cell_words.text(row[places[1]], value.kind, value.unit)
        unit = currency if value.kind is CellKind.MONEY else value.unit
        is_total = bool(chart.total and row[table.place(chart.total)])
        before = levels.get(currency, Decimal(0)) if chart.kind is ChartKind.WATERFALL and not is_total else Decimal(0)
        after = None if amount is None else before + amount
        levels[currency] = levels.get(currency, Decimal(0)) if after is None else after
        yield _Step(
            label=cell_words.text(row[places[0]], label.kind, label.unit),
            text=_signed(text, amount, unit, is_step=chart.kind is ChartKind.WATERFALL and not is_total),
            currency=currency,
            before=before,
            after=after,
            is_total=is_total,
        )


def _amount(value: PageCell, currency: str) -> tuple[Decimal | None, str]:
    if isinstance(value, Money):
        return value.amount, value.currency
    return (Decimal(value), currency) if isinstance(value, int | Decimal) else (None, currency)


def _signed(text: str, amount: Decimal | None, unit: str, *, is_step: bool) -> str:
    plus = "+" if is_step and amount is not None and amount > 0 else ""
    return f"{plus}{text}" if amount is None or text.endswith(unit) else f"{plus}{text} {unit}"


def _bar(steps: Sequence[_Step], place: int, is_waterfall: bool) -> ChartBar:
    step = steps[place]
    ends = [end for each in steps if each.currency == step.currency for end in (each.before, each.after) if end]
    low, high = min([Decimal(0), *ends]), max([Decimal(0), *ends])
    top = BAR_STEP * place
    if step.before is None or step.after is None:
        return ChartBar(step.label, step.text, "unknown", top)
    start, end, zero = (_share(each, low, high) for each in (step.before, step.after, Decimal(0)))
    is_last = place + 1 == len(steps)
    return ChartBar(
        label=step.label,
        text=step.text,
        tone="total" if step.is_total else "less" if step.after < step.before else "more",
        top=top,
        zero=zero,
        start=min(start, end),
        width=max(abs(end - start), Decimal("0.3")),
        level=end if is_waterfall and not is_last else None,
    )


def _share(value: Decimal, low: Decimal, high: Decimal) -> Decimal:
    width = high - low
    return ((value - low) / width * 100).quantize(Decimal("0.01")) if width else Decimal("0.00")
