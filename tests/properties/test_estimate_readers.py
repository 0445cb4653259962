"""Whatever a line, a table row or a config.json holds: an answer, or an error in words."""

import json
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from llm_adapt.errors import LlmAdaptError
from llm_adapt.estimate.config import from_config
from llm_adapt.estimate.requests import Traffic
from llm_adapt.estimate.run import Run
from llm_adapt.estimate.setting import settings_of
from llm_adapt.usecases.estimate import CELL_ANSWERS, load_tables

TABLES = load_tables()
NAMES = sorted(
    {name for record in (Run, Traffic) for name in settings_of(record)}
    | {column for each in settings_of(Run).values() for column in each.names}
    | {"model", "params_b", "total_params_b", "active_params_b", "gpu", "seq_kind", "chunked_ce"}
)
KEYS = [
    "model_type",
    "architectures",
    "hidden_size",
    "num_hidden_layers",
    "num_attention_heads",
    "vocab_size",
    "layer_types",
    "num_key_value_heads",
    "intermediate_size",
    "num_local_experts",
    "num_experts_per_tok",
    "kv_lora_rank",
    "sliding_window",
    "text_config",
    "vision_config",
    "quantization_config",
    "compress_ratios",
    "moe_layers",
    "num_kv_shared_layers",
    "global_head_dim",
    "q_lora_rank",
    "tie_word_embeddings",
    "head_dim",
]
VALUES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.integers(10**300, 10**320),
    st.floats(),
    st.text(max_size=20),
    st.sampled_from(
        ["8B", "2.000", "1e400", "-0", "lora", "full", "A100", "llama", "1.5", "inference"]
    ),
    st.lists(st.integers(), max_size=3),
    st.dictionaries(st.sampled_from(KEYS), st.integers(), max_size=3),
)


ODD = [
    ".",
    "..",
    " ",
    "²",
    "24²",
    "½",
    "٣",
    "1,5",
    "0x10",
    "1e",
    "--",
    "nan",
    "a" * 500,
    -1,
    1e308,
    [],
    {},
]


@pytest.mark.parametrize("kind", ["memory", "hours", "requests"])
def test_every_setting_refuses_or_takes_every_odd_value(kind):
    usual = {"params_b": 8, "method": "lora", "gpu": "A100", "tokens": 1e6, "per_month": 1000}
    for name in (*NAMES, "metric", "config", "prices"):
        for odd in ODD:
            with suppress(LlmAdaptError):
                json.dumps(CELL_ANSWERS[kind]({**usual, name: odd}), allow_nan=False)


@given(
    st.sampled_from(sorted(CELL_ANSWERS)),
    st.dictionaries(st.sampled_from(NAMES), VALUES, max_size=8),
    st.dictionaries(
        st.sampled_from(["params_b", "method", "gpu", "tokens", "per_month"]), VALUES, max_size=3
    ),
)
def test_any_line_is_answered_or_refused(kind, cells, more):
    usual = {"params_b": 8, "method": "lora", "gpu": "A100", "tokens": 1e6, "per_month": 1000}
    with suppress(LlmAdaptError):
        answer = CELL_ANSWERS[kind]({**usual, **cells, **more, "prices": None, "config": None})
        json.dumps(answer, allow_nan=False)


@given(st.dictionaries(st.sampled_from(KEYS), VALUES))
def test_any_config_is_counted_or_refused(config):
    usual = {
        "hidden_size": 64,
        "num_hidden_layers": 2,
        "num_attention_heads": 4,
        "vocab_size": 100,
    }
    with suppress(LlmAdaptError):
        shape = from_config({**usual, **config}, "x", TABLES)
        assert shape.params > 0
        assert json.dumps([shape.params, shape.kv_cache(1000)], allow_nan=False)
