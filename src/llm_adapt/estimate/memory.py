"""Peak training memory of one GPU, from what is known of a run."""

from dataclasses import dataclass, replace
from math import inf

from llm_adapt.estimate.parts import activations, gathered, states_of, working
from llm_adapt.estimate.setup import Known, Setup, Side, resolve
from llm_adapt.rules.estimate import GIB, MemoryEstimate, Range
from llm_adapt.rules.table import Tables

_OVERHEADS = {
    "allocated": "overhead-allocated",
    "reserved": "overhead-reserved",
    "nvidia-smi": "overhead-nvidia-smi",
}
SMALL_PARAMS = 3e9


@dataclass(frozen=True, slots=True)
class Peak:
    """The peak of a run without unknowns, in bytes.

    Attributes:
        weights: Base weights, quantised or not, on this GPU.
        adapters: Adapters with gradients and optimizer state.
        optimizer: Optimizer state of full training.
        working: Gradients and activations at their common maximum.
        gathered: Layers that sharding brings together.
        overhead: Workspaces, allocator and CUDA context.
        slack: What the allocator caches and gives back when the card is full.
        card: Where that stops, 0 without a card.
        most: What the next dearer method needs, above which this one never goes.
    """

    weights: float
    adapters: float
    optimizer: float
    working: float
    gathered: float
    overhead: float
    slack: float
    card: float
    most: float = inf

    @property
    def needed(self) -> float:
        """The part that cannot be given back."""
        parts = (self.weights, self.adapters, self.optimizer, self.working, self.gathered)
        return sum(parts) + self.overhead

    @property
    def total(self) -> float:
        """The peak, the allocator cache included as far as the card goes."""
        grown = self.needed + self.slack
        if self.card:
            grown = min(grown, max(self.needed, self.card))
        return min(grown, self.most)

    def parts(self) -> dict[str, float]:
        """The parts in GiB; they add up to the total."""
        cached = max(0.0, self.total - self.needed)
        beyond = max(0.0, self.needed - self.total)
        named = {
            "weights": self.weights,
            "adapters": self.adapters,
            "optimizer state": self.optimizer,
            "gradients and activations": self.working - beyond,
            "gathered layers": self.gathered,
            "overhead and allocator": self.overhead + cached,
        }
        return {name: value / GIB for name, value in named.items() if value > 0}


def training_memory(known: Known, tables: Tables) -> MemoryEstimate:
    """Peak memory of one GPU in GiB, as a range.

    Unknown inputs widen the range: its ends take each of them where it needs least and most. The
    band around both ends is what the published measurements showed (`band-low`, `band-high`).
    Adapters never need more than full training at equal settings, nor 4-bit bases more than
    16-bit ones: larger published models show no exception, so none is extrapolated.

    Args:
        known: What is stated of the run.
        tables: Dated constants.

    Raises:
        LlmAdaptError: A stated value is unknown or out of bounds.
    """
    ends: dict[Side, Peak] = {}
    assumed: dict[str, str] = {}
    for side in Side:
        setup, taken = resolve(known, tables, side)
        ends[side] = bounded_peak(setup, tables)
        assumed |= taken if side is Side.TYPICAL else {}
    typical = ends[Side.TYPICAL].total / GIB
    low = min(ends[Side.LOW].total / GIB, typical) * tables.value("band-low")
    high = max(ends[Side.HIGH].total / GIB, typical) * tables.value("band-high")
    return MemoryEstimate(
        gib=Range(typical, low, high),
        parts=ends[Side.TYPICAL].parts(),
        assumed=assumed,
        notes=_notes(known),
        all_stated=not assumed,
    )


def bounded_peak(setup: Setup, tables: Tables) -> Peak:
    """The peak, never above that of the next dearer method at equal settings."""
    peak = peak_of(setup, tables)
    if setup.full or setup.method == "lora_emb":
        return peak
    if setup.method == "qlora":
        plain = replace(setup, method="lora", quantizer="none", fp32_rest=False)
        dearer = bounded_peak(plain, tables)
    else:
        dearer = peak_of(replace(setup, method="full", quantizer="none"), tables)
    return replace(peak, most=dearer.total)


def peak_of(setup: Setup, tables: Tables) -> Peak:
    """The peak of a run without unknowns, in bytes."""
    states = states_of(setup, tables)
    kept = activations(setup, tables)
    return Peak(
        weights=states.weights,
        adapters=states.adapters,
        optimizer=states.optimizer,
        working=working(setup, states, kept),
        gathered=gathered(setup, tables),
        overhead=tables.value(_overhead(setup)) * GIB,
        slack=kept.peak * tables.value(setup.slack) if setup.slack else 0.0,
        card=setup.gpu.usable_gib * tables.value("card-share") * GIB if setup.gpu else 0.0,
    )


def _overhead(setup: Setup) -> str:
    # The slack of variable lengths was fitted beside the small overhead.
    alone = setup.slack in ("", "cache-slack-variable")
    return _OVERHEADS["allocated" if alone else setup.metric]


def _notes(known: Known) -> tuple[str, ...]:
    shape = known.shape
    notes: list[str] = []
    if not shape.exact:
        notes.append("the shape is guessed from the size: a config.json narrows the range")
    if shape.context and known.seq_len and known.seq_len > shape.context:
        notes.append(f"{known.seq_len:g} tokens are beyond the context of {shape.context:g}")
    if shape.kind == "moe":
        notes.append("experts: memory counts all of them, activations those that work on a token")
    if known.method == "qlora" and shape.params < SMALL_PARAMS:
        notes.append("in a model this small 4 bit saves little: embeddings stay in 16 bit")
    return tuple(notes)
