"""The shipped tables load, and what cannot be checked does not."""

import json
import shutil

import pytest

from llm_adapt.errors import LlmAdaptError
from llm_adapt.files.builtin import builtin_rules
from llm_adapt.files.tables import read_config, read_tables
from llm_adapt.usecases.estimate import load_tables, memory

ROW = '  - name: x\n    value: 1\n    unit: GiB\n    source: "https://x"\n    date: "2026"\n    grade: B\n'


@pytest.fixture
def folder(tmp_path):
    shutil.copytree(builtin_rules() / "tables", tmp_path / "tables")
    return tmp_path / "tables"


def test_every_row_says_its_source_date_and_grade():
    tables = load_tables()
    rows = [
        *tables.models.values(),
        *tables.gpus.values(),
        *tables.regimes.values(),
        *tables.quantizers.values(),
        *tables.prices.values(),
        *tables.constants.values(),
    ]
    assert len(rows) > 130
    assert all(row.cited.source and row.cited.date and row.cited.grade for row in rows)


def test_a_constant_of_our_own_says_what_it_is():
    own = [c for c in load_tables().constants.values() if c.cited.grade == "D"]
    assert own
    assert all(constant.cited.note for constant in own)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (('    source: "https://x"\n', ""), "source is missing"),
        (('"https://x"', '""'), "no source"),
        (("    grade: B\n", "    grade: Z\n"), "the grade is Z"),
        (("value: 1", "value: many"), "not a number"),
        (("value: 1", "value: -1"), "not a count"),
        (("name: x", 'name: ""'), "a name of its own"),
    ],
)
def test_a_row_that_cannot_be_checked_does_not_load(folder, change, said):
    text = (folder / "serving.yaml").read_text() + ROW.replace(*change)
    (folder / "serving.yaml").write_text(text)
    with pytest.raises(LlmAdaptError, match=said) as caught:
        read_tables(folder)
    assert caught.value.where.file == "serving.yaml"


def test_a_row_written_twice_does_not_load(folder):
    (folder / "serving.yaml").write_text((folder / "serving.yaml").read_text() + ROW + ROW)
    with pytest.raises(LlmAdaptError, match="a name of its own"):
        read_tables(folder)


def test_a_table_without_rows_does_not_load(folder):
    (folder / "serving.yaml").write_text("rows: []\n")
    with pytest.raises(LlmAdaptError, match="no rows"):
        read_tables(folder)


def test_a_config_is_read_from_a_file_or_its_folder(tmp_path):
    config = {
        "hidden_size": 4096,
        "num_attention_heads": 32,
        "num_hidden_layers": 32,
        "vocab_size": 32000,
    }
    (tmp_path / "config.json").write_text(json.dumps(config))
    assert read_config(tmp_path) == read_config(tmp_path / "config.json") == config
    answer = memory({"params_b": 1, "method": "lora"}, tmp_path / "config.json")
    assert answer.params == pytest.approx(8.7e9, rel=0.1)


@pytest.mark.parametrize(
    ("text", "said"), [("{", "not JSON"), ("[1]", "not a JSON object"), ("[" * 100_000, "nested")]
)
def test_a_config_that_is_no_object_is_refused(tmp_path, text, said):
    (tmp_path / "config.json").write_text(text)
    with pytest.raises(LlmAdaptError, match=said):
        read_config(tmp_path)
