"""Rows of the published measurements, and of scripts, as known runs; other columns are ignored."""

from collections.abc import Mapping
from math import isfinite

from llm_adapt.errors import LlmAdaptError
from llm_adapt.estimate.setup import MAPS, TARGETS, Known
from llm_adapt.estimate.shape import known_gpu, model
from llm_adapt.rules.plain import Plain
from llm_adapt.rules.table import Gpu, Tables

_YES = frozenset({"1", "true", "yes", "on"})
_NO = frozenset({"0", "false", "no", "off"})
_K_BIT = ("nf4", "nf4-dq", "int8")
_CHUNKED_LOSS = ("litgpt", "torchtune")
_QUANTIZER_NAMES = {"fp4": "nf4", "4bit": "nf4", "8bit": "int8", "int4": "gptq4", "awq": "gptq4"}
# Other adapters keep what LoRA keeps, prompts what scaling vectors keep.
_METHOD_NAMES = {
    **dict.fromkeys(("dora", "adalora", "rslora", "vera", "loha", "lokr", "oft", "boft"), "lora"),
    **dict.fromkeys(("prompt_tuning", "prefix_tuning", "p_tuning"), "ia3"),
}
_OPTIMIZER_NAMES = {
    "adamw_torch": "adamw",
    "adamw_torch_fused": "adamw_fused",
    "adamw_8bit": "adamw8bit",
    "adamw_bnb_8bit": "adamw8bit",
    "paged_adamw_32bit": "paged_adamw",
    "paged_adamw_8bit": "paged_adamw8bit",
}


class Row:
    """Cells of one row: text, number or yes/no, `None` where the cell is empty."""

    def __init__(self, cells: Mapping[str, Plain]) -> None:
        self._cells = cells

    def text(self, name: str) -> str | None:
        """The text of a cell."""
        value = self._cells.get(name)
        if value is None or isinstance(value, list | dict):
            return None
        written = str(value).strip()
        return written or None

    def number(self, name: str) -> float | None:
        """The number of a cell.

        Raises:
            LlmAdaptError: The cell holds something else.
        """
        written = self.text(name)
        if written is None:
            return None
        try:
            value = float(written.replace("_", ""))
        except ValueError:
            value = float("nan")
        if not isfinite(value):
            raise LlmAdaptError(f"{name} is '{written}', not a number")
        return value

    def flag(self, name: str) -> bool | None:
        """The yes or no of a cell.

        Raises:
            LlmAdaptError: The cell holds something else.
        """
        written = (self.text(name) or "").lower().removesuffix(".0")
        if not written:
            return None
        if written not in _YES | _NO:
            raise LlmAdaptError(f"{name} is '{written}', not 1 or 0")
        return written in _YES


def known_run(cells: Mapping[str, Plain], tables: Tables) -> Known:
    """A row of `memory.csv` as a known run.

    Raises:
        LlmAdaptError: There is no model, size or method, or a cell cannot be read.
    """
    row = Row(cells)
    method = row.text("method")
    if method is None:
        raise LlmAdaptError("no method is given", hint="full, lora or qlora")
    method = _METHOD_NAMES.get(method, method)
    framework = row.text("framework") or ""
    quantizer = row.text("quant")
    quantizer = _QUANTIZER_NAMES.get(quantizer, quantizer) if quantizer else None
    accumulation = row.number("grad_accum")
    return Known(
        shape=model(row.text("model"), row.number("params_b"), tables),
        method=method,
        regime=_regime(row, method),
        quantizer=quantizer,
        optimizer=_optimizer(row.text("optimizer")),
        step_in_backward=row.flag("opt_in_bwd"),
        checkpointing=row.flag("grad_ckpt"),
        flash=_flash(row.text("attn_impl")),
        loss=_loss(row, framework),
        compiled=row.flag("compile"),
        rank=row.number("lora_rank"),
        targets=_targets(row.text("lora_targets")),
        trainable=row.number("trainable_params") if method not in ("full", "lora_emb") else None,
        micro_batch=row.number("micro_batch"),
        seq_len=row.number("seq_len"),
        variable_length=_variable(row.text("seq_kind")),
        accumulates=None if accumulation is None else accumulation > 1,
        gpus=row.number("n_gpus"),
        sharding=row.text("sharding"),
        cpu_offload=row.flag("cpu_offload"),
        act_offload=row.flag("act_offload"),
        metric=_metric(row.text("metric")),
        empties_cache="empties" in (row.text("seq_kind") or ""),
        fp32_rest="hf_peft" in framework and quantizer in _K_BIT,
        unties=framework == "litgpt",
        fp32_base=row.text("weights_dtype") == "fp32",
        gpu=_gpu(row.text("gpu"), tables),
    )


def _regime(row: Row, method: str) -> str | None:
    stated = row.text("precision_regime")
    if stated is None and row.text("weights_dtype") == "fp32" and method == "full":
        return "fp32"
    return stated


def _optimizer(name: str | None) -> str | None:
    lowered = name.lower() if name else None
    return _OPTIMIZER_NAMES.get(lowered, lowered) if lowered else None


def _flash(name: str | None) -> bool | None:
    return None if name is None else name not in ("eager", "math", "none")


def _loss(row: Row, framework: str) -> str | None:
    chunked = row.flag("chunked_ce")
    if chunked is None:
        return None
    if not chunked:
        return "plain"
    # Other frameworks take a fused loss (Liger, cut cross entropy) where these two cut it in parts.
    return "chunked" if framework in _CHUNKED_LOSS or not framework else "fused"


def _targets(name: str | None) -> str | None:
    if name is None or name in TARGETS:
        return name
    maps = [each.strip().removesuffix("_proj") for each in name.split(",")]
    if "head" in name:
        return "all_linear+head"
    return ",".join(maps) if set(maps) <= MAPS else name


def _variable(kind: str | None) -> bool | None:
    return None if kind is None else kind.startswith("variable")


def _metric(name: str | None) -> str | None:
    if name is None:
        return None
    if name in ("torch_allocated", "allocated") or name.startswith("torch_peak"):
        return "allocated"
    return "reserved" if "reserved" in name else "nvidia-smi"


def _gpu(name: str | None, tables: Tables) -> Gpu | None:
    return known_gpu(name, tables) if name else None
