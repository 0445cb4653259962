"""Serving a model: memory with KV cache, and output tokens a second at full load (a roofline)."""

from llm_adapt.errors import LlmAdaptError
from llm_adapt.estimate.layer import quantised_bytes
from llm_adapt.estimate.run import Run, options_of, said
from llm_adapt.rules.estimate import GIB, MemoryEstimate, Range
from llm_adapt.rules.table import Gpu, Tables

_TERA = 1e12


def serving_memory(run: Run, tables: Tables) -> MemoryEstimate:
    """Memory of one GPU in GiB: weights, KV cache of all requests (fp8 for fp8), overhead.

    Here `seq_len` are the tokens of a request, and `micro_batch` the requests at once.

    Raises:
        LlmAdaptError: The tokens are beyond the context of the model.
    """
    within_context(run, run.seq_len)
    weights = _weights(run, tables) / GIB / run.gpus
    cache = _cache(run, run.seq_len) * run.micro_batch / GIB / run.gpus
    overhead = tables.value("overhead-serving")
    total = weights + cache + overhead
    names = [name for name in ("seq_len", "micro_batch") if name not in run.stated]
    taken = {name: said(getattr(run, name)) for name in names}
    return MemoryEstimate(
        gib=Range(total, total * tables.value("serving-low"), total * tables.value("serving-high")),
        parts={"weights": weights, "KV cache": cache, "overhead": overhead},
        assumed=taken,
        assumed_options=options_of(taken),
        notes=("a server takes the rest of the card for more KV cache",),
        all_stated=run.shape.exact,
    )


def output_tokens_per_second(run: Run, asked: float, answered: float, tables: Tables) -> Range:
    """Output tokens a second of the whole job at full load; zero where the weights do not fit.

    The batch is what the memory holds; a decoding step reads weights and cache once, or is bound
    by arithmetic; the prompt is read at `prefill-share` of the peak.

    Args:
        run: The model, its precision, and how many of which card.
        asked: Input tokens of one request.
        answered: Output tokens of one request.
        tables: Dated constants.

    Raises:
        LlmAdaptError: No card is stated, or the tokens are beyond the context.
    """
    if run.card is None:
        raise LlmAdaptError("no GPU is given for the server", hint="name a card, such as H100")
    within_context(run, asked + answered)
    params = run.shape.active_params
    peak = _peak(run, run.card) * run.gpus * _TERA
    bandwidth = run.card.bandwidth_tb_s * run.gpus * _TERA * tables.value("bandwidth-share")
    room = tables.value("memory-share") * run.card.usable_gib * GIB * run.gpus
    weights = _weights(run, tables)
    held = _cache(run, asked + answered) * tables.value("cache-fill")
    batch = min((room - weights) / max(held, 1.0), tables.value("most-concurrent"))
    if batch < 1 or not peak or not bandwidth or not answered:
        return Range(0, 0, 0)
    # A step of many requests touches every expert, however few work on one token.
    step = max(
        (weights + batch * held) / bandwidth,
        2 * params * batch / (peak * tables.value("decode-share")),
    )
    prefill = 2 * params * asked / (peak * tables.value("prefill-share"))
    rate = batch * answered / (step * answered + batch * prefill)
    return Range(
        rate, rate * tables.value("serving-band-low"), rate * tables.value("serving-band-high")
    )


def within_context(run: Run, tokens: float) -> None:
    """Refuse more tokens than the model reads.

    Raises:
        LlmAdaptError: They are beyond its context.
    """
    context = run.shape.context
    if context and tokens > context:
        raise LlmAdaptError(
            f"{tokens:g} tokens are beyond the context of {run.shape.name} ({context})",
            hint="shorten the input, or choose a model with a longer context",
        )


def _weights(run: Run, tables: Tables) -> float:
    if not run.quantised:
        return 2 * run.shape.params
    return quantised_bytes(run, tables.quantizers[run.quantizer].bytes)


def _cache(run: Run, tokens: float) -> float:
    # Servers keep the cache of fp8 models in fp8.
    return run.shape.kv_cache(tokens) * (0.5 if run.quantizer == "fp8" else 1.0)


def _peak(run: Run, gpu: Gpu) -> float:
    low = run.quantizer in ("fp8", "int8", "mxfp4")
    return (gpu.fp8_tflops if low else 0) or gpu.half_tflops
