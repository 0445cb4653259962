"""Rule sets at a git revision."""

import subprocess
from dataclasses import replace

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


def commit(repo):
    git(repo, "add", "-A")
    git(repo, "commit", "-qm", "more")


def told(name) -> list[str]:
    """The lines of the error, without what differs by where the files are read."""
    with pytest.raises(LlmAdaptError) as caught:
        rules_at(name)
    return [line.replace("HEAD:", "") for line in caught.value.lines()]


@pytest.mark.parametrize("quote", ['"article"', "'article'", "article  # ours"])
def test_a_quoted_parent_is_found(repo, quote):
    (repo / "child" / "ruleset.yaml").write_text(CHILD.replace("article", quote))
    commit(repo)
    assert rules_at("HEAD:child") == replace_places(rules_at("child"), "HEAD:")


def replace_places(rules, prefix):
    moved = {
        name: replace(rule, where=replace(rule.where, file=prefix + rule.where.file))
        for name, rule in rules.rules.items()
    }
    walks = [
        replace(
            walk,
            nodes={
                name: replace(node, where=replace(node.where, file=prefix + node.where.file))
                for name, node in walk.nodes.items()
            },
        )
        for walk in rules.walks
    ]
    return replace(rules, rules=moved, walks=tuple(walks))


def test_hidden_files_are_no_rules(repo):
    (repo / "article" / ".github").mkdir()
    (repo / "article" / ".github" / "ci.yaml").write_text("on: [push]\n")
    (repo / "article" / ".draft.yaml").write_text("- x\n")
    commit(repo)
    assert set(rules_at("HEAD:article").rules) == {"listed", "chosen"}


@pytest.mark.parametrize("content", ["# " + "x" * 4_000_001, "# " + "x" * 3_500_000])
def test_what_is_too_large_is_refused_as_in_a_folder(repo, content):
    for number in range(2):
        (repo / "article" / f"more{number}.yaml").write_text(content)
    commit(repo)
    assert told("HEAD:article") == told("./article")


def test_a_link_is_followed_inside_the_repository_alone(repo, tmp_path):
    (repo / "shared.yaml").write_text("flowchart_note: shared\n")
    (repo / "article" / "link.yaml").symlink_to("../shared.yaml")
    commit(repo)
    assert (
        rules_at("HEAD:article").flowchart_note == rules_at("./article").flowchart_note == "shared"
    )
    (repo / "article" / "link.yaml").unlink()
    (repo / "article" / "link.yaml").symlink_to("../../secret.yaml")
    (tmp_path.parent / "secret.yaml").write_text("flowchart_note: secret\n")
    commit(repo)
    for name in ("HEAD:article", "./article"):
        assert "this link leads out of the repository" in told(name)[0]


def test_a_long_line_of_parents_is_followed_to_its_end(repo):
    parent = "article"
    for number in range(12):
        (repo / f"p{number}").mkdir()
        text = CHILD.replace("article", parent).replace("child", f"p{number}")
        (repo / f"p{number}" / "ruleset.yaml").write_text(text)
        parent = f"p{number}"
    commit(repo)
    assert rules_at("HEAD:p11").extends == rules_at("p11").extends
    assert len(rules_at("p11").extends) == 12


def test_from_a_folder_below_the_root(repo, monkeypatch):
    monkeypatch.chdir(repo / "child")
    assert rules_at("HEAD:.").name == "child"
    monkeypatch.chdir(repo / "article")
    assert rules_at("HEAD~1:./").name == "small"
