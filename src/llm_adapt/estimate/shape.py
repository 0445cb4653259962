"""The architecture of a model: by name, by size, or from a Hugging Face `config.json`."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from difflib import get_close_matches
from math import isfinite

from llm_adapt.errors import LlmAdaptError
from llm_adapt.model.plain import Plain, mapping, sequence
from llm_adapt.model.table import Architecture, Cited, Gpu, Tables

BILLION = 1e9
MOST_PARAMS_B = 20_000.0

# Dense decoders keep hidden close to 110 times their layers (93 to 130 in the model table),
# so 12 * layers * hidden**2 = params fixes both.
WIDTH_PER_LAYER = 110.0
TYPICAL_VOCAB = 128_000.0
SMALL_VOCAB = 32_000.0
LARGE_VOCAB = 256_000.0

MOST_CARD_GB = 2_000
# What torch sees of a card, in GiB for each GB it is sold with: 0.92 to 0.99 in the GPU table.
VISIBLE_SHARE = 0.93

_ENCODERS = frozenset(
    "albert bert camembert deberta deberta-v2 distilbert electra ernie layoutlm longformer "
    "modernbert mpnet nomic_bert roberta xlm-roberta xlnet clip siglip vit whisper".split()
)
_UNGATED = frozenset(
    "bloom codegen falcon gpt2 gpt_bigcode gpt_neo gpt_neox gptj mpt opt phi starcoder2 "
    "stablelm_alpha".split()
)
_NOT_ATTENTION = frozenset("mamba mamba2 rwkv falcon_mamba recurrent_gemma jamba".split())


def check_params(billions: float, what: str = "the size of the model") -> float:
    """A size in billions that can be: above zero, below what anyone trains.

    Raises:
        LlmAdaptError: It is not.
    """
    if not isfinite(billions) or billions <= 0:
        raise LlmAdaptError(f"{what} must be above zero, not {billions:g} billion parameters")
    if billions > MOST_PARAMS_B:
        raise LlmAdaptError(
            f"{what} of {billions:g} billion parameters is absurd",
            hint="give it in billions: 7 for a 7B model",
        )
    return billions


def find_model(name: str, tables: Tables) -> Architecture | None:
    """The model of the table with this name or hub id, in any case."""
    wanted = _key(name)
    for row in tables.models.values():
        if wanted in (_key(row.name), _key(row.hf_id), _key(row.hf_id.rsplit("/", 1)[-1])):
            return row.architecture
    return None


def model(name: str | None, params_b: float | None, tables: Tables) -> Architecture:
    """The architecture from what is known: a name of the table, else the size in billions.

    Raises:
        LlmAdaptError: The name is unknown and no size is given, or the size cannot be.
    """
    if params_b is not None:
        check_params(params_b)
    found = find_model(name, tables) if name else None
    if found:
        return found
    if params_b is not None:
        return from_size(params_b * BILLION, name or f"a {params_b:g}B model")
    if not name:
        raise LlmAdaptError("no model and no size is given", hint="give one: model or params_b")
    raise unknown(
        "model", name, tables.models, "or give the size in billions, or a config.json"
    )


def find_gpu(name: str, tables: Tables) -> Gpu:
    """The card with this name or alias, in any case, with or without its memory.

    Raises:
        LlmAdaptError: There is none; the hint names the nearest.
    """
    gpu = known_gpu(name, tables)
    if gpu:
        return gpu
    aliases = [alias for gpu in tables.gpus.values() for alias in gpu.aliases]
    raise unknown("GPU", name, [*tables.gpus, *aliases], "or give its memory in GB")


def known_gpu(name: str, tables: Tables) -> Gpu | None:
    """The card with this name or alias, or of this memory ("24 GB"), or `None`."""
    keys = {_key(each): gpu for gpu in tables.gpus.values() for each in (gpu.name, *gpu.aliases)}
    stem = _key(name).removeprefix("nvidia").removeprefix("geforce").removesuffix("gpu")
    # The A800 and H800 are an A100 and an H100 with a slower link.
    stem = stem.replace("a800", "a100").replace("h800", "h100")
    # "A10G-24GB" is the A10G; a memory is only kept where it tells two cards apart.
    base = _key(name.rsplit("-", 1)[0]).replace("a800", "a100").replace("h800", "h100")
    for candidate in (stem, f"rtx{stem}", stem.removeprefix("rtx"), base):
        if candidate in keys:
            return keys[candidate]
    size = stem.removesuffix("gb")
    return _card_of(float(size)) if size.isdigit() and 0 < int(size) <= MOST_CARD_GB else None


def _card_of(memory_gb: float) -> Gpu:
    cited = Cited("stated by the user", "", "D")
    usable = VISIBLE_SHARE * memory_gb
    return Gpu(f"{memory_gb:g} GB card", (), "", memory_gb, usable, 0, 0, 0, 0, cited, None)


def unknown(what: str, name: str, known: Iterable[str], otherwise: str) -> LlmAdaptError:
    """The error for a name that is in no table, with the nearest names."""
    by_key = {_key(each): each for each in known}
    near = [by_key[each] for each in get_close_matches(_key(name), list(by_key), 3, 0.5)]
    hint = f"nearest: {', '.join(near)}; {otherwise}" if near else otherwise
    return LlmAdaptError(f"unknown {what} '{name}'", hint=hint)


def from_size(params: float, name: str, vocab: float = TYPICAL_VOCAB) -> Architecture:
    """A typical dense decoder of a size; `vocab` matters most and is the first thing to give.

    Args:
        params: Parameters, as a plain number.
        name: How it is called in texts.
        vocab: Entries of the vocabulary; at most half of the parameters become embeddings.
    """
    layers = (params / (12 * WIDTH_PER_LAYER**2)) ** (1 / 3)
    hidden = WIDTH_PER_LAYER * layers
    entries = min(vocab, params / (4 * hidden))
    return Architecture(
        name=name,
        params=params,
        active_params=params,
        layers=layers,
        hidden=hidden,
        heads=hidden / 128,
        kv_heads=hidden / 512,
        head_dim=128,
        ffn=3.25 * hidden,
        gated=True,
        vocab=entries,
        tied=False,
        context=0,
        kv_bytes_per_token=4 * layers * hidden / 4,
        exact=False,
    )


def with_vocab(shape: Architecture, vocab: float) -> Architecture:
    """A guessed shape with another vocabulary; a known one stays as it is."""
    return shape if shape.exact else from_size(shape.params, shape.name, vocab)


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
    if config.get("is_encoder_decoder") is True or "ConditionalGeneration" in classes and not (
        config.get("text_config")
    ):
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
    experts = _number(
        config, "num_local_experts", "n_routed_experts", "num_experts", default=1
    )
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


def _key(name: str) -> str:
    return "".join(character for character in name.lower() if character.isalnum())
