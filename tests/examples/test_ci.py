"""Where the check runs: the example project, the action, the hook and the templates."""

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from llm_adapt.cli.today import as_of_day
from llm_adapt.files.yaml_file import dump_yaml, read_file
from llm_adapt.rules.plain import mapping, sequence, text
from llm_adapt.usecases.check import CheckOptions, check
from llm_adapt.usecases.outcome import outcome

ROOT = Path(__file__).parent.parent.parent
CI = ROOT / "examples" / "ci"
DAY = "2026-11-25"
CHECK = [sys.executable, "-m", "llm_adapt"]


@pytest.fixture
def project(tmp_path):
    """The example in a repository of its own."""
    shutil.copytree(CI / "mail-sorter", tmp_path / "mail-sorter")
    (tmp_path / ".git").mkdir()
    return tmp_path / "mail-sorter"


def run(folder):
    return check([], folder, CheckOptions(as_of=as_of_day(DAY)))


def errors(result):
    return [n.code for n in result.findings() if n.severity.value == "error"]


def test_the_example_holds(project):
    result = run(project)
    assert outcome(result) == "done", errors(result)
    assert [held.holds for held in result.projects[0].assumptions] == [True, True, True]


def test_the_example_breaks_as_its_page_says(project):
    labels = project / "data" / "labels.jsonl"
    labels.write_text("".join(labels.read_text().splitlines(keepends=True)[300:]))
    result = run(project)
    lines = (project / "llm-adapt.yaml").read_text().splitlines()
    (found,) = [n for n in result.findings() if n.code == "C301"]
    assert lines[found.place.line - 1] == "  - answer: labeled_examples"
    assert "120" in found.message


def test_the_record_of_the_example_is_a_record(project):
    record = (project / "docs" / "0001-adapt-the-model.md").read_text()
    assert record.startswith("---\nstatus: accepted\ndate: 2026-11-10\n")


@pytest.mark.parametrize(
    ("schema", "file"),
    [
        ("github-actions", "action.yml"),
        ("github-workflows", "examples/ci/github-workflow.yml"),
        ("gitlab-ci", "examples/ci/gitlab-ci.yml"),
    ],
)
def test_templates_are_what_their_hosts_take(schema, file):
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", f"vendor.{schema}"]
    done = subprocess.run([*command, str(ROOT / file)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def script():
    """What the action runs, and the environment that it sets for it."""
    steps = sequence(mapping(mapping(read_file(ROOT / "action.yml").data)["runs"])["steps"])
    (step,) = [mapping(step) for step in steps if mapping(step).get("id") == "check"]
    return text(step["run"]), mapping(step["env"])


def act(folder, **inputs):
    """The action's script, run as GitHub runs it: bash with -e and -o pipefail."""
    run_text, names = script()
    output = folder / "output"
    output.write_text("")
    env = {
        **os.environ,
        **dict.fromkeys(names, ""),
        "PYTHON": sys.executable,
        "FORMAT": "github",
        "FAIL_ON": "error",
        "PLACE": tempfile.mkdtemp(dir=folder.parent),
        "GITHUB_OUTPUT": str(output),
        "SOURCE_DATE_EPOCH": "1795600000",
        **inputs,
    }
    bash = ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", run_text]
    done = subprocess.run(bash, cwd=folder, env=env, capture_output=True, text=True, check=False)
    told = dict(line.split("=", 1) for line in output.read_text().splitlines())
    return done, told


def test_inputs_reach_the_script_only_through_the_environment():
    run_text, _ = script()
    assert "${{" not in run_text


def test_the_action_tells_strategy_verdict_and_exit_code(project):
    done, told = act(project, SARIF="x.sarif")
    assert done.returncode == 0, done.stderr
    assert told == {
        "exit-code": "0",
        "outcome": "done",
        "strategy": "peft",
        "verdict": "clear",
    }
    assert json.loads((project / "x.sarif").read_text())["version"] == "2.1.0"


def test_the_action_fails_with_the_code_of_the_check(project):
    (project / "data" / "labels.jsonl").write_text("")
    done, told = act(project)
    assert (done.returncode, told["exit-code"], told["outcome"]) == (1, "1", "findings")
    assert "::error file=mail-sorter/llm-adapt.yaml" in done.stdout


def test_an_advisory_action_never_fails_and_still_tells_the_code(project):
    (project / "data" / "labels.jsonl").write_text("")
    done, told = act(project, ADVISORY="true")
    assert (done.returncode, told["exit-code"], told["outcome"]) == (0, "1", "findings")
    assert "::error " in done.stdout


def test_the_least_stability_reaches_the_check(project):
    text = (project / "llm-adapt.yaml").read_text()
    (project / "llm-adapt.yaml").write_text(
        text.replace("  labeled_examples: 420\n", "").replace(
            "  capability_gap: [style_or_format, edge_cases]\n", ""
        )
    )
    done, told = act(project, MIN_STABILITY="1", STRICT="true")
    assert done.returncode in {1, 4}
    assert told["outcome"] in {"findings", "undetermined"}


def test_each_use_of_the_action_has_a_place_of_its_own():
    steps = sequence(mapping(mapping(read_file(ROOT / "action.yml").data)["runs"])["steps"])
    (install,) = [mapping(step) for step in steps if mapping(step).get("id") == "python"]
    assert 'place=$(mktemp -d "$RUNNER_TEMP/' in text(install["run"])
    run_text, names = script()
    assert "RUNNER_TEMP" not in run_text
    assert text(names["PLACE"]) == "${{ steps.python.outputs.place }}"


def test_every_action_of_others_is_pinned_to_a_commit():
    files = [ROOT / "action.yml", ROOT / "examples/ci/github-workflow.yml"]
    files += sorted((ROOT / ".github" / "workflows").glob("*.yml"))
    used = [
        line.split("uses:")[1].split()[0]
        for f in files
        for line in f.read_text().splitlines()
        if "uses:" in line
    ]
    loose = [u for u in used if not re.fullmatch(r"[^@]+@[0-9a-f]{40}", u)]
    assert loose == ["llm-adapt/llm-adapt@v0.1.0"]


def test_the_image_of_the_gitlab_template_has_git():
    job = mapping(mapping(read_file(CI / "gitlab-ci.yml").data)["llm-adapt"])
    assert "slim" not in text(job["image"])
    assert "alpine" not in text(job["image"])


def test_the_action_tells_its_code_when_nothing_can_be_checked(project):
    done, told = act(project, FILES="no-*.yaml")
    assert (done.returncode, told["exit-code"], told["strategy"]) == (3, "3", "")


def test_no_input_of_the_action_runs_as_a_command(project):
    hostile = '$(touch pwned); "; touch pwned; `touch pwned` && touch pwned #'
    names = ("FILES", "RULES", "SARIF", "FORMAT", "FAIL_ON", "STRICT", "ALLOW_COMMANDS")
    done, _ = act(project, **dict.fromkeys(names, hostile))
    assert done.returncode == 2
    assert not (project / "pwned").exists()


def test_the_hook_runs_under_the_real_pre_commit(project, tmp_path):
    pytest.importorskip("pre_commit", reason="pre-commit is not installed")
    hooks = [mapping(hook) for hook in sequence(read_file(ROOT / ".pre-commit-hooks.yaml").data)]
    (hook,) = [hook for hook in hooks if hook["id"] == "llm-adapt-check"]
    # This environment instead of one that pre-commit builds: that would need a package index.
    local = {**hook, "language": "system", "entry": " ".join([*CHECK, "check", "mail-sorter"])}
    local.pop("minimum_pre_commit_version")
    config = {"repos": [{"repo": "local", "hooks": [local]}]}
    (tmp_path / ".pre-commit-config.yaml").write_text(dump_yaml(config))
    (tmp_path / ".git").rmdir()
    git = ["git", "-C", str(tmp_path)]
    subprocess.run([*git, "init", "-q"], check=True)
    subprocess.run([*git, "add", "."], check=True)
    assert commit_check(tmp_path).returncode == 0
    (project / "data" / "labels.jsonl").write_text("")
    subprocess.run([*git, "add", "."], check=True)
    done = commit_check(tmp_path)
    assert done.returncode == 1
    assert "C301" in done.stdout


def commit_check(folder):
    env = {**os.environ, "SOURCE_DATE_EPOCH": "1795600000", "PRE_COMMIT_HOME": str(folder / "pc")}
    command = [sys.executable, "-m", "pre_commit", "run", "--all-files"]
    return subprocess.run(command, cwd=folder, env=env, capture_output=True, text=True, check=False)
