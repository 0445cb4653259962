"""Dated numbers with their source; `files` reads them, `estimate` calculates with them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Cited:
    """Where a row comes from. `grade`: A primary, B documented, C second hand, D own fit or guess.

    Attributes:
        source: The URL, or the script of ours that produced the number.
        date: When it was seen or set: `2026`, `2026-11` or `2026-11-23`.
        grade: A, B, C or D.
        note: What a reader should know, may be empty.
    """

    source: str
    date: str
    grade: Literal["A", "B", "C", "D"]
    note: str = ""


@dataclass(frozen=True, slots=True)
class Architecture:
    """The shape of a decoder: counts, widths in elements, parameters as a plain number.

    Attributes:
        name: How it is called in texts.
        params: All parameters, experts and vision tower included.
        active_params: Parameters that work on one token; equal to `params` when dense.
        layers: Decoder layers.
        hidden: Width of the residual stream.
        heads: Query heads.
        kv_heads: Key and value heads.
        head_dim: Width of one head.
        ffn: Inner width of the feed-forward block that works on one token.
        gated: The block has a gate (three matrices) and RMSNorm; else two and LayerNorm.
        vocab: Entries of the vocabulary.
        tied: Input embedding and output head are one matrix.
        context: The longest input in tokens, 0 when unknown.
        kv_bytes_per_token: KV cache in 16 bit of one token in the layers that keep all of them.
        kind: `dense`, `moe` or `enc-dec`.
        exact: The shape is known, not guessed from the size.
        hf_id: Its id on the hub.
        experts: Experts of a layer, 0 when dense.
        expert_params: Parameters of all experts.
        rest_params: Parameters outside of the text layers: a vision tower, extra embeddings.
        window: Tokens that layers with sliding attention keep, 0 when there are none.
        window_bytes: Their KV cache for one token in 16 bit.
        state_bytes: What layers with linear attention keep of a sequence, whatever its length.
        quantizer: How the published weights are stored: a row of the quantizers, or empty.
    """

    name: str
    params: float
    active_params: float
    layers: float
    hidden: float
    heads: float
    kv_heads: float
    head_dim: float
    ffn: float
    gated: bool
    vocab: float
    tied: bool
    context: int
    kv_bytes_per_token: float
    kind: str = "dense"
    exact: bool = True
    hf_id: str = ""
    experts: float = 0
    expert_params: float = 0
    rest_params: float = 0
    window: float = 0
    window_bytes: float = 0
    state_bytes: float = 0
    quantizer: str = ""
    cited: Cited | None = None

    def kv_cache(self, tokens: float) -> float:
        """KV cache of one sequence in 16 bit, in bytes."""
        slid = min(tokens, self.window) * self.window_bytes
        return tokens * self.kv_bytes_per_token + slid + self.state_bytes


@dataclass(frozen=True, slots=True)
class GpuPrice:
    """Rent of one GPU in USD per hour."""

    low: float
    typical: float
    cited: Cited


@dataclass(frozen=True, slots=True)
class Gpu:
    """A card.

    Attributes:
        name: The name of the table.
        aliases: Short names.
        memory_gb: As it is sold, in GB (1e9 bytes).
        usable_gib: As torch sees it, in GiB (2**30 bytes).
        bandwidth_tb_s: Memory bandwidth in TB/s.
        bf16_tflops: Dense bf16 peak with fp32 accumulation, 0 where the card has no bf16.
        fp8_tflops: Dense fp8 peak, 0 where there is none.
        fp16_tflops: Dense fp16 peak, of cards without bf16.
        family: Which efficiency holds: `ampere`, `hopper` or `workstation`.
        cited: Where the specification comes from.
        price: Rent, where a source gives one.
    """

    name: str
    aliases: tuple[str, ...]
    memory_gb: float
    usable_gib: float
    bandwidth_tb_s: float
    bf16_tflops: float
    fp8_tflops: float
    family: str
    cited: Cited
    fp16_tflops: float = 0
    price: GpuPrice | None = None

    @property
    def half_tflops(self) -> float:
        """Dense 16-bit peak: bf16, or fp16 where that is all there is."""
        return self.bf16_tflops or self.fp16_tflops


@dataclass(frozen=True, slots=True)
class Regime:
    """A precision regime: bytes per parameter.

    Attributes:
        name: The name of the table.
        title: What it means, in words.
        weights: Weights of full training.
        gradients: Gradients kept between micro-batches.
        master: A 32-bit copy of the weights that the optimizer keeps.
        moment: One moment of the optimizer.
        step_copy: What an optimizer that steps tensor by tensor in copies needs besides.
        adapter: All of it for one adapter parameter, with two moments.
        adapter_copy: The copy of its input that an adapter keeps, in bytes per element.
    """

    name: str
    title: str
    weights: float
    gradients: float
    master: float
    moment: float
    step_copy: float
    adapter: float
    adapter_copy: float
    cited: Cited


@dataclass(frozen=True, slots=True)
class Optimizer:
    """What an optimizer keeps.

    Attributes:
        name: The name of the table.
        moments: Moments of each parameter, in the precision of the regime.
        bytes: Their bytes per parameter where they are quantised.
        step_copy: It steps in copies.
        paged: Its state gives way to host memory.
        aliases: How trainers call it.
    """

    name: str
    moments: float
    cited: Cited
    bytes: float = 0
    step_copy: bool = False
    paged: bool = False
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Quantizer:
    """Bytes per parameter of a quantised linear layer, and how else it is called."""

    name: str
    bytes: float
    cited: Cited
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Constant:
    """One named number with its unit."""

    name: str
    value: float
    unit: str
    cited: Cited


@dataclass(frozen=True, slots=True)
class TokenPrice:
    """A hosted model, in USD per million tokens.

    Attributes:
        name: The name of the table.
        input: Price of input tokens.
        output: Price of output tokens.
        cited: Where the prices come from.
        cached_input: Price of input read from a prompt cache, `None` where there is none.
        cache_write: Price of writing it, `None` where it costs the input price.
        cache_minimum: Tokens that a prefix must have to be cached, 0 where unknown.
        batch_input: Price of input tokens of a batch that may wait a day.
        batch_output: Price of its output tokens.
        tuned_input: Price of input tokens of a fine-tuned copy, `None` where there is none.
        tuned_output: Price of its output tokens.
        training: Price of a training token, `None` where unknown.
        retired: The day from which it is no longer served, empty while it is.
        context: The longest input in tokens, 0 when unknown.
    """

    name: str
    input: float
    output: float
    cited: Cited
    cached_input: float | None = None
    cache_write: float | None = None
    cache_minimum: float = 0
    batch_input: float | None = None
    batch_output: float | None = None
    tuned_input: float | None = None
    tuned_output: float | None = None
    training: float | None = None
    retired: str = ""
    context: float = 0


@dataclass(frozen=True, slots=True)
class Effort:
    """What a part of a strategy takes in work or money, as a range.

    Attributes:
        name: What is taken, then the part it is for: `first-version-rag`, `label`.
        low: The lower end.
        high: The upper end.
        unit: `days` of work, `USD`, or what is counted.
        cited: Where the range comes from.
        skills: What the team must be able to do, by the values of `team_skills`.
    """

    name: str
    low: float
    high: float
    unit: str
    cited: Cited
    skills: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Accuracy:
    """How far published measurements that nothing was fitted on lie from the estimates.

    Attributes:
        name: What is estimated, the method, and `few` where few inputs are stated.
        rows: How many measurements.
        median: Relative error that half of them stay below.
        within: Share with an error of at most 20 % (memory) or a factor of 1.5 (hours).
        covered: Share inside the range.
    """

    name: str
    rows: int
    median: float
    within: float
    covered: float
    cited: Cited


@dataclass(frozen=True, slots=True, eq=False)
class Tables:
    """All tables, by name; equal only to themselves, so that what is derived can be kept.

    Attributes:
        models: Known models.
        gpus: Known cards.
        regimes: Precision regimes.
        optimizers: Optimizers.
        quantizers: Weight quantisers.
        prices: Hosted models.
        constants: Everything else.
        efforts: What strategies take in work.
        accuracies: How good the estimates are.
        shelf_life_days: After how many days a price is old.
    """

    models: Mapping[str, Architecture]
    gpus: Mapping[str, Gpu]
    regimes: Mapping[str, Regime]
    optimizers: Mapping[str, Optimizer]
    quantizers: Mapping[str, Quantizer]
    prices: Mapping[str, TokenPrice]
    constants: Mapping[str, Constant]
    efforts: Mapping[str, Effort]
    accuracies: Mapping[str, Accuracy]
    shelf_life_days: int

    def value(self, name: str) -> float:
        """The value of a constant."""
        return self.constants[name].value
