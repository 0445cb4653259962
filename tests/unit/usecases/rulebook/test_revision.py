"""Rule sets at a git revision."""

import subprocess

import pytest

from llm_adapt.errors import LlmAdaptError, UsageError
from llm_adapt.files.yaml_file import dump_yaml
from llm_adapt.usecases.rulebook.revision import rules_at

CHILD = "name: child\nversion: '1'\ntitle: C\nextends: article\n"


def git(folder, *arguments):
    identity = ["-c", "user.name=t", "-c", "user.email=t@example.org", "-c", "commit.gpgsign=false"]
    subprocess.run(["git", *identity, *arguments], cwd=folder, check=True, capture_output=True)


@pytest.fixture
def repo(tmp_path, small, monkeypatch):
    """A repository whose folder `article` has had one and then two rules; `child` extends it."""
    (tmp_path / "article").mkdir()
    (tmp_path / "child").mkdir()
    file = tmp_path / "article" / "ruleset.yaml"
    second = small["rules"].pop("chosen")
    git(tmp_path, "init", "-q")
    file.write_text(dump_yaml(small))
    (tmp_path / "child" / "ruleset.yaml").write_text(CHILD)
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "-qm", "one")
    small["rules"]["chosen"] = second
    file.write_text(dump_yaml(small))
    git(tmp_path, "commit", "-qam", "two")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_each_revision_has_its_own_rules(repo):
    assert set(rules_at("HEAD~1:article").rules) == {"listed"}
    assert set(rules_at("HEAD:article/").rules) == {"listed", "chosen"}


def test_a_parent_beside_it_is_taken_from_the_same_revision(repo):
    assert set(rules_at("HEAD~1:child").rules) == {"listed"}
    assert rules_at("HEAD~1:child").name == "child"


def test_faults_name_the_revision(repo):
    (repo / "article" / "ruleset.yaml").write_text("nonsense: 1\n")
    git(repo, "commit", "-qam", "three")
    with pytest.raises(LlmAdaptError) as caught:
        rules_at("HEAD:article")
    assert "HEAD:article/ruleset.yaml:1:1" in "\n".join(caught.value.lines())


@pytest.mark.parametrize(
    "name", ["HEAD:nowhere", "nothing-of-the-kind:article", "--output=x:article", ":article"]
)
def test_what_is_not_there_is_a_usage_error(repo, name):
    with pytest.raises(UsageError):
        rules_at(name)


def test_a_profile_and_a_folder_are_found_by_name(repo):
    assert rules_at("current").name == "current"
    assert rules_at(str(repo / "article")).name == "small"
