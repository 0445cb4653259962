"""The parts of a training peak, in bytes on one GPU: states, activations, gathered layers."""

from dataclasses import dataclass

from llm_adapt.estimate.layer import (
    adapter_params,
    embedding_params,
    kept_bytes,
    linear_params,
)
from llm_adapt.estimate.setup import Setup
from llm_adapt.rules.table import Regime, Tables

_PAGED = ("paged_adamw", "paged_adamw8bit")
_WITHOUT_STEP_COPY = ("adamw_fused", "adamw8bit", "sgd", *_PAGED)
_EIGHT_BIT_STATE = 2.0
# Trained embeddings: 16-bit gradient and fp32 states; their 16-bit weight is in the model.
_TRAINED_EMBEDDING = 10.0
# Without flash attention: scores, their softmax and the dropout mask.
_SQUARE_BYTES = 5.0


@dataclass(frozen=True, slots=True)
class States:
    """What lives through the whole run.

    Attributes:
        weights: Base weights.
        adapters: Adapters with gradients and optimizer state.
        optimizer: Optimizer state of full training.
        gradients: Gradients of full training, once all are there.
        step_extra: What the optimizer step needs besides.
    """

    weights: float
    adapters: float
    optimizer: float
    gradients: float
    step_extra: float


@dataclass(frozen=True, slots=True)
class Activations:
    """What the backward pass needs.

    Attributes:
        peak: Everything kept when the loss is reached.
        layer: What one layer keeps, or recomputes.
    """

    peak: float
    layer: float


def states_of(setup: Setup, tables: Tables) -> States:
    """Weights, adapters, optimizer state and gradients on one GPU."""
    regime = tables.regimes[setup.regime]
    weights = _weights(setup, regime, tables)
    adapters = adapter_params(setup) * _adapter_bytes(setup, regime)
    if setup.method == "lora_emb":
        adapters += _TRAINED_EMBEDDING * 2 * setup.shape.vocab * setup.shape.hidden
    optimizer = gradients = extra = 0.0
    if setup.full:
        params = _params(setup)
        optimizer = params * _optimizer_bytes(setup, regime)
        gradients = 0.0 if setup.step_in_backward else params * regime.resident_gradients
        copies = setup.step_in_backward or setup.optimizer in _WITHOUT_STEP_COPY
        extra = 0.0 if copies else params * regime.step_extra
    on_gpu = 0.0 if setup.cpu_offload else 1.0
    share = 1 / setup.gpus
    of_weights = share if setup.shards_weights else 1.0
    of_states = share if setup.sharding in ("zero2", "zero3", "fsdp") else 1.0
    of_optimizer = share if setup.sharding == "zero1" else of_states
    return States(
        weights=weights * of_weights * on_gpu,
        adapters=adapters * of_weights * on_gpu,
        optimizer=optimizer * of_optimizer * on_gpu,
        gradients=gradients * of_states * on_gpu,
        step_extra=extra * of_optimizer * on_gpu,
    )


def activations(setup: Setup, tables: Tables) -> Activations:
    """Activations of one forward pass; with recomputation layer inputs and one whole layer."""
    shape, regime = setup.shape, tables.regimes[setup.regime]
    widen = 2 if setup.regime == "fp32" else 1
    token = kept_bytes(setup, regime.adapter_copy) * widen
    if setup.compiled:
        token *= tables.value("compiled-activation-share")
    if not setup.flash:
        token += _SQUARE_BYTES * shape.heads * setup.seq_len
    layer = setup.tokens * token
    logits = setup.tokens * shape.vocab * _logit_bytes(setup, tables)
    if not setup.checkpointing:
        return Activations(shape.layers * layer + logits, layer)
    inputs = 0.0 if setup.act_offload else setup.tokens * shape.layers * 2 * shape.hidden
    return Activations(inputs + max(layer, logits), layer)


def working(setup: Setup, states: States, kept: Activations) -> float:
    """Gradients and activations at their common maximum.

    Activations are gone when the optimizer steps. Gradients that pile up over micro-batches are
    there all the time; otherwise they appear while the activations go, layer by layer.
    """
    if not setup.full:
        return kept.peak
    step = states.gradients + states.step_extra
    if setup.accumulates:
        return max(states.gradients + kept.peak, step)
    return max(kept.peak, states.gradients + kept.layer, step)


def gathered(setup: Setup, tables: Tables) -> float:
    """Two layers and the embeddings that weight sharding brings together on every GPU."""
    if not setup.shards_weights:
        return 0.0
    regime = tables.regimes[setup.regime]
    linear = linear_params(setup.shape) / setup.shape.layers
    wide = min(2.0, _weight_bytes(setup, regime)) if setup.full else 2.0
    each = wide if setup.quantizer == "none" else tables.quantizers[setup.quantizer].bytes
    embeddings = embedding_params(setup.shape, untied=setup.unties) * wide
    return 2 * linear * each + embeddings * (2 if setup.full else 1)


def _params(setup: Setup) -> float:
    shape = setup.shape
    return shape.params + (shape.vocab * shape.hidden if setup.unties and shape.tied else 0.0)


def _weight_bytes(setup: Setup, regime: Regime) -> float:
    if setup.full or setup.regime == "fp32":
        return regime.weights
    return 4.0 if setup.fp32_base else 2.0


def _weights(setup: Setup, regime: Regime, tables: Tables) -> float:
    total = _params(setup)
    if setup.quantizer == "none":
        return total * _weight_bytes(setup, regime)
    linear = min(linear_params(setup.shape), total)
    rest = 4 if setup.fp32_rest else 2
    return tables.quantizers[setup.quantizer].bytes * linear + rest * (total - linear)


def _adapter_bytes(setup: Setup, regime: Regime) -> float:
    if setup.optimizer in _PAGED:
        return regime.adapter / 2
    if setup.optimizer == "adamw8bit":
        return regime.adapter / 2 + _EIGHT_BIT_STATE
    return regime.adapter


def _optimizer_bytes(setup: Setup, regime: Regime) -> float:
    if setup.optimizer in _PAGED:
        return 0.0
    # A master copy is no optimizer moment: it stays whatever the optimizer keeps.
    master = 4.0 if regime.optimizer > 2 * regime.weights + 4 else 0.0
    if setup.optimizer == "adamw8bit":
        return _EIGHT_BIT_STATE + master
    return master if setup.optimizer == "sgd" else regime.optimizer


def _logit_bytes(setup: Setup, tables: Tables) -> float:
    if setup.loss == "fused":
        return tables.value("logit-bytes-fused")
    half = setup.regime == "amp_fp16"
    each = tables.value("logit-bytes-fp16-loss" if half else "logit-bytes-fp32-loss")
    if setup.loss == "chunked":
        name = "logit-bytes-chunked-compiled" if setup.compiled else "logit-bytes-chunked"
        each = tables.value(name)
    # An adapted head computes its logits twice: the frozen head's and the adapter's.
    return 2 * each if setup.targets.endswith("head") and not setup.full else each
