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
    """Does it fit a card: even at the high end, not even at the low end, or in between."""

    FITS = "fits"
    DEPENDS = "depends on"
    NO = "does not fit"


@dataclass(frozen=True, slots=True)
class CardVerdict:
    """One card.

    Attributes:
        gpu: Its name.
        usable_gib: What torch sees of it, in GiB.
        fit: Whether the range lies below it.
        depends_on: Settings that decide where it depends: each alone moves the peak across.
    """

    gpu: str
    usable_gib: float
    fit: Fit
    depends_on: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Remedy:
    """A change that makes a run fit, with the peak it leads to in GiB and what it costs."""

    change: str
    gib: float
    fit: Fit
    costs: str


@dataclass(frozen=True, slots=True)
class Sweep:
    """What a card holds with one method.

    Attributes:
        gpu: The card.
        method: The method.
        gib: The peak at `seq_len`, in GiB.
        fits_to: The longest sequence in tokens that fits, 0 when none does.
        may_fit_to: The longest that may.
        micro_batch: The largest micro-batch that fits at `seq_len`.
        seq_len: Tokens of a sequence.
    """

    gpu: str
    method: str
    gib: Range
    fits_to: float
    may_fit_to: float
    micro_batch: float
    seq_len: float


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
    """All options at one volume, cheapest month first.

    `own_usd_per_request_by_utilisation` says what a request costs on a server of one's own that is
    busy for a share of the time.
    """

    requests_per_month: float
    options: tuple[Option, ...]
    break_even: tuple[BreakEven, ...]
    notes: tuple[str, ...]
    own_usd_per_request_by_utilisation: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class MemoryAnswer:
    """A peak, the cards it was held against, and what would make it fit the first of them.

    `largest_micro_batch` fits the stated card; `calibration` is what a measured peak showed over
    the estimate; `accuracy` says how far published measurements lie from such estimates.
    """

    model: str
    params: float
    method: str
    estimate: MemoryEstimate
    cards: tuple[CardVerdict, ...]
    remedies: tuple[Remedy, ...]
    largest_micro_batch: float | None = None
    calibration: float | None = None
    accuracy: str = ""


@dataclass(frozen=True, slots=True)
class FitAnswer:
    """What cards hold of a model, method by method."""

    model: str
    params: float
    rows: tuple[Sweep, ...]
    assumed: Mapping[str, str]
    accuracy: str


@dataclass(frozen=True, slots=True)
class HoursAnswer:
    """The hours of a run, with the model, the tokens and the card they are for."""

    model: str
    method: str
    tokens: float
    gpu: str
    gpus: float
    estimate: HoursEstimate
    accuracy: str = ""


@dataclass(frozen=True, slots=True)
class RequestsAnswer:
    """The cost of requests with the hosted model it is for, and when training is paid back.

    `payback` says for each option with a one-off cost after how many requests the dearest
    prompt has paid it, `None`: never.
    """

    model: str
    estimate: RequestsEstimate
    payback: Mapping[str, float | None]
