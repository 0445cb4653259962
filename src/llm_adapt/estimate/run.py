"""One record of a run: what is stated of it, and the values taken for what is not."""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from math import prod
from typing import Any

from llm_adapt.errors import LlmAdaptError
from llm_adapt.estimate.models import find_gpu, known_gpu, sized
from llm_adapt.estimate.setting import (
    BILLION,
    Options,
    billions,
    but,
    by_name,
    count,
    flag,
    key_of,
    params,
    say,
    settings_of,
    stated,
    text_of,
    token_count,
    unknown,
    usd,
    words,
)
from llm_adapt.rules.plain import Plain
from llm_adapt.rules.record import record
from llm_adapt.rules.table import Architecture, Gpu, Tables

SERVE = "inference"
METHODS = ("full", "lora", "qlora", "lora_emb", "ia3", SERVE)
PURPOSES = ("sft", "cpt", "pretrain", "throughput", "sft_throughput", "dpo", "orpo", "kto", "grpo")
SHARDINGS = ("none", "ddp", "zero1", "zero2", "zero3", "fsdp", "device_map")
ATTENTION = ("flash", "sdpa", "eager")
LOSSES = ("unknown", "plain", "chunked", "inplace", "fused")
METRICS = ("allocated", "reserved", "nvidia-smi")
LENGTHS = ("same", "variable")
DTYPES = ("bf16", "fp16", "fp32")
# Linear maps of a layer, and the names of several of them.
MAPS = ("q", "k", "v", "o", "gate", "up", "down")
TARGETS = {
    "attn_qkv": ("q", "k", "v"),
    "attn": ("q", "k", "v", "o"),
    "mlp": ("gate", "up", "down"),
    "all_linear": MAPS,
    "all": MAPS,
    "head": ("head",),
}
# Prompts and scaling vectors keep no input of a linear map; every other adapter does as LoRA does.
_SCALING = words("prompt_tuning prefix_tuning p_tuning trainable_tokens ln_tuning adaption_prompt")
_ADAPTERS = words(
    "adapter dora adalora rslora pissa vera vblora randlora loha lokr oft boft hra fourierft "
    "waveft miss bone shira c3a road gralora delora"
)


@record(frozen=True)
class Run:
    """A run of training or serving. What is not in `stated` holds the typical value."""

    shape: Architecture
    model: str = say("", "A known model, or its hub id.")
    params_b: float = billions("Size in billions of parameters: 8 or 8B.", "total_params_b")
    active_params_b: float = billions(
        "Active billions of a mixture of experts.", "active_b", option="--active-b"
    )
    config: str = say("", "A Hugging Face config.json, read from disk.")
    gpu: str = say("", "A card (A100, 4090) or its memory (24GB); fit takes several: 4090,L40S.")
    method: str = say("qlora", "full, lora, qlora, lora_emb, ia3, another adapter, or inference.")
    purpose: str = say(
        "sft",
        "What it is for: sft, cpt, pretrain, dpo, orpo, kto, grpo, or throughput.",
        "kind",
        choices=PURPOSES,
    )
    regime: str = say(
        "pure_bf16",
        "pure_bf16, amp_bf16, bf16+fp32adapter, mixed_master, ...",
        "precision_regime",
        option="--precision",
    )
    quantizer: str = say(
        "none", "Of the base: nf4, nf4-dq, gptq4, awq, fp8, mxfp4, ...", "quant", option="--quant"
    )
    optimizer: str = say("adamw", "adamw, adamw_fused, adamw8bit, paged_adamw8bit, muon, ...")
    opt_in_bwd: bool = flag(
        "The optimizer steps inside the backward pass.", option="--step-in-backward"
    )
    checkpointing: bool = flag(
        "Recompute activations layer by layer.", "grad_ckpt", "act_recompute", on=True
    )
    attention: str = say("flash", "flash, sdpa or eager.", "attn_impl", choices=ATTENTION)
    loss: str = say(
        "unknown",
        "Cross entropy: plain, chunked, inplace (Unsloth) or fused (Liger).",
        choices=LOSSES,
        ends=("fused", "plain"),
    )
    compile: bool = flag("The model runs under torch.compile.")
    rank: float = count(16.0, "Rank of the adapters.", "lora_rank", most=1e5, ends=(8.0, 64.0))
    targets: str = say(
        "all_linear",
        "What adapters sit on: q,v, attn, mlp, all_linear, all_linear+head, ...",
        "lora_targets",
        ends=("q,v", "all_linear"),
    )
    trainable: float = params("Of the adapters, where counted: 8M.", "trainable_params")
    expert_adapters: bool = flag("Adapters sit on the experts, too.")
    fused_experts: bool = flag("Experts are fused tensors, which 4-bit loading leaves in 16 bit.")
    micro_batch: float = count(1.0, "Sequences per forward pass on one GPU.", option="--batch")
    seq_len: float = say(
        2048.0, "Tokens of the longest example.", "length", unit="tokens", ends=(1024.0, 4096.0)
    )
    image_tokens: float = token_count(0.0, "Tokens of images beside them.")
    lengths: str = say("same", "same, or variable from batch to batch.", choices=LENGTHS)
    packing: bool = flag("Examples are packed to one length.")
    accumulation: float = count(
        1.0, "Micro-batches per step of the optimizer.", "grad_accum", ends=(1.0, 8.0)
    )
    gpus: float = count(1.0, "Number of GPUs.", "n_gpus")
    sharding: str = say(
        "none", "none, ddp, zero1, zero2, zero3, fsdp or device_map.", choices=SHARDINGS
    )
    tensor_parallel: float = count(1.0, "GPUs that split each layer.", "tp")
    pipeline_parallel: float = count(1.0, "GPUs that split the layers.", "pp")
    context_parallel: float = count(1.0, "GPUs that split a sequence.", "cp")
    live_params: float = params(
        "ZeRO-3 gathers so many at once.", "stage3_max_live_parameters", zero=True
    )
    bucket: float = params(
        "ZeRO-2 and -3 have so many in a bucket.", "reduce_bucket_size", zero=True
    )
    cpu_offload: bool = flag("Weights, gradients and optimizer state live in host memory.")
    optimizer_offload: bool = flag("Only the optimizer state does.")
    act_offload: bool = flag("Checkpointed activations do.")
    reference: bool = flag("A reference model is loaded beside (full DPO and KTO have one).")
    generations: float = count(0.0, "GRPO: completions that are generated at once.", zero=True)
    colocated: bool = flag("GRPO: the generating engine holds its own copy of the weights.")
    metric: str = say(
        "nvidia-smi", "allocated, reserved or nvidia-smi.", ends=("allocated", "nvidia-smi")
    )
    weights_dtype: str = say("bf16", "Of a frozen base: bf16, fp16 or fp32.", choices=DTYPES)
    framework: str = say(
        "", "litgpt, torchtune, hf_peft, unsloth, ...: some habits follow from it."
    )
    eval_batch: float = count(
        0.0,
        "Sequences per forward pass of an evaluation while training; transformers takes 8.",
        "per_device_eval_batch_size",
        zero=True,
    )
    empties_cache: bool = flag("The run empties the allocator cache.")
    tokens: float = say(
        0.0, "Tokens trained on, all epochs together: 5M.", unit="tokens", most=1e18
    )
    peak_tflops: float = say(
        0.0, "Dense 16-bit peak of one GPU, over the table's.", "peak_bf16_tflops", most=1e6
    )
    usd_per_hour: float = usd(
        -1.0, "USD per GPU hour, over the dated table.", option="--price", most=1e6
    )
    measured: float = say(
        0.0, "Peak that a run with these settings has shown: 31.2GB.", unit="bytes", most=1e16
    )
    calibration: float = say(0.0, "What measured runs showed over the estimate: 1.12.", most=100)
    card: Gpu | None = None
    stated: frozenset[str] = frozenset()

    @property
    def full(self) -> bool:
        """All weights are trained."""
        return self.method == "full"

    @property
    def quantised(self) -> bool:
        """The base is held in fewer than 16 bits."""
        return self.quantizer != "none"

    @property
    def length(self) -> float:
        """Tokens of one sequence on one GPU, images included."""
        return (self.seq_len + self.image_tokens) / self.context_parallel

    @property
    def batch_tokens(self) -> float:
        """Tokens of one forward pass on one GPU; preference pairs are two sequences."""
        pairs = 2 if self.purpose in ("dpo", "orpo") else 1
        return self.micro_batch * self.length * pairs

    @property
    def data_parallel(self) -> float:
        """GPUs that hold the same layers, over which sharding spreads the states."""
        return self.gpus / (self.tensor_parallel * self.pipeline_parallel)

    @property
    def shards_weights(self) -> bool:
        """Weights are spread over the GPUs and gathered layer by layer."""
        return self.data_parallel > 1 and self.sharding in ("zero3", "fsdp")


SETTINGS = settings_of(Run)
# Choices that anyone short of memory makes; they are said, but never widen the range.
_MILLION = 1e6
_PARALLEL = ("tensor_parallel", "pipeline_parallel", "context_parallel")
_SAID_ONLY = ("checkpointing", "attention", "compile", "regime", "optimizer", "gpus")


def read_run(
    cells: Mapping[str, Plain],
    tables: Tables,
    shape: Architecture | None = None,
) -> Run:
    """A run from what is stated; other columns are ignored, empty cells are not stated.

    Args:
        cells: Settings by field, or by the columns of the published measurements.
        tables: For models, cards and the names of precisions, optimizers and quantisers.
        shape: The model, when a `config.json` describes it.

    Raises:
        LlmAdaptError: A cell cannot be read, a name is unknown, or settings contradict each other.
    """
    values = stated(Run, _translated(cells), tables.amounts)
    if shape is None:
        shape = sized(values, tables)
    if "method" not in values:
        raise LlmAdaptError("no method is given", hint="--method full, lora or qlora")
    values["method"] = _method(values)
    if values.get("quantizer") in ("bf16", "fp16"):
        values["quantizer"] = "none"
    listed: dict[str, Mapping[str, Any]] = {
        "optimizer": tables.optimizers,
        "quantizer": tables.quantizers,
        "regime": tables.regimes,
    }
    for name, rows in listed.items():
        if values.get(name, "none") != "none":
            values[name] = by_name(SETTINGS[name].option[2:], values[name], rows).name
    if "targets" in values:
        values["targets"] = _targets(values["targets"])
    named, needed = values.get("gpu"), isinstance(cells, Options) or values["method"] == SERVE
    card = (find_gpu if needed else known_gpu)(named, tables) if named else None
    usual = {**habits(values, shape), **values}
    run = replace(Run(shape), **usual, card=card, stated=frozenset(values))
    _check(run, tables)
    return run


def _translated(cells: Mapping[str, Plain]) -> dict[str, Plain]:
    """Columns of the published measurements that say a setting in words of their own."""
    found = but(cells)
    kind, metric = text_of(cells, "seq_kind"), text_of(cells, "metric")
    chunked, framework = text_of(cells, "chunked_ce"), text_of(cells, "framework")
    if kind:
        found.setdefault("lengths", "variable" if kind.startswith("variable") else "same")
        found.setdefault("empties_cache", "empties" in kind)
    if metric:
        exact = metric.startswith(("torch_allocated", "torch_active", "torch_peak", "allocated"))
        found["metric"] = (
            "allocated" if exact else "reserved" if "reserved" in metric else METRICS[2]
        )
    if chunked in ("1", "True", "true"):
        # Other trainers take a fused loss (Liger) where these two cut it in parts.
        parts = framework.startswith(("litgpt", "torchtune"))
        found.setdefault("loss", "chunked" if parts else "fused")
    elif chunked:
        found.setdefault("loss", "plain")
    with suppress(ValueError):
        found.setdefault("tokens", float(text_of(cells, "tokens_b")) * BILLION)
    found.setdefault("tokens", text_of(cells, "tokens_b"))
    if text_of(cells, "weights_dtype") == "fp32" and text_of(cells, "method") == "full":
        found.setdefault("precision_regime", "fp32")
    return found


def _method(values: dict[str, Any]) -> str:
    method, counted = key_of(values["method"]), "trainable" in values
    named = {key_of(each): each for each in (*METHODS, *_ADAPTERS, *_SCALING)}
    if method not in named and not counted:
        raise unknown(
            "method", values["method"], named.values(), "or state --trainable of another adapter"
        )
    found = named.get(method, "lora")
    if found in ("full", "lora_emb"):
        values.pop("trainable", None)
    if found in _ADAPTERS:
        return "qlora" if values.get("quantizer", "none") != "none" else "lora"
    return "ia3" if found in _SCALING else found


def _targets(written: str) -> str:
    """Target names without the endings of module names, each known."""
    names = [each.strip().removesuffix("_proj") for each in written.replace("+", ",").split(",")]
    names = ["head" if each == "lm_head" else each.replace("-", "_") for each in names if each]
    for each in names:
        if each not in (*MAPS, *TARGETS):
            raise unknown("targets", each, (*MAPS, *TARGETS))
    return ",".join(names)


def habits(values: Mapping[str, Any], shape: Architecture) -> dict[str, Any]:
    """Typical values that follow from what is stated.

    Args:
        values: Settings by field, with a method.
        shape: The model, which may be published in fewer bits.
    """
    found: dict[str, Any] = {}
    method = values["method"]
    if method == "qlora" and values.get("quantizer", "none") == "none":
        found["quantizer"] = shape.quantizer or "nf4"
    elif method != "full" and shape.quantizer:
        found["quantizer"] = shape.quantizer
    if values.get("gpus", 1) > 1:
        found["sharding"] = "fsdp" if method != SERVE else "none"
    zero = values.get("sharding", "").startswith("zero")
    # Trainers on DeepSpeed keep 32-bit master weights, most others of 2026 train in plain bf16.
    found["regime"] = (
        ("mixed_master" if zero else "pure_bf16") if method == "full" else "bf16+fp32adapter"
    )
    if values.get("framework") == "unsloth":
        found["loss"] = "inplace"
    found["reference"] = values.get("purpose") in ("dpo", "kto") and method == "full"
    return found


def ends_of(run: Run, tables: Tables) -> dict[str, tuple[Any, Any]]:
    """The values of what is not stated that need least and most memory."""
    found = {name: setting.ends for name, setting in SETTINGS.items() if setting.ends}
    if run.full:
        found = {name: ends for name, ends in found.items() if name not in ("rank", "targets")}
        found["regime"] = (run.regime, "amp_bf16" if run.regime == "pure_bf16" else run.regime)
    if run.method == "qlora" and run.quantizer == "nf4":
        found["quantizer"] = ("nf4-dq", "nf4")
    if run.gpus > 1 and run.sharding == "fsdp":
        found["sharding"] = ("fsdp", "ddp")
    if run.data_parallel > 1 and run.sharding in ("zero2", "zero3"):
        found["bucket"] = (0.0, tables.value("zero-bucket"))
        if run.sharding == "zero3":
            found["live_params"] = (0.0, tables.value("zero3-live-params"))
    found = {name: ends for name, ends in found.items() if name not in run.stated}
    # Unsloth has run such models without flash attention though it was asked for.
    if run.shape.eager and ("attention" not in run.stated or run.framework == "unsloth"):
        found["attention"] = (run.attention, "eager")
    return found


def assumed(run: Run, tables: Tables) -> dict[str, str]:
    """What was not stated and matters to memory, with the value taken."""
    names = {*ends_of(run, tables), *_SAID_ONLY} - run.stated
    return {name: said(getattr(run, name)) for name in SETTINGS if name in names}


def options_of(taken: Mapping[str, str]) -> tuple[str, ...]:
    """What was taken for settings, as options state it."""
    found: list[str] = []
    for name, value in taken.items():
        option = SETTINGS[name].option
        if value == "off":
            option = f"--no-{option.removeprefix('--')}"
        found.append(option if value in ("on", "off") else f"{option} {value}")
    return tuple(found)


def said(value: object) -> str:
    """A value of a setting as options state it."""
    if isinstance(value, bool):
        return "on" if value else "off"
    if isinstance(value, float):
        return f"{value / _MILLION:g}M" if value >= _MILLION else f"{value:g}"
    return str(value)


def _check(run: Run, tables: Tables) -> None:
    if run.full and run.quantised:
        raise LlmAdaptError(
            "full training of quantised weights is not possible",
            hint="use the method qlora, or the quantiser none",
        )
    if (run.expert_adapters or run.fused_experts) and run.shape.exact and not run.shape.experts:
        raise LlmAdaptError(f"{run.shape.name} has no experts")
    if run.quantizer not in tables.quantizers and run.quantizer != "none":
        raise LlmAdaptError(
            f"the weights of this config.json are stored as '{run.quantizer}', which is not known",
            hint=f"state --quant: none, or one of {', '.join(tables.quantizers)}",
        )
    if run.trainable > run.shape.params:
        raise LlmAdaptError("the adapters have more parameters than the model")
    parts = {name: getattr(run, name) for name in _PARALLEL if getattr(run, name) > 1}
    if run.gpus % prod(parts.values()):
        split = " times ".join(
            f"{part:g} ({SETTINGS[name].option})" for name, part in parts.items()
        )
        raise LlmAdaptError(f"{run.gpus:g} GPUs cannot be split by {split}")
