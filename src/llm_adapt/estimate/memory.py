"""Peak training memory of one GPU: what is resident, what a step adds, and the range around it."""

from dataclasses import replace

from llm_adapt.estimate.layer import (
    adapter_params,
    embedding_params,
    kept_bytes,
    linear_params,
    quantised_bytes,
)
from llm_adapt.estimate.models import LARGE_VOCAB, SMALL_VOCAB, from_size, with_vocab
from llm_adapt.estimate.run import Run, assumed, ends_of, options_of
from llm_adapt.rules.estimate import GIB, MemoryEstimate, Range
from llm_adapt.rules.record import record
from llm_adapt.rules.table import Regime, Tables

# Trained embeddings: 16-bit gradient and fp32 states; their 16-bit weight is in the model.
_TRAINED_EMBEDDING = 10.0
# Without flash attention a layer keeps scores, their softmax and the dropout mask; its backward
# pass works with their gradients beside, mostly in fp32.
_SQUARE_BYTES, _SQUARE_WORKING = 5.0, 9.0
_K_BIT = ("nf4", "nf4-dq", "int8")
SMALL_PARAMS = 3e9


@record(frozen=True)
class Peak:
    """The peak of a run, in bytes on one GPU.

    Attributes:
        parts: What cannot be given back, by name.
        slack: What the allocator caches beside, and gives back when the card is full.
        card: Where that stops, 0 without a card.
    """

    parts: dict[str, float]
    slack: float
    card: float

    @property
    def needed(self) -> float:
        """The part that cannot be given back."""
        return sum(self.parts.values())

    @property
    def shown(self) -> float:
        """What a monitor shows: with the allocator's cache, as far as the card goes."""
        grown = self.needed + self.slack
        return min(grown, max(self.needed, self.card)) if self.card else grown

    def split(self) -> dict[str, float]:
        """The parts in GiB; they add up to what is shown."""
        cached = {"allocator cache": self.shown - self.needed}
        return {name: size / GIB for name, size in (self.parts | cached).items() if size > 0}


def training_memory(run: Run, tables: Tables) -> MemoryEstimate:
    """Peak memory of one GPU in GiB, as a range.

    The ends take what is not stated where it needs least and most, widen that by what the published
    measurements showed (`band-low`, `band-high`), and never leave the band that runs with few
    inputs showed (`few-low`, and `few-high` up to the `few-tokens` at once that they had, where it
    is known how GPUs share the work). The low end leaves out what the allocator gives back.
    """
    value = tables.value
    typical = peak_of(run, tables)
    least, most = (peak_of(_at_end(run, end, tables), tables) for end in (0, 1))
    taken = assumed(run, tables)
    vocab = {} if run.shape.exact else {"vocabulary": f"{run.shape.vocab:g}"}
    few_low, few_high = (_few(end, run, tables) for end in ("low", "high"))
    low = max(min(least.needed, typical.needed) * value("band-low"), typical.shown * few_low)
    high = max(most.needed + most.slack, typical.shown) * value("band-high")
    # Whether weights are split over GPUs makes more of a difference than any row shows.
    split = run.gpus == 1 or "sharding" in run.stated
    if split and run.batch_tokens <= value("few-tokens"):
        _, attention = ends_of(run, tables).get("attention", ("", run.attention))
        usual = max(typical.shown, peak_of(replace(run, attention=attention), tables).shown)
        high = min(high, usual * few_high)
    gib = Range(typical.shown / GIB, min(low, typical.shown) / GIB, max(high, typical.shown) / GIB)
    return MemoryEstimate(
        gib=gib,
        parts=typical.split(),
        assumed=taken | vocab,
        assumed_options=options_of(taken),
        notes=_notes(run),
        all_stated=not (taken or vocab),
    )


def _at_end(run: Run, end: int, tables: Tables) -> Run:
    """The run with all that is not stated where it needs least (0) or most (1) memory."""
    shape = run.shape
    if end == 0 and (doubt := _experts(run, tables)):
        active = shape.params * (1 - doubt * (1 - tables.value("expert-share")))
        shape = replace(from_size(active, shape.name), params=shape.params)
    shape = with_vocab(shape, (SMALL_VOCAB, LARGE_VOCAB)[end])
    taken = {name: ends[end] for name, ends in ends_of(run, tables).items()}
    return replace(run, shape=shape, **taken)


def _experts(run: Run, tables: Tables) -> float:
    """How far a model that is known by its size alone may be a mixture of experts, 0 to 1."""
    if run.shape.exact or run.shape.active_params < run.shape.params:
        return 0.0
    return min(1.0, max(0.0, run.shape.params / tables.value("expert-params") - 1))


def _few(end: str, run: Run, tables: Tables) -> float:
    """How far an end lies from the typical value, as a ratio, however little is stated."""
    if run.full:
        return tables.value(f"few-{end}-full")
    small, large = (tables.value(f"few-{end}-{kind}") for kind in ("adapter", "large"))
    return small + _experts(run, tables) * (large - small)


def peak_of(run: Run, tables: Tables) -> Peak:
    """The peak of a run without unknowns, in bytes."""
    regime = tables.regimes[run.regime]
    states = _states(run, regime, tables)
    kept, layer, passing = _activations(run, regime, tables)
    gradients, step = states.pop("gradients"), states.pop("step")

    def worked(kept: float) -> float:
        # Activations are gone when the optimizer steps. Gradients that pile up over micro-batches
        # are there all the time; otherwise they appear while the activations go, layer by layer.
        if not run.full or run.opt_in_bwd:
            return kept
        meeting = gradients + (kept if run.accumulation > 1 else layer)
        return max(kept, meeting, gradients + step)

    # Evaluation keeps no activations, but whole logits, fused losses or not.
    evaluated = run.eval_batch * run.length * run.shape.vocab / run.tensor_parallel
    working = max(worked(kept), evaluated * tables.value("logit-bytes-evaluation"))
    parts = {
        **states,
        "gradients and activations": working,
        "gathered layers": _gathered(run, regime, tables),
        "buckets": _buckets(run, tables),
        "rollouts": _rollouts(run),
        "overhead": tables.value(f"overhead-{run.metric}") * GIB,
    }
    slack = max(0.0, worked(kept + _cached(run, passing, regime, tables)) - working)
    card = run.card.usable_gib * tables.value("card-share") * GIB if run.card else 0.0
    return Peak({name: size for name, size in parts.items() if size > 0}, slack, card)


def _cached(run: Run, passing: float, regime: Regime, tables: Tables) -> float:
    """What the caching allocator holds on to beside activations that come and go."""
    variable = run.lengths == "variable" and not run.packing
    if run.empties_cache or (run.metric == "allocated" and not variable):
        return 0.0
    if variable:
        # Sequences as long as the longest are rare, so that little is cached for them.
        usual = replace(run, seq_len=min(run.seq_len, tables.value("usual-length")))
        passing = _activations(usual, regime, tables)[2]
        return passing * tables.value("cache-slack-variable")
    if "lengths" in run.stated or run.packing:
        return passing * tables.value("cache-slack")
    if run.loss == "unknown":
        # Who has more tokens at once than this packs them to one length, and spares logits.
        share = min(1.0, tables.value("slack-tokens-unknown") / run.batch_tokens)
        few = replace(run, micro_batch=run.micro_batch * share)
        passing = _activations(few, regime, tables)[2]
    return passing * tables.value("cache-slack-unknown")


def _states(run: Run, regime: Regime, tables: Tables) -> dict[str, float]:
    """Weights, adapters, optimizer state and gradients on one GPU, and copies of a step."""
    optimizer = tables.optimizers[run.optimizer]
    moments = 0.0 if optimizer.paged else optimizer.bytes or optimizer.moments * regime.moment
    weights = _weights(run, regime, tables)
    # Half of what an adapter takes are its two moments.
    half = regime.adapter / 2
    own = 0.0 if optimizer.paged else optimizer.bytes or optimizer.moments * half / 2
    adapters = adapter_params(run) * (half + own)
    if run.method == "lora_emb":
        adapters += _TRAINED_EMBEDDING * 2 * run.shape.vocab * run.shape.hidden
    state = gradients = step = 0.0
    if run.full:
        params = _params(run)
        state = params * (regime.master + moments)
        gradients = params * regime.gradients
        step = params * regime.step_copy if optimizer.step_copy else 0.0
        if run.reference:
            weights += 2 * params
    on_gpu = 0.0 if run.cpu_offload else 1.0
    whole = 1 / (run.tensor_parallel * run.pipeline_parallel)
    share = whole / run.data_parallel
    of_weights = share if run.shards_weights else whole
    if run.sharding == "device_map":
        of_weights = tables.value("device-map-imbalance") / run.gpus if run.gpus > 1 else 1.0
    of_states = share if run.sharding in ("zero2", "zero3", "fsdp") else of_weights
    of_optimizer = share if run.sharding == "zero1" else of_states
    return {
        "weights": weights * of_weights * on_gpu,
        "adapters": adapters * of_weights * on_gpu,
        "optimizer state": 0.0 if run.optimizer_offload else state * of_optimizer * on_gpu,
        "gradients": gradients * of_states * on_gpu,
        "step": 0.0 if run.optimizer_offload else step * of_optimizer * on_gpu,
    }


def _activations(run: Run, regime: Regime, tables: Tables) -> tuple[float, float, float]:
    """All that is kept when the loss is reached, what one layer keeps, and what comes and goes."""
    shape = run.shape
    token = kept_bytes(run, regime.adapter_copy) * (2 if run.regime == "fp32" else 1)
    if run.compile:
        token *= tables.value("compiled-activation-share")
    square = shape.heads * run.length if run.attention == "eager" else 0.0
    kept = run.batch_tokens * (token + _SQUARE_BYTES * square) / run.tensor_parallel
    layer = kept + run.batch_tokens * _SQUARE_WORKING * square / run.tensor_parallel
    split = run.gpus if run.sharding == "device_map" else 1.0
    scored = run.batch_tokens
    if run.loss == "unknown" or (run.loss == "inplace" and "loss" not in run.stated):
        # Who has more tokens at once than this takes a loss that keeps no logits of them.
        scored = min(scored, tables.value("logit-tokens-unknown"))
    logits = scored * shape.vocab * _logit_bytes(run, tables) / run.tensor_parallel
    if not run.checkpointing:
        passing = max(logits, layer - kept)
        return shape.layers * kept / split + passing, layer, passing
    inputs = run.batch_tokens * shape.layers * 2 * shape.hidden / split
    kept = (0.0 if run.act_offload else inputs) + max(layer, logits)
    return kept, layer, kept


def _gathered(run: Run, regime: Regime, tables: Tables) -> float:
    """Two layers and the embeddings that sharding or offload bring together on every GPU."""
    if not (run.shards_weights or run.cpu_offload):
        return 0.0
    linear = linear_params(run.shape) / run.shape.layers / run.tensor_parallel
    live = min(run.live_params if run.sharding == "zero3" else 0.0, run.shape.params)
    wide = min(2.0, _weight_bytes(run, regime)) if run.full else 2.0
    each = tables.quantizers[run.quantizer].bytes if run.quantised else wide
    embeddings = embedding_params(run.shape, untied=_unties(run)) * wide / run.tensor_parallel
    return max(2 * linear, live) * each + embeddings * (2 if run.full else 1)


def _buckets(run: Run, tables: Tables) -> float:
    """Gradients under way between GPUs, in 16 bit, while DeepSpeed overlaps that with its work."""
    overlaps = run.data_parallel > 1 and run.sharding in ("zero2", "zero3")
    return 2 * run.bucket * tables.value("zero-bucket-copies") if overlaps else 0.0


def _rollouts(run: Run) -> float:
    """What generating takes beside training: the KV cache, and a copy of the weights of its own."""
    if not run.generations:
        return 0.0
    copy = 2 * run.shape.params if run.colocated else 0.0
    cache = run.generations * run.shape.kv_cache(run.length)
    return (copy + cache) / run.tensor_parallel


def _unties(run: Run) -> bool:
    return run.framework == "litgpt"


def _params(run: Run) -> float:
    shape = run.shape
    extra = shape.vocab * shape.hidden if _unties(run) and shape.tied else 0.0
    return shape.params + extra


def _weight_bytes(run: Run, regime: Regime) -> float:
    if run.full or run.regime == "fp32":
        return regime.weights
    return 4.0 if run.weights_dtype == "fp32" else 2.0


def _weights(run: Run, regime: Regime, tables: Tables) -> float:
    total = _params(run)
    if not run.quantised:
        return total * _weight_bytes(run, regime)
    # PEFT's preparation of a k-bit model casts what is not quantised to fp32.
    rest = 4.0 if "hf_peft" in run.framework and run.quantizer in _K_BIT else 2.0
    kept = quantised_bytes(run, tables.quantizers[run.quantizer].bytes, rest)
    return kept + rest * (total - run.shape.params)


def _logit_bytes(run: Run, tables: Tables) -> float:
    if run.loss in ("fused", "inplace", "unknown"):
        return tables.value(f"logit-bytes-{run.loss}")
    half = run.regime == "amp_fp16"
    each = tables.value("logit-bytes-fp16-loss" if half else "logit-bytes-fp32-loss")
    if run.loss == "chunked":
        each = tables.value(
            "logit-bytes-chunked-compiled" if run.compile else "logit-bytes-chunked"
        )
    # An adapted head computes its logits twice: the frozen head's and the adapter's.
    return 2 * each if "head" in run.targets and not run.full else each


def _notes(run: Run) -> tuple[str, ...]:
    shape = run.shape
    notes: list[str] = []
    if not shape.exact:
        guessed = f"the shape is guessed from the size, with a vocabulary of {shape.vocab:,.0f}"
        notes.append(f"{guessed}: --config narrows the range")
    if shape.context and "seq_len" in run.stated and run.seq_len > shape.context:
        notes.append(f"{run.seq_len:g} tokens are beyond the context of {shape.context:g}")
    if shape.kind == "moe":
        notes.append("experts: memory counts all of them, activations those that work on a token")
    if "eval_batch" not in run.stated:
        notes.append("an evaluation while training is not counted: --eval-batch 8 counts one")
    if run.quantised and shape.params < SMALL_PARAMS:
        notes.append("in a model this small 4 bit saves little: embeddings stay in 16 bit")
    return tuple(notes)
