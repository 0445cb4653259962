"""What an estimate says: a point, the range it lies in, and what it was made of."""

from collections.abc import Mapping
from enum import StrEnum

from llm_adapt.rules.record import record

GIB = 2**30
GB = 10**9


@record(frozen=True)
class Range:
    """A number with the interval it is expected in; the unit is said where it is used."""

    typical: float
    low: float
    high: float

    def times(self, factor: float) -> "Range":
        """Every end multiplied by a factor that is not negative."""
        return Range(self.typical * factor, self.low * factor, self.high * factor)


def exactly(value: float) -> Range:
    """A range of one number."""
    return Range(value, value, value)


class Fit(StrEnum):
    """Does it fit a card: even at the high end, not even at the low end, or in between."""

    FITS = "fits"
    DEPENDS = "depends on"
    NO = "does not fit"


@record(frozen=True)
class CardVerdict:
    """One card."""

    gpu: str
    usable_gib: float  # what torch sees of it
    fit: Fit
    depends_on: tuple[str, ...] = ()  # the settings that decide, the widest first


@record(frozen=True)
class Remedy:
    """A change that makes a run fit, with the peak it leads to in GiB and what it costs."""

    change: str
    gib: float
    fit: Fit
    costs: str


@record(frozen=True)
class Sweep:
    """What a card holds with one method."""

    gpu: str
    method: str
    gib: Range  # the peak at `seq_len`
    fits_to: float  # the longest sequence in tokens that fits, 0 when none does
    may_fit_to: float
    micro_batch: float  # the largest that fits at `seq_len`
    seq_len: float


@record(frozen=True)
class MemoryEstimate:
    """Peak memory of one GPU in GiB (2**30 bytes)."""

    gib: Range
    parts: Mapping[str, float]  # they add up to the typical peak
    assumed: Mapping[str, str]  # what was not stated, with the value taken
    assumed_options: tuple[str, ...]  # the same as options that would state it
    notes: tuple[str, ...]
    all_stated: bool


@record(frozen=True)
class HoursEstimate:
    """GPU hours of a run, and money where a price is known."""

    hours: Range  # over all GPUs
    wall_hours: Range  # on the clock
    usd: Range | None
    price: str  # what the price is and where it comes from
    assumed: Mapping[str, str]
    assumed_options: tuple[str, ...]
    notes: tuple[str, ...]


@record(frozen=True)
class Option:
    """One way to serve requests; tokens of one request, money in USD."""

    name: str
    input_tokens: float
    output_tokens: float
    usd_per_request: Range
    usd_per_month: Range
    usd_once: Range
    fixed_usd_per_month: float  # the part of a month that does not depend on the volume
    note: str


@record(frozen=True)
class BreakEven:
    """From how many requests a month one option costs less than another, `None`: never."""

    dearer_at_first: str
    cheaper_later: str
    requests_per_month: float | None


@record(frozen=True)
class RequestsEstimate:
    """All options at one volume, cheapest month first."""

    requests_per_month: float
    options: tuple[Option, ...]
    break_even: tuple[BreakEven, ...]
    notes: tuple[str, ...]
    # What a request costs on a server of one's own that is busy for a share of the time.
    own_usd_per_request_by_utilisation: Mapping[str, float]


@record(frozen=True)
class MemoryAnswer:
    """A peak, the cards it was held against, and what would make it fit the first of them."""

    model: str
    params: float
    method: str
    estimate: MemoryEstimate
    cards: tuple[CardVerdict, ...]
    remedies: tuple[Remedy, ...]
    largest_micro_batch: float | None = None  # that fits the stated card
    calibration: float | None = None  # what a measured peak showed over the estimate
    accuracy: str = ""


@record(frozen=True)
class FitAnswer:
    """What cards hold of a model, method by method."""

    model: str
    params: float
    rows: tuple[Sweep, ...]
    assumed: Mapping[str, str]
    assumed_options: tuple[str, ...]
    accuracy: str


@record(frozen=True)
class HoursAnswer:
    """The hours of a run, with the model, the tokens and the card they are for."""

    model: str
    method: str
    tokens: float
    gpu: str
    gpus: float
    estimate: HoursEstimate
    accuracy: str = ""


@record(frozen=True)
class RequestsAnswer:
    """The cost of requests with the hosted model it is for, and when training is paid back."""

    model: str
    estimate: RequestsEstimate
    payback: Mapping[str, float | None]  # after how many requests, `None`: never
