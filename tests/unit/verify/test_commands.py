"""`llm-adapt rules verify` and `llm-adapt rules test`: what is written and the exit code."""

import json

from llm_adapt.cli.exit_code import ExitCode

SWAPPED = (
    "when: many_labels\n        yes: fits\n        no: leave",
    "when: many_labels\n        yes: leave\n        no: fits",
)


def test_a_sound_rule_set_is_done(cli, folder):
    told = cli("rules", "verify", folder())
    assert told.code == ExitCode.DONE
    assert told.out.splitlines()[1] == (
        "  over the whole answer space: 6 rules, 5 nodes, 3 monotone facts; none not decided"
    )


def test_a_finding_is_told_with_a_situation_that_can_be_pasted(cli, folder):
    told = cli("rules", "verify", folder(SWAPPED))
    assert told.code == ExitCode.FINDINGS
    lines = told.out.splitlines()
    assert "ruleset.yaml:" in lines[0]
    assert "error V106 a monotone fact does not hold" in lines[0]
    assert lines[1] == "  -> mend the rules, or withdraw the fact"
    assert lines[2].startswith("  answers: {")


def test_fail_on_says_what_fails(cli, folder):
    name = folder(
        (
            "sources: [study]\n    examples: {fires: {allowed",
            "sources: [story]\n    examples: {fires: {allowed",
        )
    )
    assert cli("rules", "verify", name).code == ExitCode.FINDINGS
    assert cli("rules", "verify", name, "--fail-on", "error").code == ExitCode.DONE
    assert cli("rules", "verify", name, "--fail-on", "never").code == ExitCode.DONE


def test_findings_are_written_as_json(cli, folder):
    told = cli("rules", "verify", folder(SWAPPED), "-f", "json")
    data = json.loads(told.out)
    assert data["schema"] == "llm-adapt/rules-verify/v1"
    (ruleset,) = data["rulesets"]
    assert ruleset["counts"] == {"errors": 1, "warnings": 0, "notes": 0}
    (finding,) = ruleset["findings"]
    assert finding["code"] == "V106"
    assert finding["line"] > 1
    assert finding["answers"]["labels"] == 100


def test_a_day_that_is_none_is_a_usage_error(cli, folder):
    assert cli("rules", "verify", folder(), "--as-of", "soon").code == ExitCode.USAGE


def test_tests_that_pass_are_done_and_one_that_fails_is_not(cli, folder):
    assert cli("rules", "test", folder()).code == ExitCode.DONE
    told = cli("rules", "test", folder(("silent: {labels: 500}", "silent: {labels: 50}")))
    assert told.code == ExitCode.FINDINGS
    assert "error T101 test failed: labels-few/silent: labels-few fires" in told.out


def test_too_little_coverage_fails_when_that_is_asked_for(cli, folder):
    name = folder()
    assert cli("rules", "test", name, "--fail-under", "1").code == ExitCode.FINDINGS
    assert cli("rules", "test", name, "--fail-under", "0.2").code == ExitCode.DONE


def test_results_of_tests_are_written_as_json(cli, folder):
    told = cli("rules", "test", folder(), "--mutation", "-f", "json")
    (ruleset,) = json.loads(told.out)["rulesets"]
    assert ruleset["tests"] == 16
    assert ruleset["coverage"]["rules"]["percent"] == 100
    assert ruleset["mutation"]["by_kind"]["drop"] == {"noticed": 6, "total": 6}


def test_text_and_json_say_the_same_of_projects_and_of_faults_that_change_nothing(
    cli, folder, tmp_path_factory
):
    projects = tmp_path_factory.mktemp("projects")
    for name, best in (("desk", "rag"), ("odd", "peft")):
        text = f"answers: {{facts: most}}\nexpected: {{best: {best}}}\n"
        (projects / f"{name}.yaml").write_text(text, "utf-8")
    loud = "argues: [{for: manner, strength: strong, topic: skill}, {for: idle, strength: weak, topic: skill}]"
    name = folder(
        ("argues: [{for: manner, strength: strong, topic: skill}]", loud),
        ("needs:\n", "needs:\n  idle: {title: Idle, text: Nothing serves it.}\n"),
    )
    arguments = ("rules", "test", name, "--cases", projects, "--mutation", "--missing")
    told, written = cli(*arguments).out, json.loads(cli(*arguments, "-f", "json").out)
    (ruleset,) = written["rulesets"]
    assert (ruleset["projects"]["covered"], ruleset["projects"]["total"]) == (1, 2)
    assert "projects agreed with  50 % (1 of 2)" in told
    equal = ruleset["mutation"]["proved_equal"]
    assert equal
    assert f"not counted: {len(equal)} proved equal" in told
    for finding in [*ruleset["projects"]["missing"], *equal, *ruleset["mutation"]["survivors"]]:
        assert f"note {finding['code']} {finding['title']}: {finding['message']}" in told


def test_a_selection_of_nothing_is_invalid_input(cli, folder):
    told = cli("rules", "test", folder(), "-k", "xyz")
    assert told.code == ExitCode.INVALID_INPUT
    assert "no test has 'xyz' in its id" in told.err
