"""The architecture that a Hugging Face `config.json` describes: parameters, KV cache, precision."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import isfinite

from llm_adapt.errors import LlmAdaptError
from llm_adapt.estimate.setting import words
from llm_adapt.rules.plain import Plain, mapping, sequence
from llm_adapt.rules.table import Architecture

Config = Mapping[str, Plain]
_MOST = 1e12
# Where the text decoder lies in a file that describes several models.
_INNER = ("text_config", "llm_config", "language_config")
_TOWERS = ("vision_config", "audio_config")
# What a file that a class of transformers wrote leaves out, because it is the default of the class.
_LLAMA = {
    "hidden_size": 4096,
    "intermediate_size": 11008,
    "num_hidden_layers": 32,
    "num_attention_heads": 32,
    "vocab_size": 32000,
    "tie_word_embeddings": False,
}
_DEFAULTS: Mapping[str, Config] = {
    "llama": _LLAMA,
    "mistral": {**_LLAMA, "intermediate_size": 14336, "num_key_value_heads": 8},
    "gemma3_text": {
        "vocab_size": 262208,
        "num_attention_heads": 8,
        "num_key_value_heads": 4,
        "head_dim": 256,
        "tie_word_embeddings": True,
        "sliding_window_pattern": 6,
    },
    "gemma2": {"sliding_window_pattern": 2, "tie_word_embeddings": True},
}
_VISION_DEFAULTS: Mapping[str, Config] = {
    "siglip_vision_model": {
        "hidden_size": 1152,
        "num_hidden_layers": 27,
        "intermediate_size": 4304,
    },
    "clip_vision_model": {"hidden_size": 1024, "num_hidden_layers": 24, "intermediate_size": 4096},
}
_ENCODERS = words(
    "albert bert camembert clip clip_text_model deberta deberta-v2 distilbert electra ernie "
    "layoutlm longformer modernbert mpnet nomic_bert roberta siglip siglip2 siglip_text_model "
    "vit dinov2 xlm-roberta xlnet esm colpali colqwen2"
)
_SPEECH = words(
    "whisper wav2vec2 hubert speecht5 bark musicgen qwen3_omni_moe qwen2_5_omni seamless_m4t"
)
_NOT_ATTENTION = words(
    "bamba blt falcon_h1 falcon_mamba granitemoehybrid jamba lfm2 longcat_flash mamba mamba2 "
    "nemotron_h recurrent_gemma rwkv zamba zamba2"
)
_UNGATED = words(
    "apertus arcee bloom codegen falcon gpt2 gpt_bigcode gpt_neo gpt_neox gptj mpt nemotron opt "
    "persimmon phi refinedweb refinedwebmodel stablelm_alpha starcoder2 xglm"
)
_UNGATED_ACTS = frozenset(("relu2", "xielu", "squared_relu"))
_TIED = (
    "gemma",
    "cohere",
    "gpt2",
    "gpt_big",
    "gpt_neo",
    "opt",
    "bloom",
    "mpt",
    "falcon",
    "refinedweb",
    "xglm",
    "starcoder2",
)
_UNTIED = ("gpt_neox",)


def from_config(raw: Config, name: str) -> Architecture:
    """The architecture that a `config.json` describes.

    Args:
        raw: The file as plain data.
        name: How the model is called in texts.

    Raises:
        LlmAdaptError: It describes something else than a decoder with attention, or a number is
            missing or not a count.
    """
    _refuse(raw)
    return _Reader(_text(raw), raw).architecture(name)


def _text(raw: Config) -> dict[str, Plain]:
    """The decoder's own settings, with the defaults of its class."""
    inner: dict[str, Plain] = {}
    for key in _INNER:
        inner = inner or mapping(raw.get(key))
    merged = {**raw, **inner, **mapping(raw.get("attn_config")), **mapping(raw.get("ffn_config"))}
    kind = str(inner.get("model_type") or ("llama" if raw.get("model_type") == "llava" else ""))
    kind = kind or ("gemma3_text" if raw.get("model_type") == "gemma3" else "")
    kind = kind or str(raw.get("model_type") or "")
    merged["model_type"] = kind
    if inner and isinstance(raw.get("tie_word_embeddings"), bool):
        merged["tie_word_embeddings"] = raw["tie_word_embeddings"]
    given = {key: value for key, value in merged.items() if value is not None}
    return {**_DEFAULTS.get(kind, {}), **given}


def _refuse(raw: Config) -> None:
    kind = str(raw.get("model_type", "")).lower()
    classes = " ".join(str(item) for item in sequence(raw.get("architectures")))
    what = kind or classes
    decoder = any(raw.get(key) for key in _INNER) or kind in ("gemma3", "llava")
    if kind in _SPEECH:
        raise _refused(
            f"speech or several models in one ({what})", "name the config of its text decoder"
        )
    if raw.get("is_encoder_decoder") is True or (
        "ConditionalGeneration" in classes and not decoder
    ):
        raise _refused(
            "an encoder-decoder, which the formula does not cover",
            "estimate a decoder of the same size with --params-b",
        )
    if kind in _ENCODERS or any(
        each in classes for each in ("MaskedLM", "CLIP", "ForImage", "ForCTC")
    ):
        raise _refused(
            f"an encoder ({what}), not a decoder",
            "an encoder of this size trains on one small card",
        )
    inner = str(mapping(raw.get("text_config")).get("model_type", ""))
    if {kind, inner} & _NOT_ATTENTION or any(key.startswith(("mamba_n", "ssm_")) for key in raw):
        raise _refused(
            f"a model without plain attention ({what})",
            "estimate a decoder of the same size with --params-b",
        )


def _refused(what: str, hint: str) -> LlmAdaptError:
    return LlmAdaptError(f"this config.json describes {what}", hint=hint)


@dataclass(slots=True)
class _Reader:
    """Numbers of a decoder, by the names that its authors use."""

    config: Config
    raw: Config

    def count(self, *names: str, default: float | None = None) -> float:
        """The first of these numbers that is given and above zero; of a list the mean."""
        for name in names:
            value = self.config.get(name)
            if isinstance(value, list) and value:
                value = sum(_number(name, each) for each in value) / len(value)
            if value is None or isinstance(value, bool | dict | list):
                continue
            found = _number(name, value)
            if found > 0:
                return found
        if default is None:
            raise LlmAdaptError(
                f"this config.json has no {names[0]}",
                hint="name the config.json of a decoder, as `transformers` saves it",
            )
        return default

    def flag(self, name: str, *, default: bool = False) -> bool:
        value = self.config.get(name)
        return value if isinstance(value, bool) else default

    @property
    def kind(self) -> str:
        return str(self.config.get("model_type", "")).lower()

    def architecture(self, name: str) -> Architecture:
        """Everything counted."""
        hidden = self.count("hidden_size", "n_embd", "d_model")
        layers = self.count("num_hidden_layers", "n_layer", "n_layers", "num_layers")
        heads = self.count("num_attention_heads", "n_head", "n_heads", "attention_heads")
        vocab = self.count("vocab_size", "padded_vocab_size")
        gated = self.kind not in _UNGATED and self.config.get("hidden_act") not in _UNGATED_ACTS
        tied = self.kind.startswith(_TIED) and not self.kind.startswith(_UNTIED)
        tied = self.flag("tie_word_embeddings", default=tied)
        head_dim = self.count("head_dim", "kv_channels", default=hidden / heads)
        kv_heads = self._kv_heads(heads)
        kinds = self._layer_kinds(int(layers))
        attention = sum(self._attention(each, hidden, heads, kv_heads, head_dim) for each in kinds)
        total, active, experts, ffn = self._feed_forward(layers, hidden, gated=gated)
        embedding = vocab * hidden * (1 if tied else 2)
        extra = self._per_layer_inputs(layers, hidden)
        rest = extra + sum(_tower(mapping(self.raw.get(key)), hidden) for key in _TOWERS)
        full, slid, state = self._cache(kinds, kv_heads, head_dim)
        return Architecture(
            name=name,
            params=total + attention + embedding + rest,
            active_params=active + attention + embedding + rest,
            layers=layers,
            hidden=hidden,
            heads=heads,
            kv_heads=kv_heads,
            head_dim=head_dim,
            ffn=ffn,
            gated=gated,
            vocab=vocab,
            tied=tied,
            context=int(
                self.count(
                    "max_position_embeddings", "n_positions", "seq_length", "max_seq_len", default=0
                )
            ),
            kv_bytes_per_token=full,
            kind="moe" if experts else "dense",
            experts=self._experts() if experts else 0,
            expert_params=experts,
            rest_params=rest,
            window=self._window() if slid else 0,
            window_bytes=slid,
            state_bytes=state,
            quantizer=self._quantizer(),
        )

    def _kv_heads(self, heads: float) -> float:
        if self.flag("multi_query") and not self.flag("new_decoder_architecture"):
            return 1
        grouped = self.flag("multi_query_attention", default=True)
        names = ("num_key_value_heads", "num_kv_heads", "n_head_kv", "kv_n_heads")
        return min(
            self.count(*names, *(("multi_query_group_num",) if grouped else ()), default=heads),
            heads,
        )

    def _window(self) -> float:
        return self.count("sliding_window", "attention_chunk_size", default=0)

    def _layer_kinds(self, layers: int) -> list[str]:
        """`full`, `sliding` or `linear` for each layer."""
        named = [str(each) for each in sequence(self.config.get("layer_types"))]
        if named:
            short = {
                "sliding_attention": "sliding",
                "chunked_attention": "sliding",
                "linear_attention": "linear",
            }
            return [short.get(each, "full") for each in named]
        if (
            not self._window()
            or self.flag("use_sliding_window", default=self.kind.startswith("qwen")) is False
        ):
            return ["full"] * layers
        if self.kind.startswith("qwen") and "use_sliding_window" not in self.config:
            return ["full"] * layers
        pattern = int(
            self.count("sliding_window_pattern", "_sliding_window_pattern", default=layers + 1)
        )
        return ["full" if (at + 1) % pattern == 0 else "sliding" for at in range(layers)]

    def _attention(
        self, kind: str, hidden: float, heads: float, kv_heads: float, head_dim: float
    ) -> float:
        """Parameters of the attention of one layer."""
        latent, query_rank = (
            self.count("kv_lora_rank", default=0),
            self.count("q_lora_rank", default=0),
        )
        if kind == "linear":
            keys = self.count("linear_num_key_heads") * self.count("linear_key_head_dim")
            values = self.count("linear_num_value_heads") * self.count("linear_value_head_dim")
            conv = self.count("linear_conv_kernel_dim", default=4) * (2 * keys + values)
            return (
                hidden * (2 * keys + 2 * values + 2 * self.count("linear_num_value_heads"))
                + conv
                + values * hidden
            )
        if latent:
            plain, rope = self.count("qk_nope_head_dim"), self.count("qk_rope_head_dim")
            value = self.count("v_head_dim")
            query = heads * (plain + rope)
            asked = query_rank * (hidden + query) if query_rank else hidden * query
            return (
                asked
                + hidden * (latent + rope)
                + latent * heads * (plain + value)
                + heads * value * hidden
            )
        if kind == "full":
            head_dim = self.count("global_head_dim", default=head_dim)
            kv_heads = self.count("num_global_key_value_heads", default=kv_heads)
        query, key = heads * head_dim, kv_heads * head_dim
        groups, rank = self.count("o_groups", default=0), self.count("o_lora_rank", default=0)
        if groups and rank and query_rank:
            # DeepSeek-V4: low-rank queries, one shared key and value, grouped low-rank output.
            return (
                query_rank * (hidden + query) + hidden * key + query * rank + groups * rank * hidden
            )
        gate = (
            2
            if self.flag("attn_output_gate") or self.kind.startswith(("qwen3_next", "qwen3_5"))
            else 1
        )
        same = 1 if kind == "full" and self.flag("attention_k_eq_v") else 2
        return hidden * (gate * query + same * key) + query * hidden

    def _experts(self) -> float:
        names = ("num_local_experts", "n_routed_experts", "num_experts", "moe_num_experts")
        return self.count(*names, default=1)

    def _feed_forward(
        self, layers: float, hidden: float, *, gated: bool
    ) -> tuple[float, float, float, float]:
        """Parameters of the feed-forward blocks, of one token, of experts, and the width."""
        matrices = (3 if gated else 2) * hidden
        width = self.count("intermediate_size", "n_inner", "ffn_hidden_size", "ffn_dim", default=0)
        width = width or self.count("expansion_ratio", default=4) * hidden
        if self.kind == "qwen":
            width /= 2  # Qwen 1 gives the sum of gate and up
        if self.flag("use_double_wide_mlp"):
            width *= 1 + self.count("num_kv_shared_layers", default=0) / layers
        experts = self._experts()
        if experts <= 1:
            return layers * matrices * width, layers * matrices * width, 0.0, width
        used = min(
            self.count(
                "num_experts_per_tok",
                "num_experts_per_token",
                "moe_top_k",
                "moe_topk",
                "moe_k",
                "top_k_experts",
                "experts_per_token",
                default=1,
            ),
            experts,
        )
        inner = self.count("moe_intermediate_size", "expert_ffn_hidden_size", default=width)
        shared = (
            self.count(
                "n_shared_experts",
                "num_shared_experts",
                "moe_num_shared_experts",
                "num_shared_expert",
                default=0,
            )
            * inner
        )
        shared = self.count(
            "shared_expert_intermediate_size", "shared_intermediate_size", default=shared
        )
        if self.kind.startswith("llama4"):
            inner, shared, width = width, width, self.count("intermediate_size_mlp", default=width)
        sparse = self._sparse_layers(layers)
        # Gemma 4 has its dense block beside the experts, others instead of them.
        dense = layers if self.flag("enable_moe_block") else layers - sparse
        router = sparse * hidden * experts
        fixed = matrices * (dense * width + sparse * shared) + router
        total = sparse * experts * matrices * inner
        active = fixed + sparse * used * matrices * inner
        return fixed + total, active, total, used * inner + shared

    def _sparse_layers(self, layers: float) -> float:
        """Layers that have experts."""
        named = [str(each) for each in sequence(self.config.get("mlp_layer_types"))]
        if named:
            return float(named.count("sparse"))
        listed = sequence(self.config.get("moe_layers"))
        if listed:
            return float(len(listed))
        dense = len(sequence(self.config.get("mlp_only_layers")))
        first = self.count("first_k_dense_replace", "moe_layer_start_index", default=0)
        last = min(self.count("moe_layer_end_index", default=layers - 1), layers - 1)
        step = self.count(
            "decoder_sparse_step",
            "interleave_moe_layer_step",
            "moe_layer_interval",
            "moe_layer_freq",
            default=1,
        )
        return max(0.0, (last + 1 - min(first, layers)) // max(step, 1) - dense)

    def _per_layer_inputs(self, layers: float, hidden: float) -> float:
        """Embeddings and gates of Gemma 3n and 4, that each layer has for itself."""
        wide = self.count("hidden_size_per_layer_input", default=0)
        entries = self.count("vocab_size_per_layer_input", default=0)
        return layers * wide * (entries + 3 * hidden) if wide and entries else 0.0

    def _cache(
        self, kinds: Iterable[str], kv_heads: float, head_dim: float
    ) -> tuple[float, float, float]:
        """KV cache in bytes: of a token in full layers, in sliding ones, and of a sequence."""
        latent = self.count("kv_lora_rank", default=0)
        each = (
            2 * (latent + self.count("qk_rope_head_dim", default=0))
            if latent
            else 4 * kv_heads * head_dim
        )
        ratios = [
            _number("compress_ratios", each)
            for each in sequence(self.config.get("compress_ratios"))
        ]
        if ratios:
            # One shared key and value a token, of which later layers keep one in so many.
            return (
                sum(2 * head_dim / ratio for ratio in ratios if ratio),
                2 * head_dim * len(ratios),
                0.0,
            )
        kinds = list(kinds)
        shared = int(self.count("num_kv_shared_layers", default=0))
        own = kinds[: len(kinds) - shared]
        wide = (
            4
            * self.count("num_global_key_value_heads", default=kv_heads)
            * self.count("global_head_dim", default=head_dim)
        )
        state = 0.0
        if "linear" in kinds:
            heads = self.count("linear_num_value_heads")
            state = (
                4 * heads * self.count("linear_key_head_dim") * self.count("linear_value_head_dim")
            )
        return (
            own.count("full") * (each if latent else wide),
            own.count("sliding") * each,
            own.count("linear") * state,
        )

    def _quantizer(self) -> str:
        """How the published weights are stored, as a row of the quantisers."""
        given = mapping(self.config.get("quantization_config"))
        method = str(given.get("quant_method", ""))
        bits = given.get("bits", 8 if given.get("load_in_8bit") else 4)
        if method == "bitsandbytes":
            double = "-dq" if given.get("bnb_4bit_use_double_quant") else ""
            return "int8" if given.get("load_in_8bit") else f"nf4{double}"
        if method in ("gptq", "awq"):
            return "gptq8" if bits == 8 else "gptq4"  # noqa: PLR2004
        return {"fp8": "fp8", "fbgemm_fp8": "fp8", "mxfp4": "mxfp4"}.get(method, "")


def _tower(config: Config, out: float) -> float:
    """Parameters of a vision or audio tower and its projector, from what its file gives."""
    if not config:
        return 0.0
    kind = str(config.get("model_type", ""))
    tower = _Reader({**_VISION_DEFAULTS.get(kind, {}), **config}, {})
    hidden = tower.count("hidden_size", "d_model", "embed_dim", default=0)
    layers = tower.count("num_hidden_layers", "depth", "encoder_layers", default=0)
    wide = tower.count("intermediate_size", "encoder_ffn_dim", default=4 * hidden)
    patch, channels = (
        tower.count("patch_size", default=0),
        tower.count("num_channels", "in_channels", default=3),
    )
    patches = channels * patch**2 * tower.count("temporal_patch_size", default=1)
    places = tower.count(
        "num_position_embeddings",
        default=(tower.count("image_size", default=0) / patch) ** 2 if patch else 0,
    )
    merged = hidden * tower.count("spatial_merge_size", default=1) ** 2
    mergers = 1 + len(sequence(config.get("deepstack_visual_indexes")))
    matrices = 3 if config.get("hidden_act") == "silu" else 2
    projector = (
        mergers * merged * (merged + out)
        if merged > hidden
        else hidden * out + out * out * (kind == "clip_vision_model")
    )
    if kind == "llama4_vision_model":
        inner = tower.count("projector_input_dim", default=out)
        projector = tower.count("intermediate_size") * inner + 2 * inner * out
    return (
        layers * (4 * hidden**2 + matrices * hidden * wide)
        + hidden * (patches + places)
        + projector
    )


def _number(name: str, value: Plain) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise LlmAdaptError(f"{name} in this config.json is {str(value)[:40]!r}, not a count")
    if (isinstance(value, float) and not isfinite(value)) or not 0 <= value <= _MOST:
        shown = (
            f"{value:g}"
            if isinstance(value, float)
            else f"{str(value)[:12]}..."
            if value > _MOST
            else value
        )
        raise LlmAdaptError(f"{name} in this config.json is {shown}, not a count")
    return float(value)
