"""The architecture that a Hugging Face `config.json` describes."""

from collections.abc import Mapping
from dataclasses import replace
from math import isfinite

from llm_adapt.errors import LlmAdaptError
from llm_adapt.rules.plain import Plain, mapping, sequence
from llm_adapt.rules.table import Architecture

_ENCODERS = frozenset(
    {
        "albert",
        "bert",
        "camembert",
        "clip",
        "deberta",
        "deberta-v2",
        "distilbert",
        "electra",
        "ernie",
        "layoutlm",
        "longformer",
        "modernbert",
        "mpnet",
        "nomic_bert",
        "roberta",
        "siglip",
        "vit",
        "whisper",
        "xlm-roberta",
        "xlnet",
    }
)
_UNGATED = frozenset(
    {
        "bloom",
        "codegen",
        "falcon",
        "gpt2",
        "gpt_bigcode",
        "gpt_neo",
        "gpt_neox",
        "gptj",
        "mpt",
        "opt",
        "phi",
        "stablelm_alpha",
        "starcoder2",
    }
)
_NOT_ATTENTION = frozenset(
    {
        "falcon_mamba",
        "jamba",
        "mamba",
        "mamba2",
        "recurrent_gemma",
        "rwkv",
    }
)


def from_config(raw: Mapping[str, Plain], name: str) -> Architecture:
    """The architecture that a `config.json` describes.

    Args:
        raw: The file as plain data.
        name: How the model is called in texts.

    Raises:
        LlmAdaptError: It describes an encoder, an encoder-decoder or a model without
            attention, or a number is missing or not above zero.
    """
    config = {**raw, **mapping(raw.get("text_config"))}
    _refuse(config)
    hidden = _number(config, "hidden_size", "n_embd", "d_model")
    heads = _number(config, "num_attention_heads", "n_head", "n_heads")
    layers = _number(config, "num_hidden_layers", "n_layer", "n_layers")
    vocab = _number(config, "vocab_size", "padded_vocab_size")
    kind = str(config.get("model_type", ""))
    gated = kind not in _UNGATED
    shape = Architecture(
        name=name,
        params=0,
        active_params=0,
        layers=layers,
        hidden=hidden,
        heads=heads,
        kv_heads=_kv_heads(config, heads),
        head_dim=_number(config, "head_dim", default=hidden / heads),
        ffn=_number(config, "intermediate_size", "n_inner", "ffn_hidden_size", default=4 * hidden),
        gated=gated,
        vocab=vocab,
        tied=_flag(config, "tie_word_embeddings", default=not gated),
        context=int(_number(config, "max_position_embeddings", "n_positions", default=0)),
        kv_bytes_per_token=0,
    )
    return _counted(shape, config)


def _refuse(config: Mapping[str, Plain]) -> None:
    kind = str(config.get("model_type", "")).lower()
    classes = " ".join(str(item) for item in sequence(config.get("architectures")))
    conditional = "ConditionalGeneration" in classes and not config.get("text_config")
    if config.get("is_encoder_decoder") is True or conditional:
        raise LlmAdaptError(
            "this config.json describes an encoder-decoder, which the formula does not cover",
            hint="estimate a decoder of the same size with --params-b",
        )
    if kind in _ENCODERS or "MaskedLM" in classes:
        raise LlmAdaptError(
            f"this config.json describes an encoder ({kind or classes}), not a decoder",
            hint="an encoder of this size trains on one small card; no estimate is needed",
        )
    if kind in _NOT_ATTENTION:
        raise LlmAdaptError(
            f"this config.json describes a model without plain attention ({kind})",
            hint="estimate a decoder of the same size with --params-b",
        )


def _counted(shape: Architecture, config: Mapping[str, Plain]) -> Architecture:
    experts = _number(config, "num_local_experts", "n_routed_experts", "num_experts", default=1)
    used = _number(config, "num_experts_per_tok", "num_experts_per_token", default=1)
    width = _number(config, "moe_intermediate_size", default=shape.ffn)
    shared = _number(config, "n_shared_experts", "num_shared_experts", default=0)
    dense_layers = min(_number(config, "first_k_dense_replace", default=0), shape.layers)
    matrices = 3 if shape.gated else 2
    query, key = shape.heads * shape.head_dim, shape.kv_heads * shape.head_dim
    attention = shape.layers * shape.hidden * 2 * (query + key)
    embedding = shape.vocab * shape.hidden * (1 if shape.tied else 2)
    expert = matrices * shape.hidden * width
    if experts <= 1:
        total = active = shape.layers * matrices * shape.hidden * shape.ffn
    else:
        dense = dense_layers * matrices * shape.hidden * shape.ffn
        sparse = shape.layers - dense_layers
        total = dense + sparse * expert * (experts + shared)
        active = dense + sparse * expert * (min(used, experts) + shared)
    latent = _number(config, "kv_lora_rank", default=0)
    rope = _number(config, "qk_rope_head_dim", default=0)
    per_layer = latent + rope if latent else 2 * key
    return replace(
        shape,
        params=total + attention + embedding,
        active_params=active + attention + embedding,
        ffn=shape.ffn if experts <= 1 else width * (min(used, experts) + shared),
        kind="moe" if experts > 1 else "dense",
        kv_bytes_per_token=2 * shape.layers * per_layer,
    )


def _kv_heads(config: Mapping[str, Plain], heads: float) -> float:
    if config.get("multi_query") is True and "num_kv_heads" not in config:
        return 1
    names = ("num_key_value_heads", "num_kv_heads", "multi_query_group_num")
    return min(_number(config, *names, default=heads), heads)


def _flag(config: Mapping[str, Plain], name: str, *, default: bool) -> bool:
    value = config.get(name)
    return value if isinstance(value, bool) else default


def _number(config: Mapping[str, Plain], *names: str, default: float | None = None) -> float:
    for name in names:
        value = config.get(name)
        if value is None or isinstance(value, bool):
            continue
        if not isinstance(value, int | float) or not isfinite(value) or value < 0:
            raise LlmAdaptError(f"{name} in this config.json is {value!r}, not a count")
        if value > 0:
            return float(value)
    if default is None:
        raise LlmAdaptError(
            f"this config.json has no {names[0]}",
            hint="name the config.json of a decoder, as `transformers` saves it",
        )
    return default
