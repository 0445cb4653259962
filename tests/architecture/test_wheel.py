"""The wheel carries the rules, and what it installs works away from the checkout."""

import importlib.util
import os
import subprocess
import sys
import venv
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
pytestmark = pytest.mark.slow


def run(*command, cwd, **environment):
    variables = {key: value for key, value in os.environ.items() if not key.startswith("PYTHON")}
    return subprocess.run(
        [str(word) for word in command],
        cwd=cwd,
        env={**variables, **environment},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


def installer(python):
    # The build back end is taken from this environment where it is, else from the index.
    isolated = [] if importlib.util.find_spec("hatchling") is None else ["--no-build-isolation"]
    return [python, "-m", "pip", "--disable-pip-version-check", "-q"], [*isolated, "--no-deps"]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    folder = tmp_path_factory.mktemp("wheel")
    pip, options = installer(sys.executable)
    built = run(*pip, "wheel", *options, "-w", folder, ROOT, cwd=folder)
    assert built.returncode == 0, built.stderr
    (path,) = folder.glob("llm_adapt-*.whl")
    return path


@pytest.fixture(scope="module")
def environment(tmp_path_factory):
    """Makes an empty environment that sees the dependencies of this one, but not our package."""

    def make(name):
        folder = tmp_path_factory.mktemp(name)
        venv.create(folder, with_pip=False, symlinks=True)
        site = next((folder / "lib").glob("python*")) / "site-packages"
        dependencies = tmp_path_factory.mktemp(f"{name}-dependencies")
        for entry in Path(pytest.__file__).resolve().parents[1].iterdir():
            if "llm_adapt" not in entry.name and entry.suffix != ".pth":
                (dependencies / entry.name).symlink_to(entry)
        (site / "dependencies.pth").write_text(f"{dependencies}\n")
        return folder / "bin" / "python", folder / "bin" / "llm-adapt"

    return make


@pytest.fixture
def away(tmp_path):
    (tmp_path / "answers.yaml").write_text(
        "knowledge_need: core\nlabeled_examples: 0\ncitations: no\n"
    )
    return tmp_path


def test_every_rule_and_nothing_else_of_the_checkout_is_in_the_wheel(wheel):
    names = set(zipfile.ZipFile(wheel).namelist())
    rules = {
        f"llm_adapt/_builtin_rules/{path.relative_to(ROOT / 'rules').as_posix()}"
        for path in (ROOT / "rules").rglob("*.yaml")
    }
    assert rules <= names
    assert "llm_adapt/py.typed" in names
    assert all(name.startswith("llm_adapt/") or ".dist-info/" in name for name in names)
    assert not any("__pycache__" in name or "/tests/" in name for name in names)


def test_an_installed_wheel_advises_from_its_own_rules(wheel, environment, away):
    python, command = environment("installed")
    pip, _ = installer(sys.executable)
    installed = run(*pip, "--python", python, "install", "--no-deps", "--no-index", wheel, cwd=away)
    assert installed.returncode == 0, installed.stderr
    where = run(python, "-c", "import llm_adapt; print(llm_adapt.__file__)", cwd=away)
    assert str(ROOT) not in where.stdout
    advised = run(command, "advise", "answers.yaml", "-f", "json", cwd=away, LLM_ADAPT_CACHE="")
    assert (advised.returncode, advised.stderr) == (0, "")
    assert '"strategy": "rag"' in advised.stdout
    described = run(
        python,
        "-c",
        "from llm_adapt import load_rules; print(next(iter(load_rules('article').rules.values())).where)",
        cwd=away,
        LLM_ADAPT_CACHE="",
    )
    assert described.stdout.startswith("rules/article/rules/")
    assert run(command, "--version", cwd=away).stdout.startswith("llm-adapt ")


def test_an_editable_install_advises_from_the_rules_of_the_checkout(environment, away):
    python, command = environment("editable")
    pip, options = installer(sys.executable)
    installed = run(*pip, "--python", python, "install", *options, "-e", ROOT, cwd=away)
    assert installed.returncode == 0, installed.stderr
    told = run(
        python,
        "-c",
        "from llm_adapt.files.builtin import builtin_rules; print(builtin_rules())",
        cwd=away,
    )
    assert told.stdout.strip() == str(ROOT / "rules"), told.stderr
    advised = run(command, "advise", "answers.yaml", "-f", "json", cwd=away, LLM_ADAPT_CACHE="")
    assert (advised.returncode, advised.stderr) == (0, "")
