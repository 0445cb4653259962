"""Serving a model: memory with KV cache, and output tokens a second at full load (a roofline)."""

from dataclasses import dataclass
from math import isfinite

from llm_adapt.errors import LlmAdaptError
from llm_adapt.estimate.layer import linear_params
from llm_adapt.estimate.shape import unknown
from llm_adapt.rules.estimate import GIB, MemoryEstimate, Range
from llm_adapt.rules.table import Architecture, Gpu, Tables

# Bytes per weight of a served model.
PRECISIONS = {"fp32": 4.0, "bf16": 2.0, "fp8": 1.0, "int8": 1.04, "nf4": 0.5625, "gptq4": 0.57}
_TERA = 1e12


@dataclass(frozen=True, slots=True)
class Serving:
    """A model that is served: tokens as counts, `gpus` cards of one kind.

    Attributes:
        shape: The model.
        precision: One of `PRECISIONS`.
        input_tokens: Input of one request.
        output_tokens: Output of one request.
        concurrent: Requests at once.
        gpus: Cards that share the model.
    """

    shape: Architecture
    precision: str
    input_tokens: float
    output_tokens: float
    concurrent: float = 1
    gpus: float = 1


def serving_memory(serving: Serving, tables: Tables) -> MemoryEstimate:
    """Memory of one GPU in GiB: weights, KV cache of all requests (fp8 for fp8), overhead.

    Raises:
        LlmAdaptError: The precision is unknown, a count is out of bounds, or the tokens are
            beyond the context of the model.
    """
    check_serving(serving)
    weights = _weights(serving) / GIB / serving.gpus
    tokens = serving.input_tokens + serving.output_tokens
    cache = _cached_token(serving) * tokens * serving.concurrent / GIB / serving.gpus
    overhead = tables.value("overhead-serving")
    total = weights + cache + overhead
    return MemoryEstimate(
        gib=Range(total, total * tables.value("band-low"), total * tables.value("band-high")),
        parts={"weights": weights, "KV cache": cache, "overhead and allocator": overhead},
        assumed={},
        notes=("a server takes the rest of the card for more KV cache",),
        all_stated=serving.shape.exact,
    )


def output_tokens_per_second(serving: Serving, gpu: Gpu, tables: Tables) -> Range:
    """Output tokens a second of the whole job at full load; zero where the weights do not fit.

    The batch is what the memory holds; a decoding step reads weights and cache once, or is bound
    by arithmetic; the prompt is read at `prefill-share` of the peak.
    """
    check_serving(serving)
    params = serving.shape.active_params
    peak = _peak(serving, gpu) * serving.gpus * _TERA
    bandwidth = gpu.bandwidth_tb_s * serving.gpus * _TERA * tables.value("bandwidth-share")
    free = tables.value("memory-share") * gpu.usable_gib * GIB * serving.gpus - _weights(serving)
    tokens = serving.input_tokens + serving.output_tokens
    held = _cached_token(serving) * tokens * tables.value("cache-fill")
    batch = min(free / held, tables.value("most-concurrent"))
    if batch < 1 or not peak or not bandwidth:
        return Range(0, 0, 0)
    read = (_weights(serving) + batch * held) / bandwidth
    step = max(read, 2 * params * batch / (peak * tables.value("decode-share")))
    prefill = 2 * params * serving.input_tokens / (peak * tables.value("prefill-share"))
    rate = batch * serving.output_tokens / (step * serving.output_tokens + batch * prefill)
    low, high = tables.value("serving-band-low"), tables.value("serving-band-high")
    return Range(rate, rate * low, rate * high)


def check_serving(serving: Serving) -> None:
    """Refuse what cannot be served.

    Raises:
        LlmAdaptError: See `serving_memory`.
    """
    if serving.precision not in PRECISIONS:
        known = ", ".join(PRECISIONS)
        raise unknown("precision", serving.precision, PRECISIONS, f"known are {known}")
    for what, value, least in (
        ("the input", serving.input_tokens, 0),
        ("the output", serving.output_tokens, 1),
        ("the number of requests at once", serving.concurrent, 1),
        ("the number of GPUs", serving.gpus, 1),
    ):
        if not isfinite(value) or value < least:
            raise LlmAdaptError(f"{what} must be at least {least}, not {value:g}")
    tokens, context = serving.input_tokens + serving.output_tokens, serving.shape.context
    if context and tokens > context:
        raise LlmAdaptError(
            f"{tokens:g} tokens are beyond the context of {serving.shape.name} ({context})",
            hint="shorten the input, or choose a model with a longer context",
        )


def _weights(serving: Serving) -> float:
    each, shape = PRECISIONS[serving.precision], serving.shape
    # Below 8 bit the embeddings stay in 16 bit.
    linear = min(linear_params(shape), shape.params) if each < 1 else shape.params
    return each * linear + 2 * (shape.params - linear)


def _cached_token(serving: Serving) -> float:
    # Servers keep the cache of fp8 models in fp8.
    return serving.shape.kv_bytes_per_token * (0.5 if serving.precision == "fp8" else 1.0)


def _peak(serving: Serving, gpu: Gpu) -> float:
    low = serving.precision in ("fp8", "int8")
    return (gpu.fp8_tflops if low else 0) or gpu.half_tflops
