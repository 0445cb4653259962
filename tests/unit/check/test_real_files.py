"""Result files that the tools themselves wrote (files/README.md says which), exact to the number."""

import json
import re
import sys
from datetime import date
from pathlib import Path

import pytest
from test_evidence import FILES, TODAY, evidence, refusal

from llm_adapt.files.evidence.access import Access, EvidenceError
from llm_adapt.files.evidence.measure import measure
from llm_adapt.files.evidence.recognise import proposals

HERE = Access(FILES.resolve(), FILES.resolve())


def value(kind, name, **options):
    return measure(evidence(kind, name, **options), HERE, TODAY)


@pytest.mark.parametrize(
    ("kind", "name", "options", "expected"),
    [
        (
            "lm_eval",
            "lm_eval_0_4_13.json",
            {"task": "tickets_mc", "metric": "acc"},
            0.8333333333333334,
        ),
        ("lm_eval", "lm_eval.json", {"task": "sums", "metric": "acc,none"}, 0.6666666666666666),
        ("promptfoo", "promptfoo.csv", {}, 0.5),
        ("promptfoo", "promptfoo.csv", {"metric": "score"}, 0.6875),
        ("promptfoo", "promptfoo.csv", {"metric": "kept"}, 1.0),
        ("promptfoo", "promptfoo.jsonl", {}, 0.5),
        ("promptfoo", "promptfoo.jsonl", {"metric": "score"}, 0.6875),
        ("promptfoo", "promptfoo.jsonl", {"metric": "label"}, 0.5),
        ("promptfoo", "promptfoo.jsonl", {"metric": "errors"}, 0),
        ("promptfoo", "promptfoo.junit.xml", {}, 0.5),
        ("junit", "promptfoo.junit.xml", {"metric": "failures"}, 2),
        ("inspect_ai", "inspect_ai_zstd.eval", {"scorer": "includes"}, 0.5),
        (
            "inspect_ai",
            "inspect_ai_zstd.eval",
            {"scorer": "match", "metric": "stderr"},
            0.28867513459481287,
        ),
        ("inspect_ai", "inspect_ai_reducers.json", {"scorer": "includes/at_least_2"}, 1.0),
        ("inspect_ai", "inspect_ai_reducers.json", {"scorer": "match/mean"}, 2 / 3),
        ("deepeval", "deepeval.json", {}, 2 / 3),
        ("deepeval", "deepeval.json", {"metric": "Exact"}, 0.75),
        ("deepeval", "deepeval.json", {"metric": "failures"}, 1),
        ("deepeval", "deepeval_2_9_3", {}, 2 / 3),
        ("deepeval", "deepeval_2_9_3", {"metric": "Exact"}, 0.75),
        ("mlflow", "mlflow/by_step", {}, 0.75),
        ("mlflow", "mlflow/by_step", {"over": "first"}, 0.25),
        ("mlflow", "mlflow/model_acc", {}, 0.625),
        ("mlflow", "mlflow/accuracy", {}, 0.75),
        ("mlflow", "mlflow/accuracy", {"over": "mean"}, 0.5),
        ("records", "hf_dict", {}, 4),
        ("records", "hf_dict", {"split": "train"}, 3),
        ("records", "hf_dict/test", {}, 1),
    ],
)
def test_a_result_is_read_exactly(kind, name, options, expected):
    if name.endswith("zstd.eval") and sys.version_info < (3, 14):
        pytest.importorskip("backports.zstd", reason="the extra `zstd` is not installed")
    if name.startswith("hf_dict"):
        pytest.importorskip("pyarrow", reason="the extra `parquet` is not installed")
    assert value(kind, name, **options).value == expected


def test_files_that_say_their_day_are_dated():
    assert value("mlflow", "mlflow/accuracy").dated == date(2026, 11, 28)
    assert value("lm_eval", "lm_eval_0_4_13.json", task="tickets_mc", metric="acc").dated == date(
        2026, 11, 28
    )


# Formats of which no tool could be run here, after what their sources write.
LOGS = {
    "trainer_log.jsonl": '{"current_steps": 5, "loss": 2.5}\n{"current_steps": 9, "eval_loss": 1.25}\n'
    '{"current_steps": 10, "loss": 1.5}\n',
    "openai.jsonl": '{"spec": {"eval_name": "q"}}\n{"type": "match", "data": {"correct": true}}\n'
    '{"final_report": {"accuracy": 0.625}}\n',
    "wandb-summary.json": '{"eval/acc": 0.75, "best.acc": 0.875, "_wandb": {"runtime": 0}}',
    "trainer_state.json": '{"best_metric": 0.5, "log_history": [{"loss": 2, "step": 1}, '
    '{"eval_f1": 0.25, "step": 1}, {"loss": 1, "step": 2}, {"eval_f1": 0.5, "step": 2}, {"train_loss": 1}]}',
    "dataset_infos.json": '{"default": {"splits": {"train": {"num_examples": 70}, "test": {"num_examples": 30}}}}',
    "ragas.csv": "user_input,faithfulness,answer_relevancy\nq1,1.0,0.5\nq2,0.5,\nq3,0.75,0.25\n",
    # As `to_json` of pandas writes the table of ragas.
    "ragas.json": '{"user_input": {"0": "q1", "1": "q2"}, "faithfulness": {"0": 1.0, "1": 0.5}, '
    '"answer_relevancy": {"0": 0.25, "1": null}}',
    # The first version of the log of Inspect, and how DeepEval wrote a run before `metricsData`.
    "inspect_v1.json": '{"version": 1, "status": "success", "eval": {"created": "2024-05-01T10:00:00"}, '
    '"results": {"scorer": {"name": "match"}, "metrics": {"accuracy": {"name": "accuracy", "value": 0.75}}}}',
    "deepeval_0.json": '{"testCases": [{"success": true, "metricsMetadata": [{"metric": "Bias", "score": 0.5}]}, '
    '{"success": false, "metricsMetadata": [{"metric": "Bias", "score": 1}]}]}',
    "all_results.json": '{"eval_accuracy": 0.5, "eval_wer": 24.5, "nested": {"f1": 0.25}}',
}


@pytest.mark.parametrize(
    ("kind", "name", "options", "expected"),
    [
        ("value", "trainer_log.jsonl", {"at": "loss", "over": "last"}, 1.5),
        ("value", "trainer_log.jsonl", {"at": "eval_loss", "over": "min"}, 1.25),
        ("value", "trainer_log.jsonl", {"at": "-1.loss"}, 1.5),
        ("value", "openai.jsonl", {"at": "final_report.accuracy", "over": "last"}, 0.625),
        ("value", "wandb-summary.json", {"at": "best.acc"}, 0.875),
        ("value", "wandb-summary.json", {"at": "eval/acc"}, 0.75),
        ("value", "trainer_state.json", {"at": "log_history.eval_f1", "over": "last"}, 0.5),
        ("value", "trainer_state.json", {"at": "log_history.step=2.loss"}, 1),
        ("records", "dataset_infos.json", {}, 100),
        ("records", "dataset_infos.json", {"split": "test"}, 30),
        ("value", "ragas.csv", {"at": "faithfulness", "over": "mean"}, 0.75),
        ("value", "ragas.csv", {"at": "answer_relevancy", "over": "mean"}, 0.375),
        ("value", "ragas.csv", {"at": "user_input=q3.faithfulness"}, 0.75),
        ("value", "ragas.json", {"at": "faithfulness", "over": "mean"}, 0.75),
        ("value", "ragas.json", {"at": "answer_relevancy", "over": "min"}, 0.25),
        ("value", "all_results.json", {"at": "eval_wer", "percent": True}, 0.245),
        ("inspect_ai", "inspect_v1.json", {}, 0.75),
        ("inspect_ai", "inspect_v1.json", {"scorer": "match"}, 0.75),
        ("deepeval", "deepeval_0.json", {"metric": "Bias"}, 0.75),
        ("deepeval", "deepeval_0.json", {}, 0.5),
    ],
)
def test_logs_and_summaries_are_read(tmp_path, kind, name, options, expected):
    import gzip

    (tmp_path / name).write_text(LOGS[name])
    folder = tmp_path.resolve()
    assert measure(evidence(kind, name, **options), Access(folder, folder), TODAY).value == expected
    if name != "dataset_infos.json":
        (tmp_path / f"{name}.gz").write_bytes(gzip.compress(LOGS[name].encode()))
        packed = evidence(kind, f"{name}.gz", **options)
        assert measure(packed, Access(folder, folder), TODAY).value == expected


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("ragas.json", {"faithfulness": ("mean", "at_least", 0.75),
                        "answer_relevancy": ("mean", "at_least", 0.25)}),
        ("ragas.csv", {"faithfulness": ("mean", "at_least", 0.75),
                       "answer_relevancy": ("mean", "at_least", 0.375)}),
        ("trainer_state.json", {"log_history.loss": ("last", "at_most", 1),
                                "log_history.eval_f1": ("last", "at_least", 0.5),
                                "log_history.train_loss": ("last", "at_most", 1)}),
        ("trainer_log.jsonl", {"loss": ("last", "at_most", 1.5),
                               "eval_loss": ("last", "at_most", 1.25)}),
    ],
)  # fmt: skip
def test_scores_of_rows_are_proposed_the_right_way_up(tmp_path, name, expected):
    (tmp_path / name).write_text(LOGS[name])
    folder = tmp_path.resolve()
    found = {}
    for entry in proposals(Access(folder, folder), name, TODAY):
        (bound,) = entry.keys() & {"at_least", "at_most"}
        if "at" in entry["evidence"]:
            found[entry["evidence"]["at"]] = (entry["evidence"]["over"], bound, entry[bound])
    assert found == expected


def test_a_scorer_that_is_reduced_in_several_ways_says_which_there_are():
    with pytest.raises(EvidenceError) as told:
        value("inspect_ai", "inspect_ai_reducers.json", scorer="match")
    assert "match/mean, match/at_least_2, match/max" in told.value.hint


def test_a_key_further_down_is_named(tmp_path):
    (tmp_path / "all_results.json").write_text(LOGS["all_results.json"])
    error = refusal(tmp_path, "value", "all_results.json", at="f1")
    assert error.hint == "did you mean nested.f1?"


def test_a_large_file_is_streamed_to_the_same_value(tmp_path):
    pytest.importorskip("ijson", reason="the extra `large` is not installed")
    filler = [{"text": "x" * 1000, "n": n} for n in range(17_000)]
    data = {
        "samples": filler,
        "m": {"acc": 0.5, "rows": [{"k": "a", "v": 1}, {"k": "b", "v": 2.5}]},
    }
    (tmp_path / "e.json").write_text(json.dumps(data))
    folder = tmp_path.resolve()
    for options, expected in (
        ({"at": "m.acc"}, 0.5),
        ({"at": "m.rows.k=b.v"}, 2.5),
        ({"at": "m.rows.-1.v"}, 2.5),
        ({"at": "samples.n", "over": "max"}, 16_999),
    ):
        found = measure(evidence("value", "e.json", **options), Access(folder, folder), TODAY)
        assert found.value == expected
    assert "no acc there" in refusal(tmp_path, "value", "e.json", at="acc").message


def test_a_large_file_without_its_extra_names_it(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "ijson", None)
    (tmp_path / "e.json").write_text('{"a": "' + "x" * 17_000_000 + '"}')
    error = refusal(tmp_path, "value", "e.json", at="a")
    assert (error.code, "llm-adapt[large]" in error.hint) == ("C305", True)


@pytest.mark.parametrize(
    "path",
    [
        p
        for p in sorted(FILES.rglob("*"))
        if p.is_file() and p.suffix not in {".md", ".arrow"} and "hf_dict" not in p.parts
    ],
    ids=lambda p: p.name,
)
def test_every_result_file_is_recognised_with_a_number_that_holds(path, tmp_path, monkeypatch, cli):
    import shutil

    if path.name.endswith("zstd.eval") and sys.version_info < (3, 14):
        pytest.importorskip("backports.zstd", reason="the extra `zstd` is not installed")
    shutil.copy(path, tmp_path / path.name)
    monkeypatch.chdir(tmp_path)
    made = cli("init", "--set", "task_type=qa", "--evidence", path.name)
    assert made.code == 0, made.err
    checked = cli("check", "-f", "json")
    (project,) = json.loads(checked.out)["projects"]
    assert project["assumptions"]
    assert all(held["holds"] for held in project["assumptions"])
    # What it measures falls short, is corrected, is gone: red, green, red.
    written = Path("llm-adapt.yaml").read_text()
    higher = re.sub(r"at_least: [^}]+", "at_least: 1e9", written)
    higher = re.sub(r"at_most: [^}]+", "at_most: -1", higher)
    Path("llm-adapt.yaml").write_text(higher)
    told = cli("check", "-f", "json")
    found = {f["code"] for f in json.loads(told.out)["projects"][0]["findings"]}
    assert (told.code, "C301" in found) == (1, True)
    Path("llm-adapt.yaml").write_text(written)
    assert cli("check").code == 0
    Path(path.name).unlink()
    told = cli("check")
    assert (told.code, "C302" in told.out) == (1, True)


def test_what_no_reader_knows_is_not_recognised(tmp_path):
    (tmp_path / "notes.txt").write_text("nothing\n")
    folder = tmp_path.resolve()
    with pytest.raises(EvidenceError, match="can be measured"):
        proposals(Access(folder, folder), "notes.txt", TODAY)


def test_the_readme_of_the_files_names_every_one():
    told = (FILES / "README.md").read_text()
    names = {path.relative_to(FILES).parts[0] for path in FILES.rglob("*") if path.is_file()}
    assert [name for name in sorted(names) if name not in told and name != "README.md"] == []
