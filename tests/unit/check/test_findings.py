"""What a check finds: every code once, with its place, and what it must not find."""

import json
import os
import sys
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from toy import PROJECT, TODAY, commit, git, write_labels, write_project, write_rules

from llm_adapt.errors import LlmAdaptError, UsageError
from llm_adapt.files.findings import catalogue
from llm_adapt.report.forms import CHECKS, check_as
from llm_adapt.usecases.advise import program_for
from llm_adapt.usecases.check import CheckOptions, check
from llm_adapt.usecases.explain import explain
from llm_adapt.usecases.outcome import outcome

OPTIONS = CheckOptions(as_of=TODAY)


def run(folder, options=OPTIONS, **changes):
    return check([], folder, replace(options, **changes))


def codes(folder, **changes):
    """The findings that count, without the note that nothing is locked."""
    return [n.code for n in run(folder, **changes).findings() if n.code != "C504"]


def one(folder, code, **changes):
    (found,) = [n for n in run(folder, **changes).findings() if n.code == code]
    return found


def edited(folder, *pairs):
    path = folder / "llm-adapt.yaml"
    text = path.read_text()
    for before, after in pairs:
        assert before in text
        text = text.replace(before, after)
    path.write_text(text)


@pytest.fixture
def project(tmp_path):
    write_project(tmp_path)
    return tmp_path


def test_a_project_that_holds_is_green(project):
    result = run(project)
    assert outcome(result) == "done"
    assert [(held.id, held.holds) for held in result.projects[0].assumptions] == [("labels", True)]


@pytest.mark.parametrize("text", ["", "a: [", "answers: 3"])
def test_a_file_that_cannot_be_used_is_invalid_and_never_green(project, text):
    (project / "llm-adapt.yaml").write_text(text)
    result = run(project)
    assert result.has("C101")
    assert outcome(replace(result, fails=4)) == "invalid"


def test_a_rule_set_that_is_not_there_is_told_at_the_word(project):
    edited(project, ("rules: rules", "rules: ruels"))
    assert str(one(project, "C101").where) == "llm-adapt.yaml:2:8"


def test_an_answer_that_is_none_is_told_and_nothing_else_is_judged(project):
    edited(project, ("gap: facts", "gap: fats"), ("labels: 1200", "lables: 1200"))
    result = run(project)
    assert [(n.code, n.place.line) for n in result.findings()] == [("C102", 4), ("C102", 6)]
    assert result.projects[0].standing is None


def test_nothing_to_check_is_never_green(project):
    (project / "llm-adapt.yaml").write_text(
        "rules: rules\nanswers: {labels: 1}\nreview_by: 2027-01-01\n"
    )
    result = run(project)
    assert [n.code for n in result.findings()] == ["C103"]
    assert outcome(replace(result, fails=4)) == "invalid"


def test_a_strategy_that_the_rules_lack_is_told_with_the_nearest(project):
    edited(project, ("strategy: peft", "strategy: pfet"))
    found = one(project, "C104")
    assert (found.place.line, "peft" in found.hint) == (8, True)


def test_a_decision_that_is_ruled_out_says_by_which_rule(project):
    edited(project, ("weights: open", "weights: locked"))
    found = one(project, "C201")
    assert "by locked" in found.message
    assert "(rag)" in found.message


def test_a_dissent_does_not_cover_what_is_ruled_out(project):
    edited(project, ("weights: open", "weights: locked"), ("  by:", "  dissent: we like it\n  by:"))
    assert "C201" in codes(project)


def test_a_decision_that_arguments_speak_against_is_not_advised(project):
    edited(project, ("labels: 1200", "labels: 50"))
    write_labels(project, 50)
    assert codes(project) == ["C202"]


def test_a_decision_that_is_behind_is_not_first(project):
    edited(project, ("labels: 1200", "labels: 500"))
    write_labels(project, 500)
    found = one(project, "C203")
    assert (found.place.line, found.place.column) == (8, 13)
    assert "Retrieval (rag)" in found.message


def test_a_dissent_covers_a_decision_that_is_behind(project):
    edited(
        project,
        ("labels: 1200", "labels: 500"),
        ("  by:", "  dissent: {reason: it is built, against: rag}\n  by:"),
    )
    write_labels(project, 500)
    assert codes(project) == []


def test_a_dissent_from_what_stands_first_is_not_needed(project):
    edited(project, ("  by:", "  dissent: it is built\n  by:"))
    assert codes(project) == ["C204"]


def test_a_dissent_against_another_winner_is_out_of_date(project):
    edited(
        project,
        ("labels: 1200", "labels: 500"),
        ("gap: facts", "gap: form"),
        ("  by:", "  dissent: {reason: it is built, against: rag}\n  by:"),
    )
    write_labels(project, 500)
    assert codes(project) == ["C205"]


def test_an_open_question_that_could_change_the_decision_is_undetermined(project):
    edited(project, ("  weights: open\n", ""))
    result = run(project)
    found = one(project, "C206")
    assert outcome(result) == "done"
    assert outcome(result, min_stability=0.9) == "undetermined"
    assert outcome(replace(result, fails=4), min_stability=0.9) == "done"
    assert outcome(replace(result, fails=2)) == "findings"
    assert "weights" in found.message
    assert "rag" in found.message


def test_an_open_question_that_cannot_change_anything_is_not_mentioned(project):
    edited(project, ("  gap: facts\n", ""))
    assert codes(project) == []


def test_an_ignored_open_question_is_green(project):
    ignore = "ignore:\n  - {finding: C206, reason: vendor is slow, until: 2026-07-01}\n"
    edited(project, ("  weights: open\n", ""), ("assumptions:", f"{ignore}assumptions:"))
    assert outcome(run(project)) == "done"


def test_a_contradiction_shows_both_values_and_what_would_follow(project):
    write_labels(project, 340)
    found = one(project, "C301")
    assert (found.place.line, found.about) == (13, "labels")
    assert "1,200" in found.message
    assert "340" in found.message
    assert "labels: 340 at llm-adapt.yaml:4:11: rag would stand first" in found.hint


@pytest.mark.parametrize(("count", "holds"), [(1140, True), (1139, False), (1260, True)])
def test_a_tolerance_is_part_of_the_answer(project, count, holds):
    write_labels(project, count)
    assert ("C301" not in codes(project)) is holds


@pytest.mark.parametrize(
    ("compare", "count", "holds"),
    [
        ("at_least", 5000, True),
        ("at_least", 1199, False),
        ("at_most", 100, True),
        ("at_most", 1201, False),
        ("equal", 1200, True),
    ],
)
def test_an_answer_can_be_a_bound(project, compare, count, holds):
    edited(project, ("tolerance: 5%", f"compare: {compare}"))
    write_labels(project, count)
    assert ("C301" not in codes(project)) is holds


@pytest.mark.parametrize(
    ("bound", "holds"),
    [
        ("at_least: 0.5", True),
        ("above: 0.5", False),
        ("at_most: 0.5", True),
        ("below: 0.5", False),
        ("equal: 0.5", True),
        ("equal: 0.51", False),
        ("equal: 0.51, tolerance: 0.02", True),
        ("at_least: 0.51, tolerance: 2%", True),
        ("at_least: 0.4, at_most: 0.45", False),
    ],
)
def test_a_value_is_held_against_bounds(project, bound, holds):
    (project / "r.json").write_text('{"acc": 0.5}')
    edited(
        project,
        (
            "assumptions:\n",
            f"assumptions:\n  - {{evidence: {{value: r.json, at: acc}}, {bound}}}\n",
        ),
    )
    assert ("C301" not in codes(project)) is holds


@pytest.mark.parametrize(
    ("written", "expected"), [('"open"', []), ('"locked"', ["C301"]), ('"ajar"', ["C303"])]
)
def test_a_word_is_held_against_the_answer_to_a_choice(project, written, expected):
    (project / "r.json").write_text(f'{{"w": {written}}}')
    line = "  - {answer: weights, evidence: {value: r.json, at: w}}\n"
    edited(project, ("assumptions:\n", f"assumptions:\n{line}"))
    assert codes(project) == expected


def test_yes_and_true_are_one_value(project):
    (project / "r.json").write_text('{"ready": true}')
    line = "  - {id: r, evidence: {value: r.json, at: ready}, equal: yes}\n"
    edited(project, ("assumptions:\n", f"assumptions:\n{line}"))
    assert codes(project) == []


def test_missing_evidence_is_told_at_its_path(project):
    (project / "data" / "labels.jsonl").unlink()
    found = one(project, "C302")
    assert (found.place.line, found.place.column) == (15, 25)


def test_evidence_that_is_no_number_is_unreadable(project):
    (project / "r.json").write_text('{"acc": "high"}')
    line = "  - {id: r, evidence: {value: r.json, at: acc}, at_least: 0.5}\n"
    edited(project, ("assumptions:\n", f"assumptions:\n{line}"))
    assert codes(project) == ["C303"]


def test_not_a_number_is_no_number(project):
    (project / "r.json").write_text('{"acc": NaN}')
    line = "  - {id: r, evidence: {value: r.json, at: acc}, at_least: 0.5}\n"
    edited(project, ("assumptions:\n", f"assumptions:\n{line}"))
    assert codes(project) == ["C303"]


def test_evidence_outside_is_refused_unless_allowed(project, tmp_path_factory):
    other = tmp_path_factory.mktemp("other")
    (other / "labels.jsonl").write_text("{}\n" * 1200)
    (project / "data" / "labels.jsonl").unlink()
    (project / "data" / "labels.jsonl").symlink_to(other / "labels.jsonl")
    assert codes(project) == ["C304"]
    assert codes(project, allow_outside=True) == []


def test_large_and_binary_evidence_is_refused(project):
    (project / "data" / "labels.jsonl").write_bytes(b"\0" * 10)
    assert codes(project) == ["C306"]
    os.truncate(project / "data" / "labels.jsonl", 600_000_000)  # a hole, no bytes on the disk
    assert codes(project) == ["C305"]


def test_old_evidence_is_old_from_the_day_after(project):
    edited(project, ("tolerance: 5%", "max_age_days: 30\n    dated_by: file"))
    noon = 1_780_315_200 - 30 * 86_400
    os.utime(project / "data" / "labels.jsonl", (noon, noon))
    assert codes(project) == []
    assert codes(project, as_of=TODAY + timedelta(days=1)) == ["C307"]


AGED = ("tolerance: 5%", "max_age_days: 30")


def test_an_age_that_cannot_be_known_is_a_finding_and_no_fallback(project, monkeypatch):
    edited(project, AGED)
    assert codes(project) == ["C310"]  # a folder called .git that is no repository
    (project / ".git").rmdir()
    assert codes(project) == ["C310"]
    commit(project, "2026-05-20")
    assert codes(project) == []
    assert codes(project, as_of=date(2026, 7, 1)) == ["C307"]
    monkeypatch.setenv("PATH", "")
    assert "git cannot be run" in one(project, "C310").message


def test_a_repository_of_somebody_else_is_no_reason_to_look_at_the_clock(project, monkeypatch):
    (project / ".git").rmdir()
    edited(project, AGED)
    commit(project, "2026-05-20")
    monkeypatch.setenv("GIT_TEST_ASSUME_DIFFERENT_OWNER", "1")
    assert "dubious ownership" in one(project, "C310").message


def test_what_is_about_to_be_committed_is_of_today(project):
    (project / ".git").rmdir()
    edited(project, AGED)
    commit(project, "2020-01-01")
    assert codes(project) == ["C307"]
    path = project / "data" / "labels.jsonl"
    path.write_text(path.read_text() + '{"n": 1}\n')
    edited(project, ("max_age_days: 30", "max_age_days: 30\n    compare: at_least"))
    assert codes(project) == []
    path.rename(project / "data" / "new.jsonl")
    edited(project, ("data/labels.jsonl", "data/new.jsonl"))
    assert codes(project) == ["C310"]  # not known to git
    git(project, "add", ".")
    assert codes(project) == []


def test_magic_in_a_name_takes_no_other_file(project):
    (project / ".git").rmdir()
    (project / "data" / ":(glob)*").write_text((project / "data" / "labels.jsonl").read_text())
    edited(project, AGED, ("records: data/labels.jsonl", 'records: "data/:(glob)*"'))
    git(project, "init", "-q")
    git(project, "add", "data/labels.jsonl")
    git(project, "commit", "-qm", "labels", day="2026-05-20")
    assert codes(project) == ["C303"] or codes(project) == ["C310"]


def test_evidence_of_the_future_is_a_finding(project):
    edited(project, ("tolerance: 5%", "max_age_days: 30\n    dated_by: file"))
    assert codes(project, as_of=date(2020, 1, 1)) == ["C803", "C311"]


def test_a_pointer_of_git_lfs_is_no_file(project):
    pointer = "version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 12\n"
    (project / "data" / "labels.jsonl").write_text(pointer)
    assert codes(project) == ["C312"]
    edited(project, ("records: data/labels.jsonl", "size: data"))
    assert codes(project) == ["C312"]


def test_what_an_organisation_asks_for_is_found(project):
    edited(project, ("  by: search team\n", ""), ("review_by: 2026-12-31\n", ""))
    assert codes(project) == []
    (project / "llm-adapt.toml").write_text('require = ["owner", "review", "lock"]\n')
    assert [n.code for n in run(project).findings()] == ["C802", "C801", "C504"]
    (project / "llm-adapt.toml").write_text(
        'require = ["owner", "lock"]\nfail-on = "warning"\n[severity]\nC801 = "warning"\nC504 = "off"\n'
    )
    result = run(project)
    assert [(n.code, n.severity.value) for n in result.findings()] == [("C801", "warning")]
    assert result.outcome == "findings"


def test_settings_may_stand_in_pyproject(project):
    (project / "pyproject.toml").write_text('[tool.llm-adapt]\nrequire = ["lock"]\n')
    assert one(project, "C504").severity.value == "error"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("requires = []", "unknown key 'requires'"),
        ("fail-on = 3", "fail_on: must be one of"),
        ("severity = {C999 = 'off'}", "there is no finding C999"),
        ("severity = {C103 = 'off'}", "cannot be weighed"),
        ("require = [", "not TOML"),
    ],
)
def test_faults_of_settings_name_their_file(project, text, said):
    (project / "llm-adapt.toml").write_text(text)
    with pytest.raises(LlmAdaptError, match=said) as caught:
        run(project)
    assert caught.value.where.file == "llm-adapt.toml"


def test_a_baseline_accepts_what_is_there_until_its_day_and_nothing_new(project):
    write_labels(project, 340)
    accepted = run(project, baseline_until=date(2026, 7, 1))
    assert accepted.outcome == "done"
    assert codes(project) == []
    assert run(project, as_of=date(2026, 7, 2)).outcome == "findings"
    assert codes(project, as_of=date(2026, 7, 2)) == ["C605", "C301"]
    edited(project, ("weights: open", "weights: locked"))
    assert codes(project) == ["C201"]
    edited(project, ("weights: locked", "weights: open"))
    write_labels(project, 1200)
    assert codes(project) == ["C606"]


def test_a_command_that_is_not_allowed_is_not_run_and_said_so(project):
    line = f"  - {{id: r, evidence: {{command: [{sys.executable}, -c, print(7)]}}, at_least: 7}}\n"
    edited(project, ("assumptions:\n", f"assumptions:\n{line}"))
    result = run(project)
    assert codes(project) == ["C308"]
    assert result.projects[0].assumptions[0].holds is None
    assert result.outcome == "findings"
    assert codes(project, allow_commands=True) == []
    edited(project, ("at_least: 7}", "at_least: 7, optional: true}"))
    result = run(project)
    assert one(project, "C308").severity.value == "note"
    assert result.outcome == "done"
    assert "holds: r" not in check_as("text", result)


def test_evidence_for_an_answer_that_is_not_given_is_idle(project):
    edited(project, ("  labels: 1200\n", "  labels:\n"))
    found = one(project, "C309")
    assert "labels: 1200" in found.hint


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (date(2026, 12, 1), []),
        (date(2026, 12, 17), ["C402"]),
        (date(2026, 12, 31), ["C402"]),
        (date(2027, 1, 1), ["C401"]),
    ],
)
def test_a_review_is_due_up_to_its_day_and_overdue_after_it(project, day, expected):
    assert codes(project, as_of=day) == expected


def test_how_early_a_review_is_due_can_be_said(project):
    assert codes(project, as_of=date(2026, 12, 1), due_within=30) == ["C402"]


def test_without_a_lock_there_is_a_note(project):
    assert [n.code for n in run(project).findings()] == ["C504"]


def test_a_locked_project_says_nothing(project):
    run(project, update_lock=True)
    assert list(run(project).findings()) == []


def test_rules_that_change_the_decision_are_an_error_with_both_winners(project):
    run(project, update_lock=True)
    write_rules(project / "rules", threshold=5000, version="2")
    assert codes(project) == ["C203", "C501"]
    message = one(project, "C501").message
    assert "first was peft, now it is rag" in message
    assert "no longer: enough-labels (strong for peft)" in message


def test_rules_that_change_only_reasons_are_a_warning(project):
    run(project, update_lock=True)
    write_rules(project / "rules", strength="moderate", version="2")
    assert codes(project) == ["C502"]


def test_rules_that_change_nothing_here_are_a_note(project):
    run(project, update_lock=True)
    write_rules(project / "rules", threshold=1001, version="2")
    assert codes(project) == ["C503"]


def test_answers_that_changed_are_not_blamed_on_the_rules(project):
    run(project, update_lock=True)
    write_rules(project / "rules", threshold=5000, version="2")
    edited(project, ("labels: 1200", "labels: 1201"))
    assert codes(project) == ["C203", "C505"]


def test_a_changed_decision_is_locked_only_with_a_reason(project):
    run(project, update_lock=True)
    before = (project / "llm-adapt.lock").read_text()
    write_rules(project / "rules", threshold=5000, version="2")
    with pytest.raises(UsageError, match="the rules changed"):
        run(project, update_lock=True)
    assert (project / "llm-adapt.lock").read_text() == before
    run(project, update_lock=True, reason="seen by the team")
    assert codes(project) == ["C203"]
    assert "seen by the team" in (project / "llm-adapt.lock").read_text()


def test_updating_a_lock_twice_changes_nothing(project):
    run(project, update_lock=True)
    before = (project / "llm-adapt.lock").read_bytes()
    run(project, update_lock=True, as_of=TODAY + timedelta(days=9))
    assert (project / "llm-adapt.lock").read_bytes() == before


@pytest.mark.parametrize("text", ["{", "[]", "{}", '{"schema": "llm-adapt/lock/v1"}'])
def test_a_damaged_lock_is_an_error_and_is_not_overwritten(project, text):
    (project / "llm-adapt.lock").write_text(text)
    assert codes(project) == ["C506"]
    with pytest.raises(LlmAdaptError):
        run(project, update_lock=True)
    assert (project / "llm-adapt.lock").read_text() == text


IGNORE = "ignore:\n  - {finding: C301, at: labels, reason: being counted, until: 2026-06-30}\n"


def test_an_ignore_takes_its_finding_until_its_day(project):
    write_labels(project, 340)
    edited(project, ("assumptions:", f"{IGNORE}assumptions:"))
    assert codes(project) == []
    assert codes(project, as_of=date(2026, 6, 30)) == []
    assert codes(project, as_of=date(2026, 7, 1)) == ["C603", "C301"]


def test_an_ignore_that_hides_nothing_is_told(project):
    edited(project, ("assumptions:", f"{IGNORE}assumptions:"))
    assert codes(project) == ["C601"]


def test_an_ignore_of_another_subject_takes_nothing(project):
    write_labels(project, 340)
    ignore = IGNORE.replace("at: labels", "at: others")
    edited(project, ("assumptions:", f"{ignore}assumptions:"))
    assert codes(project) == ["C601", "C301"]


def test_an_ignore_without_a_reason_is_not_applied(project):
    write_labels(project, 340)
    ignore = IGNORE.replace(", reason: being counted", "")
    edited(project, ("assumptions:", f"{ignore}assumptions:"))
    assert codes(project) == ["C602", "C301"]


def test_an_ignore_without_an_end_is_told(project):
    write_labels(project, 340)
    ignore = IGNORE.replace(", until: 2026-06-30", "")
    edited(project, ("assumptions:", f"{ignore}assumptions:"))
    assert codes(project) == ["C604"]


def test_a_record_is_missing_in_step_or_out_of_step(project):
    from llm_adapt.usecases.checks.record import record
    from llm_adapt.usecases.project import Workplace

    edited(project, ("review_by:", "record: adr.md\nreview_by:"))
    assert codes(project) == ["C702"]
    text, target = record(None, "", Workplace(project))
    (project / "adr.md").write_text(f"{text}\nMore words of the team.\n")
    assert target == project / "adr.md"
    assert codes(project) == []
    write_rules(project / "rules", threshold=1001)
    assert codes(project) == []
    edited(project, ("gap: facts", "gap: form"))
    assert codes(project) == ["C701"]


def test_answers_may_stand_in_a_file_of_their_own(project):
    (project / "answers.yaml").write_text("labels: 1200\nweights: open\ngap: fats\n")
    edited(
        project,
        ("answers:\n  labels: 1200\n  weights: open\n  gap: facts\n", "answers: answers.yaml\n"),
    )
    found = one(project, "C102")
    assert str(found.where) == "answers.yaml:3:6"


@pytest.mark.parametrize("name", ["no.yaml", "../answers.yaml"])
def test_answers_that_are_missing_or_outside_are_invalid(project, name):
    edited(
        project,
        ("answers:\n  labels: 1200\n  weights: open\n  gap: facts\n", f"answers: {name}\n"),
    )
    assert one(project, "C101").where.line == 3


def test_a_broken_file_does_not_stop_the_others(tmp_path):
    (tmp_path / ".git").mkdir()
    for name in ("a", "b", "c"):
        (tmp_path / name).mkdir()
        write_project(tmp_path / name)
    (tmp_path / "b" / "llm-adapt.yaml").write_text("answers: [")
    result = check(["*/llm-adapt.yaml"], tmp_path, OPTIONS)
    assert [(p.name, p.standing is not None) for p in result.projects] == [
        ("bot", True),
        ("b", False),
        ("bot", True),
    ]
    assert outcome(result) == "invalid"


def test_projects_of_one_file_are_judged_each_by_itself(tmp_path):
    write_project(tmp_path)
    inner = "\n".join("    " + line for line in PROJECT.splitlines() if "rules:" not in line)
    old = inner.replace("2026-12-31", "2026-01-01").replace("    project: bot\n", "")
    text = f"rules: rules\nprojects:\n  one:\n{old}\n  two:\n{inner}\n"
    (tmp_path / "llm-adapt.yaml").write_text(text)
    result = run(tmp_path, update_lock=True)
    assert [p.name for p in result.projects] == ["one", "bot"]
    assert [n.code for n in result.findings()] == ["C401"]
    assert {n.project for n in result.findings()} == {"one"}


def test_paths_are_told_from_where_the_check_was_called(tmp_path):
    (tmp_path / ".git").mkdir()
    inner = tmp_path / "services"
    (inner / "bot").mkdir(parents=True)
    write_project(inner / "bot")
    (inner / "bot" / ".git").rmdir()
    result = check(["bot/llm-adapt.yaml"], inner, OPTIONS)
    assert (result.base, result.projects[0].file) == ("services", "bot/llm-adapt.yaml")


@pytest.mark.parametrize(
    ("text", "suffix"),
    [
        (r'{"v": "\ud800"}', "json"),
        ('{"v": {"a": 1}}', "json"),
        ('{"v": [1, {"a": 1}]}', "json"),
        ('{"v": "' + "x" * 100_000 + '"}', "json"),
        ('{"v": null}', "json"),
        ('{"v": 1e999}', "json"),
        ("v = 2026-01-01", "toml"),
    ],
)
@pytest.mark.parametrize("held", ["answer: labels", "answer: gap", "at_least: 1", "equal: yes"])
def test_no_value_of_evidence_breaks_a_report(project, text, suffix, held):
    (project / f"r.{suffix}").write_text(text)
    line = f"  - {{id: r, evidence: {{value: r.{suffix}, at: v}}, {held}}}\n"
    edited(project, ("assumptions:\n", f"assumptions:\n{line}"))
    result = run(project)
    (found,) = [n for n in result.findings() if n.code != "C504"]
    assert found.code in {"C301", "C303"}
    for name in ("text", *CHECKS):
        text = check_as(name, result)
        assert len(text.encode()) < 20_000


def test_a_lock_forgets_projects_that_are_gone(project):
    run(project, update_lock=True)
    edited(project, ("project: bot", "project: mail"))
    run(project, update_lock=True)
    locked = json.loads((project / "llm-adapt.lock").read_text())
    assert list(locked["projects"]) == ["llm-adapt.yaml#mail"]


def test_faults_of_a_rule_set_are_told_in_its_own_file(project):
    path = project / "rules" / "ruleset.yaml"
    path.write_text(path.read_text().replace("effort: 3", "effort: much"))
    assert [n.where.file for n in run(project).findings()] == ["rules/ruleset.yaml"]


def test_a_code_has_a_page_under_its_number_and_its_name():
    program = program_for("current")
    (page,) = explain(program, "c301")
    assert (page.id, page.notes["severity"]) == ("C301", ("error",))
    assert explain(program, "assumption-contradicted") == (page,)
    with pytest.raises(UsageError):
        explain(program, "C999")


def test_the_catalogue_is_in_order_and_every_name_is_its_own():
    known = catalogue()
    of_checks = [kind for kind in known.values() if kind.code.startswith("C")]
    assert [kind.code for kind in of_checks] == sorted(kind.code for kind in of_checks)
    assert len({kind.name for kind in of_checks}) == len(of_checks)
    assert all(kind.name and kind.text for kind in of_checks)
    assert all(kind.title and kind.remedy for kind in known.values())


def test_every_code_is_named_by_a_test_here():
    text = Path(__file__).read_text("utf-8")
    of_checks = [code for code in catalogue() if code.startswith("C")]
    assert [code for code in of_checks if f'"{code}"' not in text] == []
