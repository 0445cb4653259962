"""config.json: parameters, KV cache and precision of many kinds; what is no decoder is refused."""

import json

import pytest

from llm_adapt.errors import LlmAdaptError
from llm_adapt.estimate.config import from_config
from llm_adapt.usecases.estimate import load_tables, memory, memory_cells, read_shape

TABLES = load_tables()
LLAMA_3_8B = {
    "model_type": "llama",
    "hidden_size": 4096,
    "intermediate_size": 14336,
    "num_hidden_layers": 32,
    "num_attention_heads": 32,
    "num_key_value_heads": 8,
    "vocab_size": 128256,
    "tie_word_embeddings": False,
}
SIGLIP = {
    "model_type": "siglip_vision_model", "hidden_size": 1152, "intermediate_size": 4304,
    "num_hidden_layers": 27, "image_size": 896, "patch_size": 14,
}  # fmt: skip
CASES = {
    "llama": (LLAMA_3_8B, 8.03),
    "chatglm": (
        {"model_type": "chatglm", "hidden_size": 4096, "num_layers": 28, "ffn_hidden_size": 13696,
         "num_attention_heads": 32, "kv_channels": 128, "multi_query_attention": True,
         "multi_query_group_num": 2, "padded_vocab_size": 65024, "tie_word_embeddings": False},
        6.24),
    "qwen 1": (
        {"model_type": "qwen", "hidden_size": 4096, "num_hidden_layers": 32, "kv_channels": 128,
         "num_attention_heads": 32, "intermediate_size": 22016, "vocab_size": 151936,
         "tie_word_embeddings": False}, 7.72),
    "falcon, one key head": (
        {"model_type": "falcon", "hidden_size": 4544, "num_hidden_layers": 32, "vocab_size": 65024,
         "num_attention_heads": 71, "num_kv_heads": 71, "multi_query": True}, 6.92),
    "falcon, grouped": (
        {"model_type": "RefinedWeb", "hidden_size": 8192, "n_layer": 60, "n_head": 128,
         "n_head_kv": 8, "multi_query": True, "new_decoder_architecture": True,
         "vocab_size": 65024}, 41.3),
    "gemma 3 with defaults left out": (
        {"model_type": "gemma3", "architectures": ["Gemma3ForConditionalGeneration"],
         "text_config": {"model_type": "gemma3_text", "hidden_size": 2560, "num_hidden_layers": 34,
                         "intermediate_size": 10240, "sliding_window": 1024},
         "vision_config": SIGLIP}, 4.3),
    "llava with defaults left out": (
        {"model_type": "llava", "architectures": ["LlavaForConditionalGeneration"],
         "text_config": {"model_type": "llama", "vocab_size": 32064},
         "vision_config": {"model_type": "clip_vision_model", "image_size": 336, "patch_size": 14}},
        7.06),
    "dbrx": (
        {"model_type": "dbrx", "d_model": 6144, "n_heads": 48, "n_layers": 40, "vocab_size": 100352,
         "attn_config": {"kv_n_heads": 8}, "tie_word_embeddings": False,
         "ffn_config": {"ffn_hidden_size": 10752, "moe_num_experts": 16, "moe_top_k": 4}}, 131.6),
    "qwen 1.5 experts": (
        {"model_type": "qwen2_moe", "hidden_size": 2048, "intermediate_size": 5632,
         "num_hidden_layers": 24, "num_attention_heads": 16, "num_key_value_heads": 16,
         "vocab_size": 151936, "num_experts": 60, "num_experts_per_tok": 4,
         "moe_intermediate_size": 1408, "shared_expert_intermediate_size": 5632,
         "tie_word_embeddings": False}, 14.32),
    "ernie": (
        {"model_type": "ernie4_5_moe", "hidden_size": 2560, "intermediate_size": 12288,
         "num_hidden_layers": 28, "num_attention_heads": 20, "num_key_value_heads": 4,
         "vocab_size": 103424, "moe_num_experts": 64, "moe_k": 6, "moe_intermediate_size": 1536,
         "moe_num_shared_experts": 2, "moe_layer_start_index": 1, "moe_layer_end_index": 29,
         "moe_layer_interval": 1, "tie_word_embeddings": True, "head_dim": 128}, 21.8),
    "ungated": ({**LLAMA_3_8B, "model_type": "apertus", "hidden_act": "xielu",
                 "intermediate_size": 21504, "vocab_size": 131072}, 8.05),
    "interleaved experts": (
        {"model_type": "llama4_text", "hidden_size": 5120, "intermediate_size": 8192,
         "intermediate_size_mlp": 16384, "num_hidden_layers": 48, "num_attention_heads": 40,
         "num_key_value_heads": 8, "head_dim": 128, "vocab_size": 202048, "num_local_experts": 128,
         "num_experts_per_tok": 1, "interleave_moe_layer_step": 2, "tie_word_embeddings": False},
        400.3),
    # The published numbers, of the text model alone where a tower is left out.
    "gemma 4, experts beside a dense block": (
        {"model_type": "gemma4_text", "hidden_size": 2816, "intermediate_size": 2112,
         "num_hidden_layers": 30, "num_attention_heads": 16, "num_key_value_heads": 8,
         "head_dim": 256, "global_head_dim": 512, "num_global_key_value_heads": 2,
         "attention_k_eq_v": True, "enable_moe_block": True, "num_experts": 128,
         "top_k_experts": 8, "moe_intermediate_size": 704, "vocab_size": 262144,
         "layer_types": (["sliding_attention"] * 5 + ["full_attention"]) * 5}, 25.2),
    "glm 5": (
        {"model_type": "glm_moe_dsa", "hidden_size": 6144, "intermediate_size": 12288,
         "num_hidden_layers": 78, "num_attention_heads": 64, "num_key_value_heads": 64,
         "kv_lora_rank": 512, "q_lora_rank": 2048, "qk_nope_head_dim": 192,
         "qk_rope_head_dim": 64, "v_head_dim": 256, "first_k_dense_replace": 3,
         "n_routed_experts": 256, "n_shared_experts": 1, "num_experts_per_tok": 8,
         "moe_intermediate_size": 2048, "vocab_size": 154880, "tie_word_embeddings": False}, 744),
    "mistral small 4": (
        {"model_type": "mistral4", "hidden_size": 4096, "intermediate_size": 12288,
         "num_hidden_layers": 36, "num_attention_heads": 32, "kv_lora_rank": 256,
         "q_lora_rank": 1024, "qk_nope_head_dim": 64, "qk_rope_head_dim": 64, "v_head_dim": 128,
         "n_routed_experts": 128, "n_shared_experts": 1, "num_experts_per_tok": 4,
         "first_k_dense_replace": 0, "moe_intermediate_size": 2048, "vocab_size": 131072,
         "tie_word_embeddings": False}, 119),
    "deepseek v4, one shared key and grouped output": (
        {"model_type": "deepseek_v4", "hidden_size": 7168, "num_hidden_layers": 61,
         "num_attention_heads": 128, "num_key_value_heads": 1, "head_dim": 512,
         "q_lora_rank": 1536, "o_groups": 16, "o_lora_rank": 1024, "n_routed_experts": 384,
         "n_shared_experts": 1, "num_experts_per_tok": 6, "moe_intermediate_size": 3072,
         "vocab_size": 129280, "tie_word_embeddings": False}, 1_600),
    "gemma 4 unified, one key head in full layers": (
        {"model_type": "gemma4_unified", "text_config": {
            "model_type": "gemma4_unified_text", "hidden_size": 3840, "intermediate_size": 15360,
            "num_hidden_layers": 48, "num_attention_heads": 16, "num_key_value_heads": 8,
            "num_global_key_value_heads": 1, "head_dim": 256, "global_head_dim": 512,
            "attention_k_eq_v": True, "vocab_size": 262144,
            "layer_types": (["sliding_attention"] * 5 + ["full_attention"]) * 8}}, 12),
}  # fmt: skip


def counted(config):
    return from_config(config, "x", TABLES)


@pytest.mark.parametrize(("config", "billions"), CASES.values(), ids=CASES)
def test_parameters_are_counted_within_two_percent(config, billions):
    assert counted(config).params / 1e9 == pytest.approx(billions, rel=0.02)


def test_active_parameters_of_experts():
    assert counted(CASES["dbrx"][0]).active_params / 1e9 == pytest.approx(36, rel=0.05)
    assert counted(CASES["interleaved experts"][0]).active_params < 20e9


def test_the_cache_knows_sliding_linear_and_latent_attention():
    sliding = {**LLAMA_3_8B, "layer_types": ["sliding_attention"] * 24 + ["full_attention"] * 8,
               "sliding_window": 1024}  # fmt: skip
    plain = counted(LLAMA_3_8B).kv_cache(131_072)
    assert plain == 131_072 * 131_072
    assert counted(sliding).kv_cache(131_072) == plain / 4 + 24 * 4096 * 1024
    linear = {**LLAMA_3_8B, "layer_types": ["linear_attention"] * 24 + ["full_attention"] * 8,
              "linear_num_key_heads": 16, "linear_key_head_dim": 128, "linear_num_value_heads": 32,
              "linear_value_head_dim": 128}  # fmt: skip
    assert counted(linear).kv_cache(131_072) < plain / 3.9
    latent = {**LLAMA_3_8B, "kv_lora_rank": 512, "qk_rope_head_dim": 64, "qk_nope_head_dim": 128,
              "v_head_dim": 128}  # fmt: skip
    assert counted(latent).kv_bytes_per_token == 2 * 32 * 576


@pytest.mark.parametrize(
    ("given", "row"),
    [
        ({"quant_method": "mxfp4"}, "mxfp4"),
        ({"quant_method": "fp8"}, "fp8"),
        ({"quant_method": "awq", "bits": 4}, "gptq4"),
        ({"quant_method": "gptq", "bits": 8}, "gptq8"),
        ({"quant_method": "bitsandbytes", "load_in_4bit": True}, "nf4"),
        ({"quant_method": "fbgemm_fp8"}, "fp8"),
        ({"quant_method": "modelopt", "quant_algo": "NVFP4"}, "nvfp4"),
        ({"quant_method": "compressed-tensors", "format": "float-quantized"}, "fp8"),
        (
            {
                "quant_method": "compressed-tensors",
                "format": "pack-quantized",
                "config_groups": {"group_0": {"weights": {"num_bits": 4}}},
            },
            "gptq4",
        ),
    ],
)
def test_published_precision_is_read(given, row):
    config = {**LLAMA_3_8B, "quantization_config": given}
    assert counted(config).quantizer == row


@pytest.mark.parametrize(
    ("config", "said"),
    [
        ({"model_type": "bert"}, "an encoder"),
        ({"architectures": ["CLIPTextModel"], "model_type": "clip_text_model"}, "an encoder"),
        ({"model_type": "t5", "is_encoder_decoder": True}, "an encoder-decoder"),
        ({"model_type": "whisper", "is_encoder_decoder": True}, "speech"),
        ({"model_type": "zamba2", "hidden_size": 2560}, "without plain attention"),
        ({"model_type": "granitemoehybrid"}, "without plain attention"),
        ({**LLAMA_3_8B, "mamba_n_heads": 4}, "without plain attention"),
        ({**LLAMA_3_8B, "hidden_size": "wide"}, "'wide', not a count"),
        ({**LLAMA_3_8B, "hidden_size": -1}, "-1, not a count"),
        ({**LLAMA_3_8B, "hidden_size": float("nan")}, "nan, not a count"),
        ({**LLAMA_3_8B, "hidden_size": 10**400}, "not a count"),
        ({}, "no hidden_size"),
    ],
)
def test_what_is_no_decoder_is_refused_with_the_reason(config, said):
    with pytest.raises(LlmAdaptError, match=said):
        counted(config)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("{}", "no hidden_size"),
        ("[]", "not a JSON object"),
        ("{", "not JSON"),
        ('{"hidden_size": ' + "9" * 5000 + "}", "too many digits"),
        ("[" * 5000, "nested too deep|not JSON"),
    ],
)
def test_a_fault_names_the_file(tmp_path, content, said):
    path = tmp_path / "config.json"
    path.write_text(content)
    with pytest.raises(LlmAdaptError, match=said) as caught:
        read_shape(path)
    assert caught.value.where.file == str(path)


def test_a_config_can_be_named_anywhere(tmp_path):
    path = tmp_path / "config.json"
    path.write_text(json.dumps(LLAMA_3_8B))
    named = {"model": "Llama-3.1-8B", "method": "lora", "seq_len": 512}
    wanted = memory(named).estimate.gib.typical
    for config in (path, tmp_path):
        cells = {"config": str(config), "method": "lora", "seq_len": 512}
        assert memory_cells(cells)["gib"] == pytest.approx(wanted, rel=0.001)
