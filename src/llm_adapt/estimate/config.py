"""The architecture that a Hugging Face `config.json` describes: parameters, KV cache, precision."""

from collections.abc import Mapping

from llm_adapt.errors import LlmAdaptError
from llm_adapt.rules.plain import Plain, mapping, sequence
from llm_adapt.rules.table import Architecture, ConfigKind, Tables

Config = Mapping[str, Plain]
_MOST, _MOST_LAYERS = 1e12, 10_000
# Where the text decoder lies in a file that describes several models, and the others.
_INNER = ("text_config", "llm_config", "language_config")
_TOWERS = ("vision_config", "audio_config")
_DECODERS_OF = {"gemma3": "gemma3_text", "llava": "llama"}
_UNGATED_ACTS = frozenset(("relu2", "xielu", "squared_relu"))
_SHORT = {f"{kind}_attention": "sliding" for kind in ("sliding", "chunked")}
_SHORT["linear_attention"] = "linear"
# Names that authors give one number.
_LAYERS = ("num_hidden_layers", "n_layer", "n_layers", "num_layers")
_HIDDEN = ("hidden_size", "n_embd", "d_model")
_HEADS = ("num_attention_heads", "n_head", "n_heads", "attention_heads")
_KV_HEADS = ("num_key_value_heads", "num_kv_heads", "n_head_kv", "kv_n_heads")
_WIDTH = ("intermediate_size", "n_inner", "ffn_hidden_size", "ffn_dim")
_CONTEXT = ("max_position_embeddings", "n_positions", "seq_length", "max_seq_len")
_EXPERTS = ("num_local_experts", "n_routed_experts", "num_experts", "moe_num_experts")
_USED = ("num_experts_per_tok", "num_experts_per_token", "moe_top_k", "moe_topk", "moe_k")
_SHARED = ("n_shared_experts", "num_shared_experts", "moe_num_shared_experts", "num_shared_expert")
_STEP = ("decoder_sparse_step", "interleave_moe_layer_step", "moe_layer_interval", "moe_layer_freq")


def from_config(raw: Config, name: str, tables: Tables) -> Architecture:
    """The architecture that a `config.json` describes.

    Args:
        raw: The file as plain data.
        name: How the model is called in texts.
        tables: What is known of its kind.

    Raises:
        LlmAdaptError: It describes something else than a decoder with attention, or a number is
            missing or not a count.
    """
    inner = next((found for key in _INNER if (found := mapping(raw.get(key)))), {})
    outer = str(raw.get("model_type") or "").lower()
    kind = str(inner.get("model_type") or _DECODERS_OF.get(outer, outer)).lower()
    _refuse(raw, (outer, kind), tables, decoder=bool(inner) or outer in _DECODERS_OF)
    merged = {**raw, **inner, **mapping(raw.get("attn_config")), **mapping(raw.get("ffn_config"))}
    if inner and isinstance(raw.get("tie_word_embeddings"), bool):
        merged["tie_word_embeddings"] = raw["tie_word_embeddings"]
    given = {key: value for key, value in merged.items() if value is not None}
    return _Reader(given, raw, kind, tables).read(name)


def _refuse(raw: Config, kinds: tuple[str, ...], tables: Tables, *, decoder: bool) -> None:
    classes = " ".join(str(item) for item in sequence(raw.get("architectures")))
    known = [tables.kinds[kind].refused for kind in kinds if kind in tables.kinds]
    what = next((each for each in known if each), "")
    if any(each in classes for each in ("MaskedLM", "CLIP", "ForImage", "ForCTC")):
        what = what or "an encoder"
    if any(key.startswith(("mamba_n", "ssm_")) for key in raw):
        what = what or "a model without plain attention"
    conditional = "ConditionalGeneration" in classes and not decoder
    if raw.get("is_encoder_decoder") is True or conditional:
        what = what or "an encoder-decoder"
    if what:
        raise LlmAdaptError(
            f"this config.json describes {what} ({kinds[0] or classes}), which is not covered",
            hint="name the config of a text decoder, or estimate one of its size: --params-b",
        )


class _Reader:
    """Numbers of a decoder, by the names that its authors use."""

    def __init__(self, config: Config, raw: Config, kind: str, tables: Tables) -> None:
        self.raw, self.kind, self.tables = raw, kind, tables
        self.known = tables.kinds.get(kind)
        self.config = {**((self.known and self.known.defaults) or {}), **config}

    def count(self, *names: str, default: float | None = None) -> float:
        """The first of these numbers that is given and above zero; of a list the mean."""
        for name in names:
            value = self.config.get(name)
            if isinstance(value, list) and value:
                value = sum(_number(name, each) for each in value) / len(value)
            if value is None or isinstance(value, bool | dict | list):
                continue
            if found := _number(name, value):
                return found
        if default is None:
            raise LlmAdaptError(
                f"this config.json has no {names[0]}",
                hint="name the config.json of a decoder, as `transformers` saves it",
            )
        return default

    def zero(self, *names: str) -> float:
        """A number that is nothing where it is not given."""
        return self.count(*names, default=0)

    def flag(self, name: str, *, default: bool = False) -> bool:
        """A yes or no."""
        value = self.config.get(name)
        return value if isinstance(value, bool) else default

    def read(self, name: str) -> Architecture:
        """Everything counted."""
        known = self.known or ConfigKind(self.kind, next(iter(self.tables.kinds.values())).cited)
        self.hidden, self.layers = self.count(*_HIDDEN), self.count(*_LAYERS)
        if self.layers > _MOST_LAYERS:
            raise LlmAdaptError(f"{self.layers:g} layers in this config.json are absurd")
        self.heads = self.count(*_HEADS)
        self.kv_heads = self._kv_heads()
        self.head_dim = self.count("head_dim", "kv_channels", default=self.hidden / self.heads)
        vocab = self.count("vocab_size", "padded_vocab_size")
        gated = not known.ungated and self.config.get("hidden_act") not in _UNGATED_ACTS
        tied = self.flag("tie_word_embeddings", default=known.tied)
        kinds = self._layer_kinds()
        total, active, experts, ffn = self._feed_forward(gated=gated)
        towers = (mapping(self.raw.get(key)) for key in _TOWERS)
        rest = self._per_layer_inputs() + sum(self._tower(each) for each in towers if each)
        fixed = sum(map(self._attention, kinds)) + vocab * self.hidden * (1 if tied else 2) + rest
        full, slid, state = self._cache(kinds)
        return Architecture(
            name=name,
            params=total + fixed,
            active_params=active + fixed,
            layers=self.layers,
            hidden=self.hidden,
            heads=self.heads,
            kv_heads=self.kv_heads,
            head_dim=self.head_dim,
            ffn=ffn,
            gated=gated,
            vocab=vocab,
            tied=tied,
            context=int(self.zero(*_CONTEXT)),
            kv_bytes_per_token=full,
            kind="moe" if experts else "dense",
            experts=self.count(*_EXPERTS) if experts else 0,
            expert_params=experts,
            rest_params=rest,
            window=self._window() if slid else 0,
            window_bytes=slid,
            state_bytes=state,
            quantizer=self._quantizer(),
            eager=known.eager,
        )

    def _kv_heads(self) -> float:
        if self.flag("multi_query") and not self.flag("new_decoder_architecture"):
            return 1
        grouped = self.flag("multi_query_attention", default=True)
        names = (*_KV_HEADS, "multi_query_group_num") if grouped else _KV_HEADS
        return min(self.count(*names, default=self.heads), self.heads)

    def _window(self) -> float:
        return self.zero("sliding_window", "attention_chunk_size")

    def _layer_kinds(self) -> list[str]:
        """`full`, `sliding` or `linear` for each layer."""
        named = [str(each) for each in sequence(self.config.get("layer_types"))]
        if named:
            return [_SHORT.get(each, "full") for each in named]
        layers = int(self.layers)
        # Qwen files name a window that is off unless they say that it is used.
        used = self.flag("use_sliding_window", default=not self.kind.startswith("qwen"))
        if not self._window() or not used:
            return ["full"] * layers
        names = ("sliding_window_pattern", "_sliding_window_pattern")
        pattern = int(self.count(*names, default=layers + 1))
        return ["full" if (at + 1) % pattern == 0 else "sliding" for at in range(layers)]

    def _attention(self, kind: str) -> float:
        """Parameters of the attention of one layer."""
        hidden, heads = self.hidden, self.heads
        latent, rank = self.zero("kv_lora_rank"), self.zero("q_lora_rank")
        if kind == "linear":
            many = self.count("linear_num_value_heads")
            keys = self.count("linear_num_key_heads") * self.count("linear_key_head_dim")
            values = many * self.count("linear_value_head_dim")
            conv = self.count("linear_conv_kernel_dim", default=4) * (2 * keys + values)
            return hidden * (2 * keys + 3 * values + 2 * many) + conv
        if latent:
            plain, rope = self.count("qk_nope_head_dim"), self.count("qk_rope_head_dim")
            value, query = self.count("v_head_dim"), heads * (plain + rope)
            asked = rank * (hidden + query) if rank else hidden * query
            keys = hidden * (latent + rope) + latent * heads * (plain + value)
            return asked + keys + heads * value * hidden
        wide, few = self._wide(kind)
        query, key = heads * wide, few * wide
        groups, out = self.zero("o_groups"), self.zero("o_lora_rank")
        if groups and out and rank:
            # DeepSeek-V4: low-rank queries, one shared key and value, grouped low-rank output.
            return rank * (hidden + query) + hidden * key + query * out + groups * out * hidden
        gated = self.kind.startswith(("qwen3_next", "qwen3_5"))
        gate = 2 if self.flag("attn_output_gate", default=gated) else 1
        same = 1 if kind == "full" and self.flag("attention_k_eq_v") else 2
        return hidden * (gate * query + same * key) + query * hidden

    def _wide(self, kind: str) -> tuple[float, float]:
        """Width of a head, and key heads, of a layer; full ones of Gemma 4 have their own."""
        if kind != "full":
            return self.head_dim, self.kv_heads
        wide = self.count("global_head_dim", default=self.head_dim)
        return wide, self.count("num_global_key_value_heads", default=self.kv_heads)

    def _feed_forward(self, *, gated: bool) -> tuple[float, float, float, float]:
        """Parameters of the feed-forward blocks, of one token, of experts, and the width."""
        matrices = (3 if gated else 2) * self.hidden
        width = self.zero(*_WIDTH) or self.count("expansion_ratio", default=4) * self.hidden
        if self.kind == "qwen":
            width /= 2  # Qwen 1 gives the sum of gate and up
        if self.flag("use_double_wide_mlp"):
            width *= 1 + self.zero("num_kv_shared_layers") / self.layers
        experts = self.count(*_EXPERTS, default=1)
        if experts <= 1:
            return self.layers * matrices * width, self.layers * matrices * width, 0.0, width
        used = self.count(*_USED, "top_k_experts", "experts_per_token", default=1)
        inner = self.count("moe_intermediate_size", "expert_ffn_hidden_size", default=width)
        names = ("shared_expert_intermediate_size", "shared_intermediate_size")
        shared = self.count(*names, default=self.zero(*_SHARED) * inner)
        if self.kind.startswith("llama4"):
            inner, shared, width = width, width, self.count("intermediate_size_mlp", default=width)
        sparse = self._sparse_layers()
        # Gemma 4 has its dense block beside the experts, others instead of them.
        dense = self.layers if self.flag("enable_moe_block") else self.layers - sparse
        fixed = matrices * (dense * width + sparse * shared) + sparse * self.hidden * experts
        each = sparse * matrices * inner
        used = min(used, experts)
        return fixed + experts * each, fixed + used * each, experts * each, used * inner + shared

    def _sparse_layers(self) -> float:
        """Layers that have experts."""
        named = [str(each) for each in sequence(self.config.get("mlp_layer_types"))]
        listed = sequence(self.config.get("moe_layers"))
        if named or listed:
            return float(named.count("sparse") if named else len(listed))
        dense = len(sequence(self.config.get("mlp_only_layers")))
        first = min(self.zero("first_k_dense_replace", "moe_layer_start_index"), self.layers)
        last = min(self.count("moe_layer_end_index", default=_MOST), self.layers - 1)
        return max(0.0, (last + 1 - first) // max(self.count(*_STEP, default=1), 1) - dense)

    def _per_layer_inputs(self) -> float:
        """Embeddings and gates of Gemma 3n and 4, that each layer has for itself."""
        wide = self.zero("hidden_size_per_layer_input")
        entries = self.zero("vocab_size_per_layer_input")
        return self.layers * wide * (entries + 3 * self.hidden) if entries else 0.0

    def _cache(self, kinds: list[str]) -> tuple[float, float, float]:
        """KV cache in bytes: of a token in full layers, in sliding ones, and of a sequence."""
        ratios = sequence(self.config.get("compress_ratios"))
        if ratios:
            # One shared key and value a token, of which later layers keep one in so many.
            each = 2 * self.head_dim
            shares = (_number("compress_ratios", ratio) for ratio in ratios)
            return sum(each / share for share in shares if share), each * len(ratios), 0.0
        latent = self.zero("kv_lora_rank")
        wide, few = self._wide("full")
        full = 2 * (latent + self.zero("qk_rope_head_dim")) if latent else 4 * few * wide
        own = kinds[: len(kinds) - int(self.zero("num_kv_shared_layers"))]
        state = 4 * self.zero("linear_num_value_heads") * self.zero("linear_key_head_dim")
        state *= self.zero("linear_value_head_dim")
        slid = 4 * self.kv_heads * self.head_dim
        return own.count("full") * full, own.count("sliding") * slid, own.count("linear") * state

    def _quantizer(self) -> str:
        """How the published weights are stored, as a row of the quantisers where there is one."""
        given = mapping(self.config.get("quantization_config"))
        method, bits = str(given.get("quant_method", "")), given.get("bits", 4)
        if method == "bitsandbytes":
            double = "-dq" if given.get("bnb_4bit_use_double_quant") else ""
            return "int8" if given.get("load_in_8bit") is True else f"nf4{double}"
        if method == "compressed-tensors":
            groups = [mapping(each) for each in mapping(given.get("config_groups")).values()]
            method = "fp8" if str(given.get("format", "")).startswith("float") else "gptq"
            bits = next((mapping(each.get("weights")).get("num_bits") for each in groups), 4)
        if method == "modelopt":
            method = str(given.get("quant_algo", "")).lower()
        stored = f"gptq{bits}" if method in ("gptq", "awq") else method
        rows = self.tables.quantizers.values()
        return next((row.name for row in rows if stored in (row.name, *row.aliases)), stored)

    def _tower(self, config: Config) -> float:
        """Parameters of a vision or audio tower and its projector, from what its file gives."""
        kind = str(config.get("model_type", ""))
        tower, out = _Reader(config, {}, kind, self.tables), self.hidden
        hidden = tower.zero("hidden_size", "d_model", "embed_dim")
        layers = tower.zero("num_hidden_layers", "depth", "encoder_layers")
        wide = tower.count("intermediate_size", "encoder_ffn_dim", default=4 * hidden)
        patch = tower.zero("patch_size")
        patches = tower.count("num_channels", "in_channels", default=3) * patch**2
        patches *= tower.count("temporal_patch_size", default=1)
        grid = (tower.zero("image_size") / patch) ** 2 if patch else 0
        places = tower.count("num_position_embeddings", default=grid)
        merged = hidden * tower.count("spatial_merge_size", default=1) ** 2
        mergers = 1 + len(sequence(config.get("deepstack_visual_indexes")))
        projector = hidden * out + (out * out if kind == "clip_vision_model" else 0)
        if merged > hidden:
            projector = mergers * merged * (merged + out)
        if kind == "llama4_vision_model":
            inner = tower.count("projector_input_dim", default=out)
            projector = wide * inner + 2 * inner * out
        matrices = 3 if config.get("hidden_act") == "silu" else 2
        blocks = layers * (4 * hidden**2 + matrices * hidden * wide)
        return blocks + hidden * (patches + places) + projector


def _number(name: str, value: Plain) -> float:
    if isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value <= _MOST:
        return float(value)
    shown = repr(value) if isinstance(value, str) else str(value)
    raise LlmAdaptError(f"{name} in this config.json is {shown[:20]}, not a count")
