"""What one decoder layer holds: its matrices, its adapters, and the tensors kept for backward."""

from llm_adapt.estimate.run import TARGETS, Run
from llm_adapt.rules.table import Architecture


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
    if shape.kind == "moe" or not shape.exact or shape.rest_params:
        return max(0.0, shape.params - shape.rest_params - embedding_params(shape))
    return shape.layers * sum(wide * high for wide, high in matrices(shape).values())


def embedding_params(shape: Architecture, *, untied: bool = False) -> float:
    """Parameters of input embedding and output head, `untied` when a framework separates them."""
    return shape.vocab * shape.hidden * (1 if shape.tied and not untied else 2)


def quantised_bytes(run: Run, each: float, rest: float = 2.0) -> float:
    """Bytes of weights whose linear maps take `each` a parameter, and all else `rest`.

    Args:
        run: A run with a quantised base. In MXFP4 models of experts only these are quantised.
        each: Bytes per parameter of a quantised map.
        rest: Bytes per parameter of embeddings, head and norms.
    """
    shape = run.shape
    linear = min(linear_params(shape), shape.params)
    if run.quantizer == "mxfp4" and shape.expert_params:
        linear = shape.expert_params
    if run.fused_experts:
        linear = max(0.0, linear - shape.expert_params)
    return each * linear + rest * (shape.params - linear)


def adapted(run: Run) -> list[tuple[float, float]]:
    """Input and output widths of the linear maps of a layer that carry an adapter."""
    maps = matrices(run.shape)
    names = {each for target in run.targets.split(",") for each in TARGETS.get(target, (target,))}
    return [maps[name] for name in maps if name in names]


def adapter_params(run: Run) -> float:
    """Parameters of the adapters: rank times the widths of what they sit on."""
    if run.full:
        return 0
    if run.trainable:
        return run.trainable
    shape = run.shape
    if run.method == "ia3":
        return shape.layers * (2 * shape.kv_heads * shape.head_dim + shape.ffn)
    count = shape.layers * run.rank * sum(wide + high for wide, high in adapted(run))
    if run.expert_adapters and shape.experts:
        # Three maps of each expert, whose inner width follows from its parameters.
        wide = shape.expert_params / (shape.layers * shape.experts * 3 * shape.hidden)
        count += shape.layers * shape.experts * run.rank * 3 * (shape.hidden + wide)
    return count


def kept_bytes(run: Run, adapter_copy: float) -> float:
    """Bytes that one layer keeps for one token until its backward pass, without recomputation.

    Counted tensor by tensor: normalised streams (RMSNorm in fp32, LayerNorm in 16 bit), query, key,
    value, the buffer they were cut from, the attention output, the inner activations, the inputs
    of trained or 4-bit maps, and the copy each adapter keeps of its input.

    Args:
        run: The run.
        adapter_copy: Bytes per element of that copy.
    """
    shape = run.shape
    hidden, ffn = shape.hidden, shape.ffn
    query, key = shape.heads * shape.head_dim, shape.kv_heads * shape.head_dim
    norms = (12 if run.full else 8) * hidden if shape.gated else 4 * hidden
    attention = 2 * (2 * query + 2 * key) + 2 * (query + 2 * key)
    inner = (6 if shape.gated else 2) * ffn
    inputs = 0.0
    if run.full or run.quantised:
        inputs = 2 * (2 * hidden + ffn + query)
    if run.method == "ia3":
        inputs += 2 * (2 * key + ffn)
    elif not run.full:
        inputs += adapter_copy * sum(wide for wide, _ in adapted(run))
    return norms + attention + inner + inputs
