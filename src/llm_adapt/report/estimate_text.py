"""Estimates as plain text of at most 80 columns."""

import textwrap
from collections.abc import Iterable

from llm_adapt.rules.estimate import (
    GB,
    GIB,
    BreakEven,
    CardVerdict,
    Fit,
    FitAnswer,
    HoursAnswer,
    MemoryAnswer,
    Option,
    Range,
    RequestsAnswer,
    Sweep,
)
from llm_adapt.rules.words import number_words

WIDTH = 80
_BILLION = 1e9
_UNBROKEN = "\N{NO-BREAK SPACE}"


def memory_text(answer: MemoryAnswer) -> str:
    """A memory estimate: the range in GiB and GB, its parts, verdicts and remedies."""
    gib = answer.estimate.gib
    typical_gb = short(gib.typical * GIB / GB)
    lines = [
        f"{answer.model} ({short(answer.params / _BILLION)}B parameters), {answer.method}",
        f"peak per GPU: {_span(gib)} GiB, typically {short(gib.typical)} GiB",
        f"              {_span(gib.times(GIB / GB))} GB, typically {typical_gb} GB",
        "",
    ]
    for card in answer.cards:
        lines += _card(card)
    if answer.largest_micro_batch:
        lines += ["", f"largest micro-batch that fits: {answer.largest_micro_batch:g}"]
    if answer.calibration:
        lines += [
            "",
            *_wrapped(
                f"measured {answer.calibration:.3g} times the estimate: --calibration "
                f"{answer.calibration:.3g} narrows the range for other lengths, batches and cards"
            ),
        ]
    if answer.remedies:
        lines += ["", "what would make it fit, cheapest first:"]
        for remedy in answer.remedies:
            lines += _wrapped(f"- {remedy.change}: {short(remedy.gib)} GiB; costs {remedy.costs}")
    elif len(answer.cards) == 1 and answer.cards[0].fit is not Fit.FITS:
        lines += ["", "nothing that is known here makes it fit this card for sure"]
    lines += ["", "made of (GiB, typically):"]
    lines += [f"  {name:<28}{short(size):>9}" for name, size in answer.estimate.parts.items()]
    estimate = answer.estimate
    return _finished(lines, estimate.assumed_options, estimate.notes, answer.accuracy)


def fit_text(answer: FitAnswer) -> str:
    """What cards hold of a model: a line for each card and method."""
    length = answer.rows[0].seq_len if answer.rows else 0
    head = f"{'card':<20}{'method':<9}{f'GiB at {length:g}':>16}{'fits to':>10}{'may fit to':>12}"
    lines = [
        f"{answer.model} ({short(answer.params / _BILLION)}B parameters)",
        "",
        f"{head}{'batch':>7}",
        *(_sweep(row) for row in answer.rows),
        "",
        *_wrapped(
            f"fits to, may fit to: the longest sequence in tokens at the micro-batch; batch: the "
            f"largest micro-batch that fits at {length:g} tokens"
        ),
    ]
    return _finished(lines, answer.assumed_options, (), answer.accuracy)


def hours_text(answer: HoursAnswer) -> str:
    """An estimate of GPU hours and what they cost."""
    estimate = answer.estimate
    lines = [
        *_wrapped(
            f"{answer.model}, {answer.method}, {number_words(answer.tokens)} tokens on "
            f"{answer.gpus:g} x {answer.gpu}"
        ),
        f"GPU hours:      {_span(estimate.hours)}, typically {short(estimate.hours.typical)}",
        f"on the clock:   {_span(estimate.wall_hours)} hours",
    ]
    if estimate.usd:
        typical = short(estimate.usd.typical)
        lines.append(f"cost in USD:    {_span(estimate.usd)}, typically {typical}")
    lines += _wrapped(f"price: {estimate.price}")
    return _finished(lines, estimate.assumed_options, estimate.notes, answer.accuracy)


def requests_text(answer: RequestsAnswer) -> str:
    """The cost of a month for each option, and where they cross."""
    estimate = answer.estimate
    lines = [
        f"{estimate.requests_per_month:,.0f} requests a month, {answer.model}",
        "",
        f"{'option':<16}{'input':>8}{'output':>7}{'USD/1k':>10}{'USD/month':>26}{'USD once':>12}",
        *(_option(option) for option in estimate.options),
        "",
    ]
    for option in estimate.options:
        lines += _wrapped(f"{option.name}: {option.note}")
    crossings = [line for each in estimate.break_even for line in _wrapped(_crossing(each))]
    for name, after in answer.payback.items():
        when = "never pays back" if after is None else f"pays back after {after:,.0f} requests"
        crossings += _wrapped(f"{name}: training {when}, against the dearest way without it")
    shares = estimate.own_usd_per_request_by_utilisation
    if shares:
        said = ", ".join(
            f"{short(usd * 1000)} at {float(share):.0%}" for share, usd in shares.items()
        )
        crossings += _wrapped(f"self-hosted, USD per 1k requests by how busy servers are: {said}")
    return _finished([*lines, *(["", *crossings] if crossings else [])], (), estimate.notes, "")


def short(value: float) -> str:
    """A number with three digits that matter."""
    for least, digits in ((100, 0), (10, 1), (0.1, 2)):
        if value >= least:
            return f"{value:,.{digits}f}"
    return f"{value:.2g}"


def _crossing(crossing: BreakEven) -> str:
    later, first = crossing.cheaper_later, crossing.dearer_at_first
    if crossing.requests_per_month is None:
        return f"{later} never undercuts {first}: more requests need more servers"
    return f"{later} undercuts {first} from {crossing.requests_per_month:,.0f} requests a month"


def _option(option: Option) -> str:
    month = option.usd_per_month
    span = f"{month.typical:,.2f}" if month.low == month.high else _span(month)
    return (
        f"{option.name:<16}{option.input_tokens:>8,.0f}{option.output_tokens:>7,.0f}"
        f"{short(option.usd_per_request.typical * 1000):>10}{span:>26}"
        f"{option.usd_once.typical:>12,.0f}"
    )


def _card(card: CardVerdict) -> list[str]:
    lines = [f"{card.gpu:<24}{card.usable_gib:>7.1f} GiB visible   {card.fit.value}"]
    for setting in card.depends_on:
        lines += _wrapped(f"    {setting}", "      ")
    return lines


def _sweep(row: Sweep) -> str:
    def length(value: float) -> str:
        return f"{value:,.0f}" if value else "-"

    return (
        f"{row.gpu:<20}{row.method:<9}{_span(row.gib):>16}{length(row.fits_to):>10}"
        f"{length(row.may_fit_to):>12}{length(row.micro_batch):>7}"
    )


def _span(value: Range) -> str:
    return f"{short(value.low)} to {short(value.high)}"


def _finished(lines: list[str], assumed: Iterable[str], notes: Iterable[str], accuracy: str) -> str:
    # An option stays on a line with its value.
    if taken := ", ".join(option.replace(" ", _UNBROKEN) for option in assumed):
        said = _wrapped(f"assumed, state them to narrow the range: {taken}")
        lines = [*lines, "", *(line.replace(_UNBROKEN, " ") for line in said)]
    for note in notes:
        lines = [*lines, *_wrapped(f"note: {note}")]
    if accuracy:
        lines = [*lines, *_wrapped(accuracy)]
    return "\n".join(lines)


def _wrapped(text: str, further: str = "  ") -> list[str]:
    return textwrap.wrap(text, WIDTH, subsequent_indent=further, break_long_words=False)
