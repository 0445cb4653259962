"""One training run: what is known of it, and the values taken for what is not."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from math import isfinite
from typing import TypeVar

from llm_adapt.errors import LlmAdaptError
from llm_adapt.estimate.shape import LARGE_VOCAB, SMALL_VOCAB, unknown, with_vocab
from llm_adapt.rules.table import Architecture, Gpu, Tables

METHODS = ("full", "lora", "qlora", "lora_emb", "ia3")
OPTIMIZERS = ("adamw", "adamw_fused", "adamw8bit", "paged_adamw", "paged_adamw8bit", "sgd")
SHARDINGS = ("none", "ddp", "zero1", "zero2", "zero3", "fsdp")
TARGETS = ("q,v", "attn_qkv", "attn", "mlp", "all_linear", "all_linear+head")
# Linear maps of a layer; targets may also be written as a list of them.
MAPS = frozenset(("q", "k", "v", "o", "gate", "up", "down"))
MOST_TOKENS = 10_000_000
MOST_COUNT = 1_000_000


class Side(StrEnum):
    """Which value to take for what is not stated."""

    LOW = "low"
    TYPICAL = "typical"
    HIGH = "high"


@dataclass(frozen=True, slots=True)
class Known:
    """What is stated of a run; `None` is unknown. Lengths in tokens, sizes as counts.

    Attributes:
        shape: The model.
        method: One of `METHODS`.
        regime: A row of the precision regimes.
        quantizer: A row of the quantizers, `none` for none.
        optimizer: One of `OPTIMIZERS`.
        step_in_backward: The optimizer steps inside the backward pass, gradients never pile up.
        checkpointing: Activations are recomputed layer by layer.
        flash: Attention never keeps the square of the length.
        loss: `plain`, `chunked` or `fused` cross entropy.
        compiled: The model runs under torch.compile.
        rank: Rank of the adapters.
        targets: One of `TARGETS`, or names of `MAPS` with commas.
        trainable: Adapter parameters, when counted already.
        micro_batch: Sequences of one forward pass on one GPU.
        seq_len: Tokens of the longest sequence.
        variable_length: Lengths vary from batch to batch.
        accumulates: Gradients pile up over several micro-batches.
        gpus: Number of GPUs.
        sharding: One of `SHARDINGS`.
        cpu_offload: Weights, gradients and optimizer state live in host memory.
        act_offload: Checkpointed inputs live in host memory.
        metric: `allocated`, `reserved` or `nvidia-smi`.
        empties_cache: The run empties the allocator cache.
        fp32_rest: What is not quantised is cast to fp32 (PEFT's k-bit preparation).
        unties: The framework gives a tied head its own matrix.
        fp32_base: Base weights in fp32.
        gpu: The card.
    """

    shape: Architecture
    method: str
    regime: str | None = None
    quantizer: str | None = None
    optimizer: str | None = None
    step_in_backward: bool | None = None
    checkpointing: bool | None = None
    flash: bool | None = None
    loss: str | None = None
    compiled: bool | None = None
    rank: float | None = None
    targets: str | None = None
    trainable: float | None = None
    micro_batch: float | None = None
    seq_len: float | None = None
    variable_length: bool | None = None
    accumulates: bool | None = None
    gpus: float | None = None
    sharding: str | None = None
    cpu_offload: bool | None = None
    act_offload: bool | None = None
    metric: str | None = None
    empties_cache: bool = False
    fp32_rest: bool = False
    unties: bool = False
    fp32_base: bool = False
    gpu: Gpu | None = None


@dataclass(frozen=True, slots=True)
class Setup:
    """A run without unknowns; the fields are those of `Known`."""

    shape: Architecture
    method: str
    regime: str
    quantizer: str
    optimizer: str
    step_in_backward: bool
    checkpointing: bool
    flash: bool
    loss: str
    compiled: bool
    rank: float
    targets: str
    trainable: float | None
    micro_batch: float
    seq_len: float
    slack: str
    accumulates: bool
    gpus: float
    sharding: str
    cpu_offload: bool
    act_offload: bool
    metric: str
    fp32_rest: bool
    unties: bool
    fp32_base: bool
    gpu: Gpu | None

    @property
    def full(self) -> bool:
        """All weights are trained."""
        return self.method == "full"

    @property
    def tokens(self) -> float:
        """Tokens of one forward pass on one GPU."""
        return self.micro_batch * self.seq_len

    @property
    def shards_weights(self) -> bool:
        """Weights are spread over the GPUs."""
        return self.gpus > 1 and self.sharding in ("zero3", "fsdp")


def resolve(known: Known, tables: Tables, side: Side) -> tuple[Setup, dict[str, str]]:
    """A run without unknowns, and what was assumed: each unknown at one side of its interval.

    Args:
        known: What is stated.
        tables: For the precision regimes and quantizers.
        side: Whether unknowns take the value that needs least, usually or most memory.

    Raises:
        LlmAdaptError: A stated value is none of the known ones, or out of every bound.
    """
    _check(known, tables)
    taken = _Taken(side)
    counted = known.method == "full" or known.trainable is not None
    pick, full = taken.pick, known.method == "full"
    gpus = pick("gpus", known.gpus, 1.0, 1.0, 1.0)
    spread = gpus > 1
    variable = pick("lengths", _slack(known), "cache-slack", *_UNKNOWN_SLACK)
    setup = Setup(
        shape=_shape(known, taken),
        method=known.method,
        regime=pick("precision", known.regime, "pure_bf16", "amp_bf16", _most(full=full)),
        quantizer=_quantizer(known),
        optimizer=pick("optimizer", known.optimizer, "adamw", "adamw", "adamw"),
        step_in_backward=known.step_in_backward or False,
        checkpointing=pick("checkpointing", known.checkpointing, *_ALWAYS),
        flash=pick("flash attention", known.flash, *_ALWAYS),
        loss=pick("cross entropy", known.loss, "fused", "plain", "plain"),
        compiled=pick("torch.compile", known.compiled, *_NEVER),
        rank=pick("rank", 16.0 if counted else known.rank, 8.0, 16.0, 64.0),
        targets=pick("targets", _targets(known), "q,v", "all_linear", "all_linear"),
        trainable=known.trainable,
        micro_batch=pick("micro-batch", known.micro_batch, 1.0, 1.0, 2.0),
        seq_len=pick("length", known.seq_len, 512.0, 2048.0, 4096.0),
        slack="" if known.empties_cache or _allocated(known, variable) else variable,
        accumulates=pick("accumulation", _accumulates(known), *_OFF_IF_LEAST),
        gpus=gpus,
        sharding=pick("sharding", known.sharding, *(_SPREAD if spread else _ALONE)),
        cpu_offload=known.cpu_offload or False,
        act_offload=known.act_offload or False,
        metric=pick("metric", known.metric, "allocated", "reserved", "nvidia-smi"),
        fp32_rest=known.fp32_rest,
        unties=known.unties,
        fp32_base=known.fp32_base,
        gpu=known.gpu,
    )
    return setup, taken.assumed


_T = TypeVar("_T")
# Choices that anyone short of memory makes; they are said, but do not widen the range.
_CHOICES = ("checkpointing",)
_SAID = {"cache-slack-unknown": "may vary", "none": "off"}
_UNKNOWN_SLACK = ("cache-slack-unknown", "cache-slack-variable")
_SPREAD = ("fsdp", "fsdp", "ddp")
_ALONE = ("none", "none", "none")
_ALWAYS, _NEVER = (True, True, True), (False, False, False)
_OFF_IF_LEAST = (False, True, True)


@dataclass(slots=True)
class _Taken:
    side: Side
    assumed: dict[str, str] = field(default_factory=dict[str, str])

    def pick(self, name: str, stated: _T | None, low: _T, typical: _T, high: _T) -> _T:
        if stated is not None:
            return stated
        if (low, typical) != (typical, high) or name in _CHOICES:
            self.assumed[name] = _said(typical)
        return {Side.LOW: low, Side.TYPICAL: typical, Side.HIGH: high}[self.side]


def _said(value: object) -> str:
    if isinstance(value, bool):
        return "on" if value else "off"
    if isinstance(value, float):
        return f"{value:g}"
    return _SAID.get(str(value), str(value))


def _most(*, full: bool) -> str:
    return "mixed_master" if full else "amp_bf16"


def _allocated(known: Known, slack: str) -> bool:
    return known.metric == "allocated" and slack != "cache-slack-variable"


def _slack(known: Known) -> str | None:
    if known.variable_length is None:
        return None
    return "cache-slack-variable" if known.variable_length else "cache-slack"


def _accumulates(known: Known) -> bool | None:
    # Only full training keeps gradients that weigh anything.
    return known.accumulates if known.method == "full" else bool(known.accumulates)


def _targets(known: Known) -> str | None:
    return "all_linear" if known.method == "full" and known.targets is None else known.targets


def _shape(known: Known, taken: _Taken) -> Architecture:
    if known.shape.exact:
        return known.shape
    vocab = taken.pick("vocabulary", None, SMALL_VOCAB, known.shape.vocab, LARGE_VOCAB)
    return with_vocab(known.shape, vocab)


def _quantizer(known: Known) -> str:
    if known.method == "qlora":
        return known.quantizer if known.quantizer not in (None, "none") else "nf4"
    return known.quantizer or "none"


def _check(known: Known, tables: Tables) -> None:
    _one_of("method", known.method, METHODS)
    _one_of("precision regime", known.regime, tables.regimes)
    _one_of("quantizer", known.quantizer, ("none", *tables.quantizers))
    _one_of("optimizer", known.optimizer, OPTIMIZERS)
    _one_of("sharding", known.sharding, SHARDINGS)
    if not known.targets or not set(known.targets.split(",")) <= MAPS:
        _one_of("adapter targets", known.targets, TARGETS)
    if known.method == "full" and known.quantizer not in (None, "none"):
        raise LlmAdaptError(
            "full training of quantised weights is not possible",
            hint="use the method qlora, or the quantizer none",
        )
    _between("the micro-batch", known.micro_batch, MOST_COUNT)
    _between("the length", known.seq_len, MOST_TOKENS)
    _between("the rank", known.rank, MOST_COUNT)
    _between("the number of GPUs", known.gpus, MOST_COUNT)
    _between("the adapter size", known.trainable, known.shape.params)


def _one_of(what: str, value: str | None, allowed: tuple[str, ...] | Mapping[str, object]) -> None:
    if value is not None and value not in allowed:
        raise unknown(what, value, allowed, f"known are {', '.join(allowed)}")


def _between(what: str, value: float | None, most: float) -> None:
    if value is None:
        return
    if not isfinite(value) or value <= 0:
        raise LlmAdaptError(f"{what} must be above zero, not {value:g}")
    if value > most:
        raise LlmAdaptError(f"{what} of {value:g} is absurd", hint=f"it is at most {most:g}")
