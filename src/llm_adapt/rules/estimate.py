"""What an estimate says: a point, the range it lies in, and what it was made of."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

GIB = 2**30
GB = 10**9


@dataclass(frozen=True, slots=True)
class Range:
    """A number with the interval it is expected in; the unit is said where it is used."""

    typical: float
    low: float
    high: float

    def times(self, factor: float) -> "Range":
        """Every end multiplied by a factor that is not negative."""
        return Range(self.typical * factor, self.low * factor, self.high * factor)

    def plus(self, other: "Range") -> "Range":
        """The sum of two independent ranges, end by end."""
        return Range(self.typical + other.typical, self.low + other.low, self.high + other.high)


class Fit(StrEnum):
    """Does it fit a card."""

    FITS = "fits"
    TIGHT = "tight"
    NO = "does not fit"


@dataclass(frozen=True, slots=True)
class CardVerdict:
    """One card: what torch sees of it in GiB, and whether the peak fits."""

    gpu: str
    usable_gib: float
    fit: Fit


@dataclass(frozen=True, slots=True)
class Remedy:
    """A change that makes a run fit, with the peak it leads to in GiB and what it costs."""

    change: str
    gib: float
    fit: Fit
    costs: str


@dataclass(frozen=True, slots=True)
class MemoryEstimate:
    """Peak memory of one GPU.

    Attributes:
        gib: Peak in GiB (2**30 bytes).
        parts: What the peak is made of, in GiB.
        assumed: What was not stated, with the value taken.
        notes: What to know about this estimate.
        all_stated: Every input was given, so that the narrow range applies.
    """

    gib: Range
    parts: Mapping[str, float]
    assumed: Mapping[str, str]
    notes: tuple[str, ...]
    all_stated: bool


@dataclass(frozen=True, slots=True)
class HoursEstimate:
    """GPU hours of a run, and money where a price is known.

    Attributes:
        hours: GPU hours over all GPUs.
        wall_hours: Hours on the clock with the stated number of GPUs.
        usd: Cost in USD, `None` without a price.
        price: What the price is and where it comes from.
        assumed: What was not stated, with the value taken.
        notes: What to know about this estimate.
    """

    hours: Range
    wall_hours: Range
    usd: Range | None
    price: str
    assumed: Mapping[str, str]
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Option:
    """One way to serve requests.

    Attributes:
        name: `prompt`, `many-shot`, `many-shot+cache`, `rag`, `tuned` or `self-hosted`.
        input_tokens: Input tokens of one request.
        output_tokens: Output tokens of one request.
        usd_per_request: Variable cost of one request in USD.
        usd_per_month: Variable and fixed cost of a month in USD.
        usd_once: One-off cost in USD.
        fixed_usd_per_month: The part of a month that does not depend on the volume.
        note: What to know about it.
    """

    name: str
    input_tokens: float
    output_tokens: float
    usd_per_request: Range
    usd_per_month: Range
    usd_once: Range
    fixed_usd_per_month: float
    note: str


@dataclass(frozen=True, slots=True)
class BreakEven:
    """From how many requests a month one option costs less than another, `None`: never."""

    dearer_at_first: str
    cheaper_later: str
    requests_per_month: float | None


@dataclass(frozen=True, slots=True)
class RequestsEstimate:
    """All options at one volume, cheapest month first."""

    requests_per_month: float
    options: tuple[Option, ...]
    break_even: tuple[BreakEven, ...]
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class MemoryAnswer:
    """A peak, the cards it was held against, and what would make it fit the first of them."""

    model: str
    params: float
    method: str
    estimate: MemoryEstimate
    cards: tuple[CardVerdict, ...]
    remedies: tuple[Remedy, ...]


@dataclass(frozen=True, slots=True)
class HoursAnswer:
    """The hours of a run, with the model, the tokens and the card they are for."""

    model: str
    method: str
    tokens: float
    gpu: str
    gpus: float
    estimate: HoursEstimate


@dataclass(frozen=True, slots=True)
class RequestsAnswer:
    """The cost of requests with the hosted model it is for, and when training is paid back.

    `payback` says for each option with a one-off cost after how many requests the dearest
    prompt has paid it, `None`: never.
    """

    model: str
    estimate: RequestsEstimate
    payback: Mapping[str, float | None]
