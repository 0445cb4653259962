"""What one decoder layer holds: its matrices, its adapters, and the tensors kept for backward."""

from llm_adapt.estimate.setup import Setup
from llm_adapt.rules.table import Architecture

_TARGETS = {
    "attn_qkv": ("q", "k", "v"),
    "attn": ("q", "k", "v", "o"),
    "mlp": ("gate", "up", "down"),
}


def matrices(shape: Architecture) -> dict[str, tuple[float, float]]:
    """Input and output width of every linear map of a layer."""
    hidden, ffn = shape.hidden, shape.ffn
    query, key = shape.heads * shape.head_dim, shape.kv_heads * shape.head_dim
    maps = {
        "q": (hidden, query),
        "k": (hidden, key),
        "v": (hidden, key),
        "o": (query, hidden),
        "up": (hidden, ffn),
        "down": (ffn, hidden),
    }
    return {**maps, "gate": (hidden, ffn)} if shape.gated else maps


def linear_params(shape: Architecture) -> float:
    """Parameters of all linear maps of all layers; for experts the rest of the count."""
    if shape.kind == "moe" or not shape.exact:
        return max(0.0, shape.params - embedding_params(shape))
    return shape.layers * sum(wide * high for wide, high in matrices(shape).values())


def embedding_params(shape: Architecture, *, untied: bool = False) -> float:
    """Parameters of input embedding and output head, `untied` when a framework separates them."""
    return shape.vocab * shape.hidden * (1 if shape.tied and not untied else 2)


def adapted(setup: Setup) -> list[tuple[float, float]]:
    """Input and output widths of the linear maps of a layer that carry an adapter."""
    maps = matrices(setup.shape)
    named = tuple(setup.targets.split(","))
    every = setup.targets.startswith("all_linear")
    names = tuple(maps) if every else _TARGETS.get(setup.targets, named)
    return [maps[name] for name in names if name in maps]


def adapter_params(setup: Setup) -> float:
    """Parameters of the adapters: rank times the widths of what they sit on."""
    if setup.full:
        return 0
    if setup.trainable is not None:
        return setup.trainable
    if setup.method == "ia3":
        shape = setup.shape
        return shape.layers * (2 * shape.kv_heads * shape.head_dim + shape.ffn)
    return setup.shape.layers * setup.rank * sum(wide + high for wide, high in adapted(setup))


def kept_bytes(setup: Setup, adapter_copy: float) -> float:
    """Bytes that one layer keeps for one token until its backward pass, without recomputation.

    Counted tensor by tensor: normalised streams (RMSNorm in fp32, LayerNorm in 16 bit), query, key,
    value, the buffer they were cut from, the attention output, the inner activations, the inputs
    of trained or 4-bit maps, and the copy each adapter keeps of its input.

    Args:
        setup: The run.
        adapter_copy: Bytes per element of that copy.
    """
    shape = setup.shape
    hidden, ffn = shape.hidden, shape.ffn
    query, key = shape.heads * shape.head_dim, shape.kv_heads * shape.head_dim
    norms = (12 if setup.full else 8) * hidden if shape.gated else 4 * hidden
    attention = 2 * (2 * query + 2 * key) + 2 * (query + 2 * key)
    inner = (6 if shape.gated else 2) * ffn
    inputs = 0.0
    if setup.full or setup.quantizer != "none":
        inputs = 2 * (2 * hidden + ffn + query)
    if setup.method == "ia3":
        inputs += 2 * (2 * key + ffn)
    elif not setup.full:
        inputs += adapter_copy * sum(wide for wide, _ in adapted(setup))
    return norms + attention + inner + inputs
