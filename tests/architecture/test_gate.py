"""The gate is one thing, says the same everywhere, and passes in a year as it does today."""

import re
import shlex
import tomllib
from pathlib import Path

import pytest
from typer.main import get_command

from llm_adapt.cli.app import app_for
from llm_adapt.files.yaml_file import read_file
from llm_adapt.rules.plain import mapping, sequence, text

ROOT = Path(__file__).resolve().parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
TASKS = PROJECT["tool"]["poe"]["tasks"]
DEV = PROJECT["project"]["optional-dependencies"]["dev"]
GATE = "python -m pip install -e '.[dev]' && poe check"
CHECK = get_command(app_for([])).commands["check"]
CHECK_OPTIONS = {word for parameter in CHECK.params for word in parameter.opts}


@pytest.mark.parametrize("requirement", DEV)
def test_every_tool_that_judges_is_pinned(requirement):
    assert re.fullmatch(r"[\w.-]+==[\w.]+(; .+)?", requirement)


def test_every_tool_of_a_task_is_among_the_pinned():
    pinned = {re.split(r"[=;]", each)[0].lower().replace("_", "-") for each in DEV}
    tools = {shlex.split(command(name))[0] for name in TASKS["check"]["sequence"]} - {"python"}
    named = {"lint-imports": "import-linter", "poe": "poethepoet"}
    assert {named.get(tool, tool) for tool in tools} <= pinned


@pytest.mark.parametrize("requirement", PROJECT["project"]["dependencies"])
def test_every_dependency_says_from_which_version_on(requirement):
    """`poe lowest` runs the fast tests on these."""
    assert re.match(r"[\w.-]+>=[\w.]+", requirement)


def command(name):
    task = TASKS[name]
    return task if isinstance(task, str) else task["cmd"]


def test_the_gate_runs_nothing_twice():
    """Verification and scores are tests; their tasks are for a person who wants to read them.

    On the lowest versions of the dependencies it runs a part of the tests again.
    """
    sequence_ = TASKS["check"]["sequence"]
    assert len(set(sequence_)) == len(sequence_)
    runs = [command(name) for name in sequence_]
    assert sum("pytest" in run for run in runs) == 1
    assert runs.pop() == "python tests/lowest.py --fast"
    assert not any(run.startswith(("python tests/", "llm-adapt ")) for run in runs)


def test_the_gate_is_the_same_everywhere():
    run = (ROOT / ".ci" / "run").read_text("utf-8").splitlines()
    assert "python -m pip install --quiet -e '.[dev]'" in run
    assert run[-1] == "poe check"
    assert GATE in (ROOT / "README.md").read_text("utf-8")
    assert GATE in (ROOT / "CONTRIBUTING.md").read_text("utf-8")
    jobs = mapping(mapping(read_file(ROOT / ".github/workflows/ci.yml").data)["jobs"])
    steps = [mapping(step) for job in jobs.values() for step in sequence(mapping(job)["steps"])]
    runs = "\n".join(text(step["run"]) for step in steps if "run" in step)
    assert GATE in runs
    assert "poe lowest" in runs
    assert set(re.findall(r"poe (\w+)", runs)) <= set(TASKS)


@pytest.mark.parametrize(
    "file", ["action.yml", "examples/ci/gitlab-ci.yml", "examples/ci/README.md"]
)
def test_options_that_templates_give_to_the_check_are_there(file):
    content = (ROOT / file).read_text("utf-8")
    given = set(re.findall(r"(?:arguments\S*\(|llm-adapt check)([^`)]*)", content))
    options = {word for each in given for word in re.findall(r"(?<![\w-])--?[a-z][a-z-]*", each)}
    assert options
    assert options <= CHECK_OPTIONS


def test_every_folder_of_examples_says_what_it_is():
    folders = [path for path in (ROOT / "examples").iterdir() if path.is_dir()]
    assert [path.name for path in folders if not (path / "README.md").is_file()] == []
