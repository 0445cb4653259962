"""Dated numbers with their source; `files` reads them, `estimate` calculates with them."""

from collections.abc import Callable, Mapping
from typing import Literal

from llm_adapt.rules.amount import Amounts
from llm_adapt.rules.plain import Plain
from llm_adapt.rules.record import record


@record(frozen=True)
class Cited:
    """Where a row comes from; A is primary, B documented, C second hand, D own fit or guess."""

    source: str  # the URL, or the script of ours that produced the number
    date: str  # when it was seen or set: 2026, 2026-11 or 2026-11-23
    grade: Literal["A", "B", "C", "D"]
    note: str = ""


@record(frozen=True)
class Architecture:
    """The shape of a decoder: counts, widths in elements, parameters as a plain number."""

    name: str
    params: float  # all, experts and vision tower included
    active_params: float  # those that work on one token
    layers: float
    hidden: float
    heads: float
    kv_heads: float
    head_dim: float
    ffn: float  # inner width of the feed-forward block that works on one token
    gated: bool  # three matrices and RMSNorm; else two and LayerNorm
    vocab: float
    tied: bool  # input embedding and output head are one matrix
    context: int  # tokens, 0 when unknown
    kv_bytes_per_token: float  # in 16 bit, of the layers that keep all tokens
    kind: str = "dense"  # or moe, enc-dec
    exact: bool = True  # known, not guessed from the size
    hf_id: str = ""
    experts: float = 0  # of a layer
    expert_params: float = 0  # of all experts
    rest_params: float = 0  # outside of the text layers: a vision tower, extra embeddings
    window: float = 0  # tokens that layers with sliding attention keep
    window_bytes: float = 0  # their cache of one token
    state_bytes: float = 0  # what layers with linear attention keep of a sequence
    quantizer: str = ""  # how the published weights are stored
    eager: bool = False  # trainers have run it without flash attention, whatever was asked
    cited: Cited | None = None

    def kv_cache(self, tokens: float) -> float:
        """KV cache of one sequence in 16 bit, in bytes."""
        slid = min(tokens, self.window) * self.window_bytes
        return tokens * self.kv_bytes_per_token + slid + self.state_bytes


@record(frozen=True)
class ConfigKind:
    """What a `model_type` of a `config.json` means beyond the numbers in the file."""

    name: str
    cited: Cited
    refused: str = ""  # why it is no decoder that the formula covers
    ungated: bool = False
    tied: bool = False  # unless the file says otherwise
    eager: bool = False  # as in `Architecture`
    defaults: Mapping[str, Plain] | None = None  # of the class, which the file leaves out


@record(frozen=True)
class GpuPrice:
    """Rent of one GPU in USD per hour."""

    low: float
    typical: float
    cited: Cited


@record(frozen=True)
class Gpu:
    """A card. TFLOP/s are dense, with fp32 accumulation; 0 where a card has none."""

    name: str
    aliases: tuple[str, ...]
    memory_gb: float  # as it is sold
    usable_gib: float  # as torch sees it, in 2**30 bytes
    bandwidth_tb_s: float
    bf16_tflops: float
    fp8_tflops: float
    family: str  # ampere, hopper or workstation: which efficiency holds
    cited: Cited
    fp16_tflops: float = 0  # of cards without bf16
    price: GpuPrice | None = None

    @property
    def half_tflops(self) -> float:
        """Dense 16-bit peak: bf16, or fp16 where that is all there is."""
        return self.bf16_tflops or self.fp16_tflops


@record(frozen=True)
class Regime:
    """A precision regime: bytes per parameter."""

    name: str
    title: str
    weights: float  # of full training
    gradients: float  # kept between micro-batches
    master: float  # a 32-bit copy of the weights
    moment: float  # one moment of the optimizer
    step_copy: float  # what an optimizer that steps in copies needs besides
    adapter: float  # all of it for one adapter parameter, with two moments
    adapter_copy: float  # the copy of its input that an adapter keeps, per element
    cited: Cited


@record(frozen=True)
class Optimizer:
    """What an optimizer keeps: moments in the precision of the regime, or their bytes."""

    name: str
    moments: float
    cited: Cited
    bytes: float = 0  # per parameter, where they are quantised
    step_copy: bool = False
    paged: bool = False  # its state gives way to host memory
    aliases: tuple[str, ...] = ()


@record(frozen=True)
class Quantizer:
    """Bytes per parameter of a quantised linear layer, and how else it is called."""

    name: str
    bytes: float
    cited: Cited
    aliases: tuple[str, ...] = ()


@record(frozen=True)
class Constant:
    """One named number with its unit."""

    name: str
    value: float
    unit: str
    cited: Cited


@record(frozen=True)
class TokenPrice:
    """A hosted model, in USD per million tokens; `None` where there is no such price."""

    name: str
    input: float
    output: float
    cited: Cited
    cached_input: float | None = None
    cache_write: float | None = None  # where writing costs more than reading once
    cache_minimum: float = 0  # tokens that a prefix must have, 0 where unknown
    batch_input: float | None = None
    batch_output: float | None = None
    tuned_input: float | None = None
    tuned_output: float | None = None
    training: float | None = None  # of a training token
    retired: str = ""  # the day from which it is no longer served
    context: float = 0  # tokens, 0 when unknown


@record(frozen=True)
class Effort:
    """What a part of a strategy takes in work or money, as a range."""

    name: str  # what is taken, then the part it is for: first-version-rag, label
    low: float
    high: float
    unit: str
    cited: Cited
    skills: tuple[str, ...] = ()  # values of `team_skills`


@record(frozen=True)
class Accuracy:
    """How far published measurements that nothing was fitted on lie from the estimates."""

    name: str  # what is estimated, the method, and `few` where few inputs are stated
    rows: int
    median: float  # relative error that half of them stay below
    within: float  # share with an error of at most 20 % (memory) or a factor of 1.5 (hours)
    covered: float  # share inside the range
    cited: Cited


@record(frozen=True, eq=False)
class Tables:
    """All tables, by name; equal only to themselves, so that what is derived can be kept."""

    models: Mapping[str, Architecture]
    kinds: Mapping[str, ConfigKind]
    gpus: Mapping[str, Gpu]
    regimes: Mapping[str, Regime]
    optimizers: Mapping[str, Optimizer]
    quantizers: Mapping[str, Quantizer]
    prices: Mapping[str, TokenPrice]
    constants: Mapping[str, Constant]
    efforts: Mapping[str, Effort]
    accuracies: Mapping[str, Accuracy]
    shelf_life_days: int  # after which a price is old
    amounts: Callable[[], Amounts]  # what people may write after a number, read when they do

    def value(self, name: str) -> float:
        """The value of a constant."""
        return self.constants[name].value
