"""Where the bars of a chart stand: in per cent of its width, so that it is drawn alike on a phone and on paper.

Law of this module: a chart has the texts of its table's cells, and amounts in several currencies are measured each
by its own.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal

from attrs import evolve, frozen

from clarus_bluecherry.model import Money
from clarus_bluecherry.report.pages._cells import CellWords, inert
from clarus_bluecherry.report.pages._model import CellKind, ChartKind, PageCell, PageChart, PageTable

MOST_BARS = 40
BAR_STEP = 44
_LINE = 40
"""So many letters have room in a line on a phone: of a label and its number."""
_THINNEST, _NOTHING = Decimal("0.3"), Decimal("0.0")


@frozen
class ChartBar:
    """A row of a chart: its texts, and its bar from `start` on, `width` wide, in per cent; None is not known.

    `zero` is where nothing stands, `level` what is reached here, from where the next bar goes on; one that is cut
    begins at zero, and its picture does not.
    """

    label: str
    text: str
    tone: str
    top: int
    zero: Decimal | None = None
    start: Decimal | None = None
    width: Decimal | None = None
    end: Decimal | None = None
    level: Decimal | None = None
    is_cut: bool = False

    @property
    def short(self) -> str:
        """The label for a narrow screen."""
        room = max(_LINE - len(self.text), _LINE // 4)
        return self.label if len(self.label) <= room else f"{self.label[: room - 1]}…"


@frozen
class DrawnChart:
    """A chart as it is drawn; `remarks` say what its picture does not show as it is."""

    name: str
    title: str
    bars: Sequence[ChartBar]
    remarks: Sequence[str] = ()
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
    axes = {
        currency: _axis(steps, currency, may_cut=is_waterfall)
        for currency in dict.fromkeys(step.currency for step in steps)
    }
    bars = [_bar(step, place, axes[step.currency]) for place, step in enumerate(steps)]
    linked = [
        evolve(bar, level=bar.end if is_waterfall and place + 1 < len(bars) else None)
        for place, bar in enumerate(bars)
    ]
    name = f"chart-{chart.of}-{chart.label}-{chart.value}"
    return DrawnChart(name, table.title, linked, list(_remarks(chart, table, axes, cell_words)))


def _remarks(
    chart: PageChart, table: PageTable, axes: Mapping[str, _Axis], cell_words: CellWords
) -> Iterator[str]:
    column = table.column(chart.value)
    for currency, axis in axes.items():
        if axis.is_cut:
            low, unit = Money(axis.low, currency) if currency else axis.low, inert(currency or column.unit)
            start = _signed(cell_words.text(low, column.kind, column.unit), axis.low, unit, is_step=False)
            yield f"The picture begins at {start}, not at zero."
    if len(axes) > 1:
        yield "Each currency is measured by its own."
    if len(table.rows) > MOST_BARS:
        yield f"The picture has the first {MOST_BARS} rows; {len(table.rows) - MOST_BARS:,} more are in the table."


@frozen
class _Axis:
    """From where to where a chart goes; one that is cut begins above zero."""

    low: Decimal
    high: Decimal

    @property
    def is_cut(self) -> bool:
        return self.low > 0

    def share(self, value: Decimal) -> Decimal:
        """Where a value stands, in per cent."""
        width = self.high - self.low
        return (
            (max(value - self.low, Decimal(0)) / width * 100).quantize(Decimal("0.01"))
            if width
            else Decimal("0.00")
        )


def _axis(steps: Sequence[_Step], currency: str, *, may_cut: bool) -> _Axis:
    """An axis from zero; of steps that are small beside where they begin, from a round number below them all."""
    mine = [step for step in steps if step.currency == currency and step.after is not None]
    levels = [step.after for step in mine if step.after is not None] or [Decimal(0)]
    starts = [step.before for step in mine if step.before is not None]
    between = [step.before for step in mine if step.before is not None and not step.is_total]
    low, high = min([*levels, *between]), max(levels)
    if may_cut and low > 0 and (high - low) * 4 < high and high != low:
        unit = Decimal(10) ** (high - low).adjusted()
        return _Axis(max(Decimal(0), ((low - (high - low) / 2) // unit) * unit), high)
    return _Axis(min([Decimal(0), *levels, *starts]), max([Decimal(0), *levels, *starts]))


def _steps(chart: PageChart, table: PageTable, cell_words: CellWords) -> Iterator[_Step]:
    label, value = table.column(chart.label), table.column(chart.value)
    places = table.place(chart.label), table.place(chart.value)
    levels: dict[str, Decimal] = {}
    for row in table.rows:
        amount, currency = _amount(row[places[1]], cell_words.page.currency_of(None, value.kind, value.unit))
        text = cell_words.text(row[places[1]], value.kind, value.unit)
        unit = inert(currency if value.kind is CellKind.MONEY else value.unit)
        is_total = bool(chart.total and row[table.place(chart.total)])
        before = (
            levels.get(currency, Decimal(0)) if chart.kind is ChartKind.WATERFALL and not is_total else Decimal(0)
        )
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


def _bar(step: _Step, place: int, axis: _Axis) -> ChartBar:
    top = BAR_STEP * place
    if step.before is None or step.after is None:
        return ChartBar(step.label, step.text, "unknown", top)
    start, end = axis.share(step.before), axis.share(step.after)
    return ChartBar(
        label=step.label,
        text=step.text,
        tone="total" if step.is_total else "less" if step.after < step.before else "more",
        top=top,
        zero=axis.share(Decimal(0)),
        start=min(start, end),
        width=max(abs(end - start), _THINNEST if step.after != step.before else _NOTHING),
        end=end,
        is_cut=axis.is_cut and step.is_total,
    )
