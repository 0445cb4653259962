"""Evidence: what each kind reads, and what it refuses."""

import json
import os
import subprocess
import sys
import time
import zipfile
from datetime import date
from pathlib import Path

import pytest

from llm_adapt.files.evidence.access import Access, EvidenceError
from llm_adapt.files.evidence.measure import measure
from llm_adapt.rules.location import Location
from llm_adapt.rules.project import KINDS, Evidence

FILES = Path(__file__).parent / "files"
TODAY = date(2026, 12, 1)


def evidence(kind, target, **options):
    target = tuple(target) if isinstance(target, list) else (target,)
    defaults = {name: default for name, (_, default) in KINDS[kind].options.items()}
    return Evidence(kind, target, {**defaults, **options}, Location("p.yaml"))


def value(folder, kind, target, **options):
    access = Access(folder.resolve(), folder.resolve(), commands=options.pop("commands", False))
    return measure(evidence(kind, target, **options), access, TODAY).value


def refusal(folder, kind, target, **options):
    with pytest.raises(EvidenceError) as caught:
        value(folder, kind, target, **options)
    return caught.value


@pytest.mark.parametrize(
    ("name", "text", "at", "expected"),
    [
        ("a.json", '{"m": {"acc": 0.5}}', "m.acc", 0.5),
        ("a.json", '{"m": [{"k": "x", "v": 1}, {"k": "y", "v": 2}]}', "m.k=y.v", 2),
        ("a.json", '{"a.b": {"c": 3}}', ["a.b", "c"], 3),
        ("a.yaml", "m:\n  acc: 7e9\n", "m.acc", 7e9),
        ("a.toml", "[m]\nacc = 4\n", "m.acc", 4),
        ("a.csv", "epoch,acc\n1,0.5\n2,0.75\n", "-1.acc", 0.75),
        ("a.csv", "model,acc\nold,0.5\nnew,0.75\n", "model=new.acc", 0.75),
        ("a.tsv", "a\tb\n1\t2\n", "0.b", 2),
        ("a.json", '{"ready": true}', "ready", True),
    ],
)
def test_a_value_is_read_at_its_place(tmp_path, name, text, at, expected):
    (tmp_path / name).write_text(text)
    assert value(tmp_path, "value", name, at=at) == expected


@pytest.mark.parametrize(
    ("name", "text", "at", "said"),
    [
        ("a.json", '{"m": {"acc": 0.5}}', "m.f1", "no f1 at m"),
        ("a.json", "[1, 2]", "5", "no 5 at the top"),
        ("a.json", "{", "m", "not JSON"),
        ("a.yaml", "m: [", "m", "not YAML"),
        ("a.toml", "m = ", "m", "not TOML"),
        ("a.csv", "", "0.a", "no head"),
        ("a.csv", "a,b\n1,2,3\n", "0.a", "more cells"),
        ("a.txt", "12", "0", "no format"),
        ("a.json", "[" * 100_000, "0", "too deep"),
    ],
)
def test_what_is_not_there_or_not_readable_says_so(tmp_path, name, text, at, said):
    (tmp_path / name).write_text(text)
    error = refusal(tmp_path, "value", name, at=at)
    assert error.code == "C303"
    assert said in error.message


@pytest.mark.parametrize(
    ("name", "text", "at", "expected"),
    [
        ("a.jsonl", '{"a": 1}\n\n{"a": 2}\n', None, 2),
        ("a.jsonl", "", None, 0),
        ("a.csv", 'a,b\n1,"x\ny"\n2,z\n', None, 2),
        ("a.json", "[1, 2, 3]", None, 3),
        ("a.json", '{"rows": [1, 2]}', "rows", 2),
    ],
)
def test_records_are_counted(tmp_path, name, text, at, expected):
    (tmp_path / name).write_text(text)
    assert value(tmp_path, "records", name, at=at) == expected


def test_a_line_that_is_no_json_is_named(tmp_path):
    (tmp_path / "a.jsonl").write_text('{"a": 1}\n{"a": \n')
    assert "line 2" in refusal(tmp_path, "records", "a.jsonl", at=None).message


def test_parquet_without_its_library_names_the_extra(tmp_path, monkeypatch):
    (tmp_path / "a.parquet").write_bytes(b"PAR1")
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    error = refusal(tmp_path, "records", "a.parquet", at=None)
    assert "llm-adapt[parquet]" in (error.hint or "")


def test_parquet_rows_are_counted_and_other_bytes_refused(tmp_path):
    arrow = pytest.importorskip("pyarrow", reason="the extra `parquet` is not installed")
    from pyarrow import parquet

    parquet.write_table(arrow.table({"a": [1, 2, 3]}), tmp_path / "a.parquet")
    assert value(tmp_path, "records", "a.parquet", at=None) == 3
    (tmp_path / "b.parquet").write_bytes(b"not parquet")
    assert refusal(tmp_path, "records", "b.parquet", at=None).code == "C303"


def test_size_and_tokens_of_a_folder_leave_out_links_and_hidden_files(tmp_path):
    corpus = tmp_path / "corpus"
    (corpus / "sub").mkdir(parents=True)
    (corpus / "a.txt").write_bytes(b"x" * 3000)
    (corpus / "sub" / "b.txt").write_bytes(b"x" * 1000)
    (corpus / ".hidden").write_bytes(b"x" * 500)
    (corpus / "link").symlink_to(corpus / "a.txt")
    assert value(tmp_path, "size", "corpus", unit="bytes") == 4000
    assert value(tmp_path, "size", "corpus/a.txt", unit="kB") == 3
    assert value(tmp_path, "tokens", "corpus", bytes_per_token=4) == 1000


def test_an_empty_folder_is_no_evidence(tmp_path):
    (tmp_path / "corpus").mkdir()
    assert refusal(tmp_path, "size", "corpus", unit="bytes").code == "C302"


def test_a_missing_file_is_missing(tmp_path):
    assert refusal(tmp_path, "value", "no.json", at="a").code == "C302"


@pytest.mark.parametrize("name", ["../out.json", "link.json", "linked/out.json", "../*.json"])
def test_evidence_stays_inside_the_repository(tmp_path, name):
    repository = tmp_path / "repository"
    repository.mkdir()
    (tmp_path / "out.json").write_text('{"a": 1}')
    (repository / "link.json").symlink_to(tmp_path / "out.json")
    (repository / "linked").symlink_to(tmp_path)
    assert refusal(repository, "value", name, at="a").code == "C304"


def test_outside_is_refused_whether_or_not_a_file_is_there(tmp_path):
    repository = tmp_path / "repository"
    repository.mkdir()
    assert refusal(repository, "value", "../no-such.json", at="a").code == "C304"


def test_outside_can_be_allowed(tmp_path):
    (tmp_path / "out.json").write_text('{"a": 1}')
    folder = (tmp_path / "repository").resolve()
    folder.mkdir()
    found = measure(
        evidence("value", "../out.json", at="a"), Access(folder, folder, outside=True), TODAY
    )
    assert found.value == 1


def test_binary_and_large_files_are_refused(tmp_path):
    (tmp_path / "a.json").write_bytes(b"\x00\x01\x02")
    assert refusal(tmp_path, "value", "a.json", at="a").code == "C306"
    (tmp_path / "b.json").write_text("[1]")
    os.truncate(tmp_path / "b.json", 600_000_000)
    assert refusal(tmp_path, "value", "b.json", at="0").code == "C305"


def test_a_pipe_is_not_opened(tmp_path):
    os.mkfifo(tmp_path / "a.jsonl")
    assert refusal(tmp_path, "records", "a.jsonl", at=None).code == "C303"


def test_a_pattern_takes_the_last_by_name(tmp_path):
    for day, score in (("2026-01-01", 1), ("2026-03-01", 3), ("2026-02-01", 2)):
        (tmp_path / f"results_{day}.json").write_text(json.dumps({"a": score}))
    assert value(tmp_path, "value", "results_*.json", at="a") == 3


def test_lm_eval_results_are_read(tmp_path):
    (tmp_path / "r.json").write_text((FILES / "lm_eval.json").read_text())
    assert value(tmp_path, "lm_eval", "r.json", task="sums", metric="acc") == pytest.approx(2 / 3)
    assert value(tmp_path, "lm_eval", "r.json", task="sums", metric="acc_stderr,none") < 0.34
    assert (
        "no task other"
        in refusal(tmp_path, "lm_eval", "r.json", task="other", metric="acc").message
    )
    assert "no f1" in refusal(tmp_path, "lm_eval", "r.json", task="sums", metric="f1").message


def test_a_metric_behind_two_filters_must_be_named_with_its_filter(tmp_path):
    data = {"results": {"t": {"em,strict": 0.1, "em,flexible": 0.2}}}
    (tmp_path / "r.json").write_text(json.dumps(data))
    error = refusal(tmp_path, "lm_eval", "r.json", task="t", metric="em")
    assert "em,strict" in (error.hint or "")
    assert value(tmp_path, "lm_eval", "r.json", task="t", metric="em,flexible") == 0.2


@pytest.mark.parametrize(
    ("metric", "expected"),
    [("pass_rate", 2 / 3), ("score", 2 / 3), ("city", 2 / 3), ("failures", 1), ("errors", 0)],
)
def test_promptfoo_results_are_read(tmp_path, metric, expected):
    (tmp_path / "r.json").write_text((FILES / "promptfoo.json").read_text())
    found = value(tmp_path, "promptfoo", "r.json", metric=metric, provider=None)
    assert found == pytest.approx(expected)


def test_promptfoo_names_what_there_is(tmp_path):
    (tmp_path / "r.json").write_text((FILES / "promptfoo.json").read_text())
    error = refusal(tmp_path, "promptfoo", "r.json", metric="town", provider=None)
    assert "city" in (error.hint or "")
    error = refusal(tmp_path, "promptfoo", "r.json", metric="score", provider="other")
    assert "echo" in (error.hint or "")


def test_inspect_logs_are_read(tmp_path):
    (tmp_path / "r.json").write_text((FILES / "inspect_ai.json").read_text())
    found = value(tmp_path, "inspect_ai", "r.json", metric="accuracy", scorer="includes")
    assert found == 0.5
    error = refusal(tmp_path, "inspect_ai", "r.json", metric="accuracy", scorer=None)
    assert "includes, match" in (error.hint or "")


def test_a_run_that_failed_is_no_evidence(tmp_path):
    data = json.loads((FILES / "inspect_ai.json").read_text())
    (tmp_path / "r.json").write_text(json.dumps({**data, "status": "error"}))
    error = refusal(tmp_path, "inspect_ai", "r.json", metric="accuracy", scorer="match")
    assert "status error" in error.message


def test_a_packed_inspect_log_is_read_by_its_header(tmp_path):
    with zipfile.ZipFile(tmp_path / "r.eval", "w") as archive:
        archive.writestr("header.json", (FILES / "inspect_ai.json").read_text())
    assert value(tmp_path, "inspect_ai", "r.eval", metric="accuracy", scorer="match") == 0.5


@pytest.mark.skipif(sys.version_info >= (3, 14), reason="this Python unpacks Zstandard")
def test_a_log_packed_with_zstandard_says_what_to_do(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "backports.zstd.zipfile", None)
    with zipfile.ZipFile(tmp_path / "r.eval", "w") as archive:
        archive.writestr("header.json", "{}")
    raw = bytearray((tmp_path / "r.eval").read_bytes())
    raw[8] = raw[raw.index(b"PK\x01\x02") + 10] = 93
    (tmp_path / "r.eval").write_bytes(raw)
    error = refusal(tmp_path, "inspect_ai", "r.eval", metric="accuracy", scorer="match")
    assert "llm-adapt[zstd]" in (error.hint or "")


@pytest.mark.parametrize("kind", ["lm_eval", "promptfoo", "inspect_ai"])
@pytest.mark.parametrize("text", ["{}", "[]", "3", '{"results": 3}', '{"eval": [], "status": {}}'])
def test_other_json_is_no_result_file(tmp_path, kind, text):
    (tmp_path / "r.json").write_text(text)
    options = {"metric": "acc", "task": "t", "scorer": None, "provider": None}
    assert refusal(tmp_path, kind, "r.json", **options).code == "C303"


def test_the_result_files_say_their_day():
    folder = FILES.resolve()
    for kind, name, options in (
        ("lm_eval", "lm_eval.json", {"task": "sums", "metric": "acc"}),
        ("promptfoo", "promptfoo.json", {"metric": "score"}),
        ("inspect_ai", "inspect_ai.json", {"metric": "accuracy", "scorer": "match"}),
    ):
        found = measure(evidence(kind, name, **options), Access(folder, folder), TODAY)
        assert found.dated == date(2026, 11, 25)


def test_commands_run_only_when_allowed(tmp_path):
    command = [sys.executable, "-c", "open('ran', 'w'); print(12)"]
    assert refusal(tmp_path, "command", command, timeout_s=30).code == "C308"
    assert not (tmp_path / "ran").exists()
    assert value(tmp_path, "command", command, timeout_s=30, commands=True) == 12


def test_a_command_gives_its_exit_code_and_no_shell_reads_it(tmp_path):
    command = [sys.executable, "-c", "import sys; sys.exit(len(sys.argv[1]))", "; true"]
    assert value(tmp_path, "exit_code", command, timeout_s=30, commands=True) == 6


@pytest.mark.parametrize(
    "code",
    ["raise SystemExit('no')", "print('a\\nb')", "pass", "import time; time.sleep(9)"],
)
def test_a_command_that_gives_no_value_is_unreadable(tmp_path, code):
    command = [sys.executable, "-c", code]
    assert refusal(tmp_path, "command", command, timeout_s=1, commands=True).code == "C303"


def git(folder, *arguments, day="2026-11-21"):
    env = {
        **os.environ,
        "GIT_COMMITTER_DATE": f"{day}T12:00:00Z",
        "GIT_AUTHOR_DATE": f"{day}T12:00:00Z",
    }
    for name in ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE"):
        env.pop(name, None)
    identity = ("-c", "user.name=n", "-c", "user.email=e@example.org")
    done = ("git", *identity, "-C", str(folder), *arguments)
    subprocess.run(done, check=True, capture_output=True, env=env)


def test_the_age_of_a_file_is_that_of_its_last_commit(tmp_path):
    git(tmp_path, "init", "-q")
    (tmp_path / "a.txt").write_text("a")
    git(tmp_path, "add", "a.txt")
    git(tmp_path, "commit", "-qm", "a", day="2026-11-21")
    (tmp_path / "b.txt").write_text("b")
    git(tmp_path, "add", "b.txt")
    git(tmp_path, "commit", "-qm", "b", day="2026-11-30")
    assert value(tmp_path, "age_days", "a.txt", dated_by="commit") == 10
    os.utime(tmp_path / "a.txt", (0, 0))
    assert value(tmp_path, "age_days", "a.txt", dated_by="file") > 10_000


def test_a_checkout_without_history_has_no_ages(tmp_path):
    origin, clone = tmp_path / "origin", tmp_path / "clone"
    origin.mkdir()
    git(origin, "init", "-q")
    for day in ("2026-01-01", "2026-11-30"):
        (origin / f"{day}.txt").write_text(day)
        git(origin, "add", ".")
        git(origin, "commit", "-qm", day, day=day)
    git(tmp_path, "clone", "-q", "--depth", "1", f"file://{origin}", str(clone))
    error = refusal(clone, "age_days", "2026-01-01.txt", dated_by="commit")
    assert "fetch-depth: 0" in (error.hint or "")


def run(folder, code, **options):
    command = [sys.executable, "-c", code]
    return value(folder, "command", command, **{"timeout_s": 20, "commands": True, **options})


def test_the_number_of_a_line_is_taken_where_there_is_one(tmp_path):
    assert run(tmp_path, "print('420 labels.csv')") == 420
    assert run(tmp_path, "print('total: 7 of 9')", word=2) == 7
    assert run(tmp_path, "print('a'); print('0.5 0.75')", word=2) == 0.75
    command = [sys.executable, "-c", "print('7 9')"]
    error = refusal(tmp_path, "command", command, timeout_s=20, commands=True)
    assert "word: 1" in error.hint


def test_a_command_ends_with_all_that_it_started(tmp_path):
    started = "import subprocess, sys; p = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)']);"
    code = f"{started} print(p.pid); sys.stdout.flush(); {{}}"
    child = run(tmp_path, code.format("pass"))
    assert gone(child)
    kept = "open('pid', 'w').write(str(p.pid));"
    command = [sys.executable, "-c", f"{started} {kept} p.wait()"]
    error = refusal(tmp_path, "command", command, timeout_s=1, commands=True)
    assert "longer than 1 s" in error.message
    assert gone(int((tmp_path / "pid").read_text()))


def gone(pid):
    for _ in range(50):
        try:
            state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
        except OSError:
            return True
        if state == "Z":
            return True
        time.sleep(0.1)
    return False


def test_what_a_command_prints_is_bounded(tmp_path):
    command = [sys.executable, "-c", "while True: print('x' * 10_000)"]
    error = refusal(tmp_path, "command", command, timeout_s=20, commands=True)
    assert "more than 100,000 bytes" in error.message


def test_a_command_sees_no_secrets(tmp_path, monkeypatch):
    monkeypatch.setenv("DEPLOY_TOKEN", "secret")
    assert run(tmp_path, "import os; print(int('DEPLOY_TOKEN' in os.environ))") == 0
    assert run(tmp_path, "import os; print(int('PATH' in os.environ))") == 1


def test_several_files_of_a_pattern_are_counted_together_and_told(tmp_path):
    for name, rows in (("a", 2), ("b", 3)):
        (tmp_path / f"{name}.jsonl").write_text("{}\n" * rows)
    access = Access(tmp_path.resolve(), tmp_path.resolve())
    found = measure(evidence("records", "*.jsonl"), access, TODAY)
    assert (found.value, found.said) == (5, "records in the 2 files that *.jsonl takes")
    (tmp_path / "a.json").write_text('{"v": 1}')
    (tmp_path / "b.json").write_text('{"v": 2}')
    found = measure(evidence("value", "*.json", at="v"), access, TODAY)
    assert (found.value, "b.json (the last of 2 by name" in found.said) == (2, True)


def test_a_pattern_of_many_stars_takes_no_time(tmp_path):
    (tmp_path / "/".join("a" * 20)).mkdir(parents=True)
    (tmp_path / "a" / "e.json").write_text('{"v": 1}')
    start = time.perf_counter()
    assert value(tmp_path, "value", "**/" * 14 + "*.json", at="v") == 1
    assert refusal(tmp_path, "value", "*a" * 60 + "b", at="v").code == "C302"
    assert time.perf_counter() - start < 5
