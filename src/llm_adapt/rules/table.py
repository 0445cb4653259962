"""Dated numbers with their source; `files` reads them, `estimate` calculates with them."""

from collections.abc import Callable, Mapping
from typing import Annotated

from llm_adapt.rules.amount import Amounts
from llm_adapt.rules.cited import Beside, Cited
from llm_adapt.rules.form import BESIDE, Count, Text, Whole
from llm_adapt.rules.plain import Plain
from llm_adapt.rules.record import record


@record(frozen=True)
class Architecture:
    """The shape of a decoder: counts, widths in elements, parameters as a plain number."""

    name: Text
    params: Count  # all, experts and vision tower included
    active_params: Count  # those that work on one token
    layers: Count
    hidden: Count
    heads: Count
    kv_heads: Count
    head_dim: Count
    ffn: Count  # inner width of the feed-forward block that works on one token
    gated: bool  # three matrices and RMSNorm; else two and LayerNorm
    vocab: Count
    tied: bool  # input embedding and output head are one matrix
    context: Whole  # tokens, 0 when unknown
    kv_bytes_per_token: Count  # in 16 bit, of the layers that keep all tokens
    kind: str = "dense"  # or moe, enc-dec
    exact: bool = True  # known, not guessed from the size
    hf_id: str = ""
    experts: Count = 0  # of a layer
    expert_params: Count = 0  # of all experts
    rest_params: Count = 0  # outside of the text layers: a vision tower, extra embeddings
    window: Count = 0  # tokens that layers with sliding attention keep
    window_bytes: Count = 0  # their cache of one token
    state_bytes: Count = 0  # what layers with linear attention keep of a sequence
    quantizer: str = ""  # how the published weights are stored
    eager: bool = False  # trainers have run it without flash attention, whatever was asked
    cited: Annotated[Cited | None, BESIDE] = None

    def kv_cache(self, tokens: float) -> float:
        """KV cache of one sequence in 16 bit, in bytes."""
        slid = min(tokens, self.window) * self.window_bytes
        return tokens * self.kv_bytes_per_token + slid + self.state_bytes


@record(frozen=True)
class ConfigKind:
    """What a `model_type` of a `config.json` means beyond the numbers in the file."""

    name: Text
    cited: Beside
    refused: str = ""  # why it is no decoder that the formula covers
    ungated: bool = False
    tied: bool = False  # unless the file says otherwise
    eager: bool = False  # as in `Architecture`
    defaults: Mapping[str, Plain] | None = None  # of the class, which the file leaves out


@record(frozen=True)
class GpuPrice:
    """Rent of one GPU in USD per hour."""

    low: Count
    typical: Count
    cited: Beside


@record(frozen=True)
class Gpu:
    """A card. TFLOP/s are dense, with fp32 accumulation; 0 where a card has none."""

    name: Text
    aliases: tuple[str, ...]
    memory_gb: Count  # as it is sold
    usable_gib: Count  # as torch sees it, in 2**30 bytes
    bandwidth_tb_s: Count
    bf16_tflops: Count
    fp8_tflops: Count
    family: str  # ampere, hopper or workstation: which efficiency holds
    cited: Beside
    fp16_tflops: Count = 0  # of cards without bf16
    price: GpuPrice | None = None

    @property
    def half_tflops(self) -> float:
        """Dense 16-bit peak: bf16, or fp16 where that is all there is."""
        return self.bf16_tflops or self.fp16_tflops


@record(frozen=True)
class Regime:
    """A precision regime: bytes per parameter."""

    name: Text
    title: str
    weights: Count  # of full training
    gradients: Count  # kept between micro-batches
    master: Count  # a 32-bit copy of the weights
    moment: Count  # one moment of the optimizer
    step_copy: Count  # what an optimizer that steps in copies needs besides
    adapter: Count  # all of it for one adapter parameter, with two moments
    adapter_copy: Count  # the copy of its input that an adapter keeps, per element
    cited: Beside


@record(frozen=True)
class Optimizer:
    """What an optimizer keeps: moments in the precision of the regime, or their bytes."""

    name: Text
    moments: Count
    cited: Beside
    bytes: Count = 0  # per parameter, where they are quantised
    step_copy: bool = False
    paged: bool = False  # its state gives way to host memory
    aliases: tuple[str, ...] = ()


@record(frozen=True)
class Quantizer:
    """Bytes per parameter of a quantised linear layer, and how else it is called."""

    name: Text
    bytes: Count
    cited: Beside
    aliases: tuple[str, ...] = ()


@record(frozen=True)
class Constant:
    """One named number with its unit."""

    name: Text
    value: Count
    unit: str
    cited: Beside


@record(frozen=True)
class TokenPrice:
    """A hosted model, in USD per million tokens; `None` where there is no such price."""

    name: Text
    input: Count
    output: Count
    cited: Beside
    cached_input: Count | None = None
    cache_write: Count | None = None  # where writing costs more than reading once
    cache_minimum: Count = 0  # tokens that a prefix must have, 0 where unknown
    batch_input: Count | None = None
    batch_output: Count | None = None
    tuned_input: Count | None = None
    tuned_output: Count | None = None
    training: Count | None = None  # of a training token
    retired: str = ""  # the day from which it is no longer served
    until: str = ""  # the last day of an introductory price
    context: Count = 0  # tokens, 0 when unknown


@record(frozen=True)
class Effort:
    """What a part of a strategy takes in work or money, as a range."""

    name: Text  # what is taken, then the part it is for: first-version-rag, label
    low: Count
    high: Count
    unit: str
    cited: Beside
    skills: tuple[str, ...] = ()  # values of `team_skills`


@record(frozen=True)
class Accuracy:
    """How far published measurements that nothing was fitted on lie from the estimates."""

    name: Text  # what is estimated, the method, and `few` where few inputs are stated
    rows: Whole
    median: Count  # relative error that half of them stay below
    within: Count  # share with an error of at most 20 % (memory) or a factor of 1.5 (hours)
    covered: Count  # share inside the range
    cited: Beside


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
    missing: Mapping[str, str]  # by table, what was looked for and has no row for want of a source
    amounts: Callable[[], Amounts]  # what people may write after a number, read when they do

    def value(self, name: str) -> float:
        """The value of a constant."""
        return self.constants[name].value
