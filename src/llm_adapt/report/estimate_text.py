"""Estimates as plain text of at most 80 columns, and as plain data for JSON."""

import json
import textwrap
from collections.abc import Iterable, Mapping
from dataclasses import asdict

from llm_adapt.rules.estimate import (
    GB,
    GIB,
    Fit,
    HoursAnswer,
    MemoryAnswer,
    Option,
    Range,
    RequestsAnswer,
)
from llm_adapt.rules.plain import Plain, as_plain, mapping

WIDTH = 80
_BILLION = 1e9
ACCURACY_MEMORY = (
    "Accuracy on published measurements: half lie within 5 % when everything is stated, within "
    "9 % with few inputs; see tests/benchmarks/estimate_accuracy.py."
)
ACCURACY_HOURS = (
    "Accuracy on published runs: half lie within 7 %, 95 % within a factor 1.5; see "
    "tests/benchmarks/estimate_accuracy.py."
)


def memory_text(answer: MemoryAnswer) -> str:
    """A memory estimate: the range in GiB and GB, its parts, verdicts and remedies."""
    gib = answer.estimate.gib
    typical_gb = _short(gib.typical * GIB / GB)
    lines = [
        f"{answer.model} ({answer.params / _BILLION:.3g}B parameters), {answer.method}",
        f"peak per GPU: {_span(gib)} GiB, typically {_short(gib.typical)} GiB",
        f"              {_span(gib.times(GIB / GB))} GB, typically {typical_gb} GB",
        "",
        "made of (GiB):",
        *(f"  {name:<28}{_short(size):>9}" for name, size in answer.estimate.parts.items()),
        "",
        *(_card(card.gpu, card.usable_gib, card.fit) for card in answer.cards),
    ]
    if answer.remedies:
        lines += ["", "what would make it fit, cheapest first:"]
        for remedy in answer.remedies:
            lines += _wrapped(f"- {remedy.change}: {_short(remedy.gib)} GiB; costs {remedy.costs}")
    elif len(answer.cards) == 1 and answer.cards[0].fit is not Fit.FITS:
        lines += ["", "nothing that is known here makes it fit this card"]
    accuracy = ACCURACY_MEMORY if answer.method != "inference" else ""
    return _finished(lines, answer.estimate.assumed, answer.estimate.notes, accuracy)


def hours_text(answer: HoursAnswer) -> str:
    """An estimate of GPU hours and what they cost."""
    estimate = answer.estimate
    lines = [
        *_wrapped(
            f"{answer.model}, {answer.method}, {answer.tokens / _BILLION:.4g} billion tokens on "
            f"{answer.gpus:g} x {answer.gpu}"
        ),
        f"GPU hours:      {_span(estimate.hours)}, typically {_short(estimate.hours.typical)}",
        f"on the clock:   {_span(estimate.wall_hours)} hours",
    ]
    if estimate.usd:
        lines.append(
            f"cost in USD:    {_span(estimate.usd)}, typically {_short(estimate.usd.typical)}"
        )
    lines += _wrapped(f"price: {estimate.price}")
    return _finished(lines, estimate.assumed, estimate.notes, ACCURACY_HOURS)


def requests_text(answer: RequestsAnswer) -> str:
    """The cost of a month for each option, and where they cross."""
    estimate = answer.estimate
    lines = [
        f"{estimate.requests_per_month:,.0f} requests a month, {answer.model}",
        "",
        f"{'option':<17}{'input':>9}{'output':>8}{'USD/1k':>10}{'USD/month':>18}{'USD once':>12}",
        *(_option(option) for option in estimate.options),
        "",
    ]
    for option in estimate.options:
        lines += _wrapped(f"{option.name}: {option.note}")
    lines += _crossings(answer)
    return _finished(lines, {}, estimate.notes, "")


def answer_data(answer: MemoryAnswer | HoursAnswer | RequestsAnswer) -> dict[str, Plain]:
    """Any answer as plain data, with its units in the names where a number needs one."""
    return mapping(as_plain(json.loads(json.dumps(asdict(answer)))))


def _crossings(answer: RequestsAnswer) -> list[str]:
    lines: list[str] = []
    for crossing in answer.estimate.break_even:
        lines += _wrapped(
            f"{crossing.cheaper_later} undercuts {crossing.dearer_at_first} from "
            f"{crossing.requests_per_month or 0:,.0f} requests a month"
        )
    for name, after in answer.payback.items():
        when = "never pays back" if after is None else f"pays back after {after:,.0f} requests"
        lines += _wrapped(f"{name}: training {when}, against the dearest prompt")
    return ["", *lines] if lines else []


def _option(option: Option) -> str:
    month = option.usd_per_month
    span = f"{month.typical:,.2f}" if month.low == month.high else _span(month)
    return (
        f"{option.name:<17}{option.input_tokens:>9,.0f}{option.output_tokens:>8,.0f}"
        f"{option.usd_per_request.typical * 1000:>10,.3f}{span:>18}"
        f"{option.usd_once.typical:>12,.0f}"
    )


def _card(name: str, usable: float, fit: Fit) -> str:
    return f"{name:<24}{usable:>7.1f} GiB visible   {fit.value}"


def _span(value: Range) -> str:
    return f"{_short(value.low)} to {_short(value.high)}"


def _short(value: float) -> str:
    """A number with three digits that matter."""
    for least, digits in ((100, 0), (10, 1), (0.1, 2)):
        if value >= least:
            return f"{value:,.{digits}f}"
    return f"{value:.2g}"


def _finished(
    lines: list[str], assumed: Mapping[str, str], notes: Iterable[str], accuracy: str
) -> str:
    if assumed:
        taken = ", ".join(f"{name} {value}" for name, value in assumed.items())
        lines = [*lines, "", *_wrapped(f"assumed, state them to narrow the range: {taken}")]
    for note in notes:
        lines = [*lines, *_wrapped(f"note: {note}")]
    if accuracy:
        lines = [*lines, *_wrapped(accuracy)]
    return "\n".join(lines)


def _wrapped(text: str) -> list[str]:
    return textwrap.wrap(text, WIDTH, subsequent_indent="  ", break_long_words=False)
