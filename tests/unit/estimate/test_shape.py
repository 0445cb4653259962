"""Architectures by name, size and config.json; cards by name and memory."""

import pytest

from llm_adapt.errors import LlmAdaptError
from llm_adapt.estimate.config import from_config
from llm_adapt.estimate.shape import find_gpu, find_model, from_size, model
from llm_adapt.usecases.estimate import load_tables

TABLES = load_tables()

LLAMA_8B = {
    "architectures": ["LlamaForCausalLM"],
    "model_type": "llama",
    "hidden_size": 4096,
    "intermediate_size": 14336,
    "num_attention_heads": 32,
    "num_hidden_layers": 32,
    "num_key_value_heads": 8,
    "vocab_size": 128256,
    "tie_word_embeddings": False,
    "max_position_embeddings": 131072,
}


@pytest.mark.parametrize(
    "name", ["Llama-2-7B", "llama 2 7b", "meta-llama/Llama-2-7b-hf", "LLAMA-2-7B-HF"]
)
def test_a_model_is_found_by_name_and_hub_id(name):
    assert find_model(name, TABLES).params == 6738415616


def test_an_unknown_model_names_the_nearest():
    with pytest.raises(LlmAdaptError) as caught:
        model("Lama-2-13b", None, TABLES)
    assert "Llama-2-13B" in caught.value.hint


def test_an_unknown_name_with_a_size_is_a_guessed_shape():
    shape = model("my-model", 13, TABLES)
    assert (shape.name, shape.exact, shape.params) == ("my-model", False, 13e9)


@pytest.mark.parametrize("size", [0, -1, float("nan"), float("inf"), 7e9])
def test_sizes_that_cannot_be_are_refused(size):
    with pytest.raises(LlmAdaptError):
        model(None, size, TABLES)


def test_no_model_and_no_size_is_refused():
    with pytest.raises(LlmAdaptError, match="no model"):
        model(None, None, TABLES)


@pytest.mark.parametrize("size", [0.1, 1, 7, 70, 400])
def test_a_guessed_shape_keeps_its_count(size):
    shape = from_size(size * 1e9, "guess")
    blocks = 12 * shape.layers * shape.hidden**2
    assert blocks == pytest.approx(size * 1e9)
    assert 2 * shape.vocab * shape.hidden <= size * 1e9 / 2 * 1.001


def test_a_config_gives_the_published_count():
    shape = from_config(LLAMA_8B, "Llama-3.1-8B")
    known = find_model("Llama-3.1-8B", TABLES)
    assert shape.params == pytest.approx(known.params, rel=1e-3)
    assert shape.kv_bytes_per_token == known.kv_bytes_per_token
    assert shape.kind == "dense"


def test_a_mixture_of_experts_counts_all_and_active_parameters():
    mixtral = {**LLAMA_8B, "vocab_size": 32000, "num_local_experts": 8, "num_experts_per_tok": 2}
    shape = from_config(mixtral, "Mixtral")
    assert shape.kind == "moe"
    assert shape.params == pytest.approx(46.7e9, rel=0.01)
    assert shape.active_params == pytest.approx(12.9e9, rel=0.01)


def test_a_latent_cache_is_smaller():
    latent = {**LLAMA_8B, "kv_lora_rank": 512, "qk_rope_head_dim": 64}
    assert from_config(latent, "m").kv_bytes_per_token == 2 * 32 * 576


def test_a_nested_text_config_is_read():
    shape = from_config(
        {
            "model_type": "llava",
            "architectures": ["LlavaForConditionalGeneration"],
            "text_config": LLAMA_8B,
        },
        "m",
    )
    assert shape.layers == 32


def test_multi_query_has_one_key_head():
    falcon = {
        "model_type": "falcon",
        "hidden_size": 4544,
        "num_attention_heads": 71,
        "num_hidden_layers": 32,
        "vocab_size": 65024,
        "multi_query": True,
    }
    shape = from_config(falcon, "Falcon-7B")
    assert (shape.kv_heads, shape.gated, shape.tied) == (1, False, True)
    assert shape.params == pytest.approx(6.92e9, rel=0.01)


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"model_type": "bert", "architectures": ["BertForMaskedLM"]}, "encoder"),
        ({"is_encoder_decoder": True}, "encoder-decoder"),
        ({"architectures": ["T5ForConditionalGeneration"]}, "encoder-decoder"),
        ({"model_type": "mamba"}, "without plain attention"),
        ({"hidden_size": -1}, "hidden_size"),
        ({"hidden_size": "wide"}, "hidden_size"),
        ({"num_hidden_layers": None}, "no num_hidden_layers"),
    ],
)
def test_what_cannot_be_estimated_is_refused_with_the_reason(changed, said):
    with pytest.raises(LlmAdaptError, match=said):
        from_config({**LLAMA_8B, **changed}, "m")


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("A100", "A100-80GB"),
        ("A800-80GB", "A100-80GB"),
        ("h800", "H100 SXM"),
        ("H100-80GB", "H100 SXM"),
        ("A10G-24GB", "A10G"),
        ("RTX4090", "RTX 4090"),
        ("NVIDIA GeForce RTX 3090", "RTX 3090"),
        ("RTX-A6000", "RTX A6000"),
        ("24 GB", "24 GB card"),
    ],
)
def test_a_card_is_found_by_its_names(name, found):
    assert find_gpu(name, TABLES).name == found


def test_an_unknown_card_names_the_nearest():
    with pytest.raises(LlmAdaptError) as caught:
        find_gpu("RTX 4091", TABLES)
    assert "RTX 4090" in caught.value.hint
