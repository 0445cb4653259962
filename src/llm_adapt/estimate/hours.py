"""GPU hours of a training run from tokens, model and card, and what they cost."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from math import isfinite

from llm_adapt.errors import LlmAdaptError
from llm_adapt.estimate.rows import Row
from llm_adapt.estimate.shape import BILLION, check_params, find_gpu, known_gpu, model, unknown
from llm_adapt.rules.estimate import HoursEstimate, Range
from llm_adapt.rules.plain import Plain
from llm_adapt.rules.table import Architecture, Gpu, Tables

METHODS = ("full", "lora", "qlora")
PURPOSES = ("pretrain", "cpt", "sft", "throughput", "sft_throughput")
# Purposes whose published hours are those of clean steps, without restarts and evaluation.
_CLEAN = ("throughput", "sft_throughput")
_LONG = ("pretrain", "cpt")
MOST_TOKENS = 1e16
SECONDS = 3600.0
TERA = 1e12
PICO = 1e-12
_TYPICAL_LENGTH = 2048.0
_MOE_FROM = 1.5


@dataclass(frozen=True, slots=True)
class Run:
    """What is stated of a run; `None` is unknown.

    Attributes:
        shape: The model.
        tokens: Tokens it is trained on, all epochs together.
        method: `full`, `lora` or `qlora`.
        purpose: One of `PURPOSES`; a `throughput` leaves out restarts and evaluation.
        gpu: The card.
        peak_tflops: Dense 16-bit peak of one GPU in TFLOP/s, over that of the card.
        gpus: Number of GPUs.
        seq_len: Tokens of a sequence.
        micro_batch: Sequences of one forward pass on one GPU.
        recompute: Activations are recomputed.
    """

    shape: Architecture
    tokens: float
    method: str
    purpose: str
    gpu: Gpu | None
    peak_tflops: float | None = None
    gpus: float | None = None
    seq_len: float | None = None
    micro_batch: float | None = None
    recompute: bool | None = None


def training_hours(run: Run, tables: Tables, usd_per_hour: float | None = None) -> HoursEstimate:
    """GPU hours over all GPUs, hours on the clock, and USD where a price is known.

    `hours = tokens * operations per token / (peak * efficiency)`, with 6 operations a parameter for
    full training, 4 with frozen weights, 2 more when recomputing, and attention on top; adapters
    add a time per micro-batch, in which the frozen weights are read or unpacked.

    Args:
        run: What is stated.
        tables: Dated constants and prices.
        usd_per_hour: Rent of one GPU in USD per hour, over the table's.

    Raises:
        LlmAdaptError: A value is out of bounds, or the card has no known 16-bit peak.
    """
    _check(run)
    hours = _seconds(run, tables) / SECONDS * _overheads(run, tables)
    spread = Range(
        hours,
        hours * tables.value("hours-band-low"),
        hours * tables.value("hours-band-high"),
    )
    usd, price = _money(run, spread, usd_per_hour)
    return HoursEstimate(
        hours=spread,
        wall_hours=spread.times(1 / (run.gpus or 1)),
        usd=usd,
        price=price,
        assumed=_assumed(run, tables),
        notes=_notes(run),
    )


def known_hours(cells: Mapping[str, Plain], tables: Tables) -> Run:
    """A row of `gpu_hours.csv` as a run.

    Raises:
        LlmAdaptError: There is no model size, token count or card, or a cell cannot be read.
    """
    row = Row(cells)
    total, active = row.number("total_params_b"), row.number("active_params_b")
    size = total if total is not None else row.number("params_b")
    tokens, peak = row.number("tokens_b"), row.number("peak_bf16_tflops")
    if tokens is None:
        raise LlmAdaptError("no token count is given", hint="tokens_b, in billions")
    gpu = row.text("gpu")
    if gpu is None and peak is None:
        raise LlmAdaptError("no GPU is given", hint="gpu, or peak_bf16_tflops")
    return Run(
        shape=_sized(row.text("model"), size, active, tables),
        tokens=tokens * BILLION,
        method=row.text("method") or "full",
        purpose=row.text("kind") or "sft",
        gpu=_card(gpu, tables, needed=peak is None),
        peak_tflops=peak,
        gpus=row.number("n_gpus"),
        seq_len=row.number("seq_len"),
        micro_batch=row.number("micro_batch"),
        recompute=row.flag("act_recompute"),
    )


def _card(name: str | None, tables: Tables, *, needed: bool) -> Gpu | None:
    """The card; one that no table has is accepted where its peak is given."""
    if name is None:
        return None
    return find_gpu(name, tables) if needed else known_gpu(name, tables)


def _sized(
    name: str | None, total: float | None, active: float | None, tables: Tables
) -> Architecture:
    if total is None:
        return model(name, active, tables)
    check_params(total)
    working = check_params(active, "the active size") if active is not None else total
    if working > total:
        raise LlmAdaptError(f"{working:g}B active parameters are more than {total:g}B in all")
    # The count of the row decides; only width and depth come from the size.
    shape = model(None, working, tables)
    return replace(shape, params=total * BILLION)


def _seconds(run: Run, tables: Tables) -> float:
    params = run.shape.active_params
    length = run.seq_len or _TYPICAL_LENGTH
    per_token = (6 if run.method == "full" else 4) * params
    attention = 6 * run.shape.layers * run.shape.hidden * length
    if _recomputes(run):
        per_token += 2 * params
        attention *= 4 / 3
    peak = (run.peak_tflops or (run.gpu.half_tflops if run.gpu else 0)) * TERA
    seconds = run.tokens * (per_token + attention) / (peak * tables.value(_efficiency(run)))
    if run.method == "full":
        return seconds
    batches = run.tokens / (length * (run.micro_batch or tables.value("typical-micro-batch")))
    reading = tables.value(f"{run.method}-picoseconds") * PICO * params
    return seconds + batches * (tables.value("micro-batch-seconds") + reading)


def _recomputes(run: Run) -> bool:
    return run.recompute if run.recompute is not None else run.purpose not in _LONG


def _overheads(run: Run, tables: Tables) -> float:
    whole = 1.0 if run.purpose in _CLEAN else tables.value("run-overhead")
    experts = run.shape.params > _MOE_FROM * run.shape.active_params
    return whole * (tables.value("moe-overhead") if experts else 1.0)


def _efficiency(run: Run) -> str:
    name = run.gpu.name if run.gpu else ""
    if name.startswith(("H1", "H2", "GH", "B2", "B3", "MI", "Gaudi", "TPU")):
        return "efficiency-hopper"
    if name.startswith(("RTX", "L4", "A10G", "T4", "A40")) or name == "A10":
        return "efficiency-workstation"
    return "efficiency-ampere"


def _money(run: Run, hours: Range, usd_per_hour: float | None) -> tuple[Range | None, str]:
    if usd_per_hour is not None:
        if not isfinite(usd_per_hour) or usd_per_hour < 0:
            raise LlmAdaptError(f"a price of {usd_per_hour:g} USD per hour cannot be")
        return hours.times(usd_per_hour), f"{usd_per_hour:g} USD per GPU hour, as stated"
    price = run.gpu.price if run.gpu else None
    if price is None:
        return None, "no price is known for this card: state one"
    usd = Range(hours.typical * price.typical, hours.low * price.low, hours.high * price.typical)
    cited = price.cited
    return usd, (
        f"{price.low:g} to {price.typical:g} USD per GPU hour ({cited.source}, {cited.date}, "
        f"grade {cited.grade})"
    )


def _assumed(run: Run, tables: Tables) -> dict[str, str]:
    assumed: dict[str, str] = {}
    if run.seq_len is None:
        assumed["length"] = f"{_TYPICAL_LENGTH:g} tokens"
    if run.micro_batch is None and run.method != "full":
        assumed["micro-batch"] = f"{tables.value('typical-micro-batch'):g} sequences"
    if run.recompute is None:
        assumed["recomputation"] = "yes" if _recomputes(run) else "no"
    return assumed


def _notes(run: Run) -> tuple[str, ...]:
    notes: list[str] = []
    if run.gpu and not run.gpu.bf16_tflops:
        notes.append(f"{run.gpu.name} has no bf16: this is its fp16 peak")
    if run.purpose in _LONG:
        notes.append("published runs differ in what they count: restarts, ablations, long context")
    return tuple(notes)


def _check(run: Run) -> None:
    if run.method not in METHODS:
        raise unknown("method", run.method, METHODS, f"known are {', '.join(METHODS)}")
    if run.purpose not in PURPOSES:
        raise unknown("purpose", run.purpose, PURPOSES, f"known are {', '.join(PURPOSES)}")
    bounds = (
        ("the token count", run.tokens, MOST_TOKENS),
        ("the number of GPUs", run.gpus, 1e7),
        ("the length", run.seq_len, 1e7),
        ("the micro-batch", run.micro_batch, 1e6),
        ("the peak in TFLOP/s", run.peak_tflops, 1e6),
    )
    for what, value, most in bounds:
        if value is None:
            continue
        if not isfinite(value) or value <= 0:
            raise LlmAdaptError(f"{what} must be above zero, not {value:g}")
        if value > most:
            raise LlmAdaptError(f"{what} of {value:g} is absurd", hint=f"it is at most {most:g}")
    if not run.peak_tflops and not (run.gpu and run.gpu.half_tflops):
        raise LlmAdaptError("the speed of this GPU is not known", hint="name a card, such as A100")
