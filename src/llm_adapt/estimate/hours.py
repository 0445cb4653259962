"""GPU hours of a training run from tokens, model and card, and what they cost."""

from collections.abc import Iterator

from llm_adapt.errors import LlmAdaptError
from llm_adapt.estimate.run import Run, options_of, said
from llm_adapt.rules.estimate import HoursEstimate, Range
from llm_adapt.rules.table import Tables

# Purposes whose published hours are those of clean steps, without restarts and evaluation.
_CLEAN = ("throughput", "sft_throughput")
_LONG = ("pretrain", "cpt")
SECONDS = 3600.0
# What was assumed, as answers call it.
_WORDS = {"seq_len": "length", "micro_batch": "micro-batch", "checkpointing": "recomputation"}
_TERA, _PICO = 1e12, 1e-12
_MOE_FROM = 1.5


def training_hours(run: Run, tables: Tables) -> HoursEstimate:
    """GPU hours over all GPUs, hours on the clock, and USD where a price is known.

    `hours = tokens * operations per token / (peak * efficiency)`, with 6 operations a parameter for
    full training, 4 with frozen weights, 2 more when recomputing, and attention on top; and a time
    per micro-batch, in which kernels start and the weights are read, unpacked or gathered.

    Raises:
        LlmAdaptError: There are no tokens, or the card has no known 16-bit peak.
    """
    if not run.tokens:
        raise LlmAdaptError("no token count is given", hint="of all epochs together: --tokens 5M")
    if not run.peak_tflops and not (run.card and run.card.half_tflops):
        raise LlmAdaptError("the speed of this GPU is not known", hint="name a card, such as A100")
    hours = _seconds(run, tables) / SECONDS * _overheads(run, tables)
    method = "full" if run.full else "adapter"
    spread = Range(
        hours,
        hours * tables.value(f"hours-low-{method}"),
        hours * tables.value(f"hours-high-{method}"),
    )
    usd, price = _money(run, spread)
    taken = _assumed(run, tables)
    return HoursEstimate(
        hours=spread,
        wall_hours=spread.times(1 / run.gpus),
        usd=usd,
        price=price,
        assumed={_WORDS[name]: value for name, value in taken.items()},
        assumed_options=options_of(taken),
        notes=tuple(_notes(run)),
    )


def _seconds(run: Run, tables: Tables) -> float:
    params = run.shape.active_params
    per_token = (6 if run.full else 4) * params
    attention = 6 * run.shape.layers * run.shape.hidden * run.length
    if _recomputes(run):
        per_token += 2 * params
        attention *= 4 / 3
    peak = (run.peak_tflops or (run.card.half_tflops if run.card else 0)) * _TERA
    family = run.card.family if run.card else "ampere"
    efficiency = tables.value(f"efficiency-{family}")
    seconds = run.tokens * (per_token + attention) / (peak * efficiency)
    if run.full and run.purpose in _LONG:
        # Long runs fill their micro-batches.
        return seconds
    batch = run.micro_batch if "micro_batch" in run.stated else tables.value("typical-micro-batch")
    batches = run.tokens / (run.length * batch)
    method = "full" if run.full else "qlora" if run.quantised else "lora"
    each = tables.value(f"{method}-picoseconds") * _PICO * run.shape.params
    return seconds + batches * (tables.value("micro-batch-seconds") + each)


def _recomputes(run: Run) -> bool:
    return run.checkpointing if "checkpointing" in run.stated else run.purpose not in _LONG


def _overheads(run: Run, tables: Tables) -> float:
    whole = 1.0 if run.purpose in _CLEAN else tables.value("run-overhead")
    experts = run.shape.params > _MOE_FROM * run.shape.active_params
    # A preference run reads a reference model as well, a policy also generates.
    purpose = tables.value(f"{run.purpose}-overhead") if run.purpose in ("dpo", "grpo") else 1.0
    return whole * purpose * (tables.value("moe-overhead") if experts else 1.0)


def _money(run: Run, hours: Range) -> tuple[Range | None, str]:
    if "usd_per_hour" in run.stated:
        return hours.times(run.usd_per_hour), f"{run.usd_per_hour:g} USD per GPU hour, as stated"
    price = run.card.price if run.card else None
    if price is None:
        return None, "no price is known for this card: state one"
    usd = Range(hours.typical * price.typical, hours.low * price.low, hours.high * price.typical)
    cited = price.cited
    return usd, (
        f"{price.low:g} to {price.typical:g} USD per GPU hour ({cited.source}, {cited.date}, "
        f"grade {cited.grade})"
    )


def _assumed(run: Run, tables: Tables) -> dict[str, str]:
    """What was not stated and matters to hours, with the value taken."""
    taken = {
        "seq_len": said(run.seq_len),
        "micro_batch": said(tables.value("typical-micro-batch")),
        "checkpointing": said(_recomputes(run)),
    }
    return {name: value for name, value in taken.items() if name not in run.stated}


def _notes(run: Run) -> Iterator[str]:
    if run.card and not run.card.bf16_tflops:
        yield f"{run.card.name} has no bf16: this is its fp16 peak"
    if run.purpose in _LONG:
        yield "published runs differ in what they count: restarts, ablations, long context"
