"""Dated numbers with their source; `sources` reads them, `estimate` calculates with them."""

from collections.abc import Mapping
from dataclasses import dataclass


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
    grade: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Architecture:
    """The shape of a decoder: counts, widths in elements, parameters as a plain number.

    Attributes:
        name: How it is called in texts.
        params: All parameters, the experts included.
        active_params: Parameters that work on one token; equal to `params` when dense.
        layers: Decoder layers.
        hidden: Width of the residual stream.
        heads: Query heads.
        kv_heads: Key and value heads.
        head_dim: Width of one head.
        ffn: Inner width of the feed-forward block.
        gated: The block has a gate (three matrices) and RMSNorm; else two and LayerNorm.
        vocab: Entries of the vocabulary.
        tied: Input embedding and output head are one matrix.
        context: The longest input in tokens, 0 when unknown.
        kv_bytes_per_token: KV cache of one token in 16 bit, in bytes.
        kind: `dense`, `moe` or `enc-dec`.
        exact: The shape is known, not guessed from the size.
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


@dataclass(frozen=True, slots=True)
class ModelRow:
    """A model of the table."""

    name: str
    hf_id: str
    architecture: Architecture
    cited: Cited


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
        vendor: Who makes it.
        memory_gb: As it is sold, in GB (1e9 bytes).
        usable_gib: As torch sees it, in GiB (2**30 bytes).
        bandwidth_tb_s: Memory bandwidth in TB/s.
        bf16_tflops: Dense bf16 peak with fp32 accumulation, 0 where the card has no bf16.
        half_tflops: Dense 16-bit peak: bf16, or fp16 where that is all there is.
        fp8_tflops: Dense fp8 peak, 0 where there is none.
        cited: Where the specification comes from.
        price: Rent, where a source gives one.
    """

    name: str
    aliases: tuple[str, ...]
    vendor: str
    memory_gb: float
    usable_gib: float
    bandwidth_tb_s: float
    bf16_tflops: float
    half_tflops: float
    fp8_tflops: float
    cited: Cited
    price: GpuPrice | None


@dataclass(frozen=True, slots=True)
class Regime:
    """A precision regime: bytes per parameter.

    Attributes:
        name: The name of the table.
        title: What it means, in words.
        weights: Weights of full training.
        resident_gradients: Gradients kept between micro-batches.
        optimizer: Optimizer state, a master copy included.
        step_extra: What the optimizer step needs besides.
        adapter: All of it for one adapter parameter.
        adapter_copy: The copy of its input that an adapter keeps, in bytes per element.
    """

    name: str
    title: str
    weights: float
    resident_gradients: float
    optimizer: float
    step_extra: float
    adapter: float
    adapter_copy: float
    cited: Cited


@dataclass(frozen=True, slots=True)
class Quantizer:
    """Bytes per parameter of a quantised linear layer."""

    name: str
    bytes: float
    cited: Cited


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
        cached_input: Price of input read from a prompt cache, `None` where there is none.
        cache_write: Price of writing it, `None` where it costs the input price.
        tuned_factor: Price of a fine-tuned copy over the base, `None` where unknown.
        training: Price of a training token, `None` where unknown.
        cited: Where the prices come from.
        training_cited: Where the training price comes from.
    """

    name: str
    input: float
    output: float
    cached_input: float | None
    cache_write: float | None
    tuned_factor: float | None
    training: float | None
    cited: Cited
    training_cited: Cited | None = None


@dataclass(frozen=True, slots=True)
class Tables:
    """All tables, by name.

    Attributes:
        models: Known models.
        gpus: Known cards.
        regimes: Precision regimes.
        quantizers: Weight quantisers.
        prices: Hosted models.
        constants: Everything else.
        shelf_life_days: After how many days a price is old.
    """

    models: Mapping[str, ModelRow]
    gpus: Mapping[str, Gpu]
    regimes: Mapping[str, Regime]
    quantizers: Mapping[str, Quantizer]
    prices: Mapping[str, TokenPrice]
    constants: Mapping[str, Constant]
    shelf_life_days: int

    def value(self, name: str) -> float:
        """The value of a constant."""
        return self.constants[name].value
