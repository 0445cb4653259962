"""The shipped tables load, and what cannot be checked does not."""

import shutil

import pytest

from llm_adapt.errors import LlmAdaptError
from llm_adapt.files.builtin import builtin_rules
from llm_adapt.files.tables import read_tables
from llm_adapt.usecases.estimate import load_tables

ROW = '  - name: x\n    value: 1\n    unit: GiB\n    source: "https://x"\n    date: "2026"\n    grade: B\n'


@pytest.fixture
def folder(tmp_path):
    shutil.copytree(builtin_rules() / "tables", tmp_path / "tables")
    return tmp_path / "tables"


def every(tables):
    """All rows: a table is read when it is first looked at."""
    return [
        row
        for name in ("models", "gpus", "regimes", "optimizers", "quantizers", "prices")
        for row in getattr(tables, name).values()
    ] + [*tables.constants.values(), *tables.efforts.values(), *tables.accuracies.values()]


def test_every_row_says_its_source_date_and_grade():
    rows = every(load_tables())
    assert len(rows) > 250
    assert all(row.cited.source and row.cited.date and row.cited.grade for row in rows)


def test_a_constant_of_our_own_says_what_it_is():
    own = [c for c in load_tables().constants.values() if c.cited.grade == "D"]
    assert own
    assert all(constant.cited.note for constant in own)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (('    source: "https://x"\n', ""), "source is missing"),
        (('"https://x"', '""'), "source: must not be empty"),
        (("    grade: B\n", "    grade: Z\n"), "grade: must be one of A, B, C or D"),
        (("value: 1", "value: many"), "value: must be a number"),
        (("value: 1", "value: -1"), "value: must be at least 0"),
        (("name: x", 'name: ""'), "name: must not be empty"),
    ],
)
def test_a_row_that_cannot_be_checked_does_not_load(folder, change, said):
    text = (folder / "serving.yaml").read_text() + ROW.replace(*change)
    (folder / "serving.yaml").write_text(text)
    with pytest.raises(LlmAdaptError, match=said) as caught:
        every(read_tables(folder))
    assert caught.value.where.file == "serving.yaml"


def test_a_row_written_twice_does_not_load(folder):
    (folder / "serving.yaml").write_text((folder / "serving.yaml").read_text() + ROW + ROW)
    with pytest.raises(LlmAdaptError, match="a name of its own"):
        every(read_tables(folder))


def test_a_table_without_rows_does_not_load(folder):
    (folder / "serving.yaml").write_text("rows: []\n")
    with pytest.raises(LlmAdaptError, match="rows: must not be empty"):
        every(read_tables(folder))
