"""The result is the same bytes for any number of workers, of whatever kind."""

import json
import os
from concurrent.futures import ThreadPoolExecutor
from random import Random

import pytest

from llm_adapt.audit import run, spill
from llm_adapt.audit.run import audit
from llm_adapt.files.data_rules import data_knowledge

WORDS = [
    "the",
    "card",
    "has",
    "not",
    "come",
    "yet",
    "please",
    "tell",
    "me",
    "where",
    "it",
    "is",
    "and",
    "when",
    "I",
    "can",
    "use",
    "it",
]


@pytest.fixture(scope="module")
def rules():
    return {name: rule.words for name, rule in data_knowledge().rules.items()}


@pytest.fixture
def data(tmp_path, monkeypatch):
    monkeypatch.setattr(run, "SHARD", 2000)
    draw = Random(7)
    rows = []
    for number in range(400):
        asked = " ".join(draw.choices(WORDS, k=draw.randint(3, 9)))
        said = draw.choice(["", "I cannot help with that.", " ".join(draw.choices(WORDS, k=6))])
        rows.append({"prompt": asked, "completion": said, "id": number})
    rows += rows[:20]
    first, second = tmp_path / "one.jsonl", tmp_path / "two.jsonl"
    lines = [json.dumps(row) + "\n" for row in rows]
    lines.insert(50, "broken\n")
    first.write_text("".join(lines[:300]))
    second.write_text("\n".join(lines[300:]))
    against = tmp_path / "eval.jsonl"
    against.write_text("".join(lines[5:15]) + json.dumps({"prompt": "new", "completion": "x"}))
    return {"paths": [first, second], "against": against, "weights": {
        "word": 1.0, "letter_beyond": 0.03, "digits": 1.6, "ideograph": 0.7,
        "punctuation": 0.8, "line_break": 1.0,
    }}  # fmt: skip


@pytest.mark.parametrize("jobs", [2, 3, 7])
def test_several_processes_find_the_same(data, rules, jobs):
    assert audit(**data, rules=rules, jobs=jobs) == audit(**data, rules=rules)


def test_any_executor_will_do(data, rules):
    with ThreadPoolExecutor(3) as pool:
        assert audit(**data, rules=rules, executor=pool) == audit(**data, rules=rules)


def test_a_cluster_of_dask_finds_the_same(data, rules):
    distributed = pytest.importorskip("distributed")
    with (
        distributed.LocalCluster(
            n_workers=2, threads_per_worker=1, processes=False, dashboard_address=None
        ) as cluster,
        distributed.Client(cluster) as client,
        client.get_executor() as pool,
    ):
        assert audit(**data, rules=rules, executor=pool) == audit(**data, rules=rules)


def test_ray_finds_the_same(data, rules):
    ray = pytest.importorskip("ray")
    from llm_adapt.audit.ray_executor import executor

    ray.init(num_cpus=2, include_dashboard=False, log_to_driver=False)
    try:
        with executor() as pool:
            assert audit(**data, rules=rules, executor=pool) == audit(**data, rules=rules)
    finally:
        ray.shutdown()


def test_keys_beyond_memory_go_to_disk_and_are_swept(data, rules, monkeypatch, tmp_path):
    whole = audit(**data, rules=rules)
    monkeypatch.setattr(spill, "MOST", 60)
    monkeypatch.setattr(spill, "NUMBERS", 3)
    left = tmp_path / "left"
    killed = left / ".llm-adapt-audit-killed"
    killed.mkdir(parents=True)
    os.utime(killed, (1, 1))
    monkeypatch.setattr("tempfile.tempdir", str(left))
    monkeypatch.setattr(spill, "HOME", spill._Home())
    monkeypatch.setattr(run, "HOME", spill.HOME)
    assert audit(**data, rules=rules) == whole
    assert audit(**data, rules=rules, jobs=2) == whole
    assert not list(left.iterdir())


def test_rows_that_stand_in_two_files_are_duplicates(data, rules):
    found = audit(**data, rules=rules)
    twice = [f for f in found.findings if f.rule == "exact-duplicate" and "two" in f.file]
    assert len(twice) == 1
    assert any(str(place).endswith("one.jsonl:0") for place in twice[0].details["same_as"])


def test_a_sample_is_spread_over_the_file_and_said(data, rules):
    found = audit(data["paths"][:1], rules=rules, max_rows=50)
    assert 0 < found.rows <= 50
    assert all(fact.sampled for fact in found.facts)
    assert max(row for f in found.findings for row in f.rows) > 200


def test_progress_ends_at_the_end(data):
    told = []
    audit(data["paths"], progress=lambda done, total: told.append((done, total)))
    assert told == sorted(told)
    assert told[-1][0] == told[-1][1] > 0
