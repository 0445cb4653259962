"""What a folder of one's own may do to a shipped profile, asked of every command that reads it."""

import pytest

from llm_adapt.cli.exit_code import ExitCode

HEAD = 'name: mine\nversion: "1"\ntitle: Mine\nextends: {parent}\n'
SOURCE = "sources:\n  own: {title: Our own measurements, date: undated, seen: own, grade: D}\n"
WIDER = """\
departures:
  team_skills: Our people have a skill that the shipped list lacks.
questions:
  team_skills:
    order: 36
    block: What you have
    ask: What can the team do?
    help: Whatever somebody on the team has done before.
    type: several
    values:
      prompting: Prompts
      search_engineering: Search
      model_training: Training
      serving: Serving
      chip_design: Chip design
    example: "[chip_design]"
    origin: [B]
rules:
  has-chips:
    title: The team designs chips
    when: {answer: team_skills, has: chip_design}
    argues: [{for: trained_behaviour, strength: weak, topic: chips}]
    because: People who design chips run models of their own on them.
    sources: [own]
    examples: {fires: {team_skills: [chip_design]}, silent: {team_skills: [prompting]}}
"""
SHARING = """\
derived:
  twice: {title: Twice the size, unit: GB, of: base_model_params_b, low: 2, high: 3, sources: [own]}
  thrice: {title: Thrice the size, unit: GB, of: base_model_params_b, low: 3, high: 5, sources: [own]}
rules:
  above-both:
    title: Above two bounds that hang on one answer
    when:
      all:
        - {answer: gpu_memory_gb, at_least: {derived: twice, bound: low}}
        - {answer: gpu_memory_gb, at_least: {derived: thrice, bound: high}}
    argues: [{for: trained_behaviour, strength: weak, topic: above}]
    because: The card lies above two bounds that hang on the same size.
    sources: [own]
    examples:
      fires: {gpu_memory_gb: 90, base_model_params_b: 10}
      silent: {gpu_memory_gb: 5, base_model_params_b: 10}
"""


def folder(tmp_path, text, parent="current"):
    (tmp_path / "ruleset.yaml").write_text(HEAD.format(parent=parent) + SOURCE + text, "utf-8")
    return str(tmp_path)


def test_a_wider_question_is_answered_with_its_new_value(cli, tmp_path):
    name = folder(tmp_path, WIDER)
    told = cli("advise", "--rules", name, "--set", "team_skills=chip_design", "-f", "json")
    assert told.code == ExitCode.DONE
    assert '"has-chips"' in told.out


@pytest.mark.parametrize("text", [WIDER, SHARING], ids=["wider question", "shared question"])
@pytest.mark.parametrize("command", [("rules", "verify"), ("rules", "test")])
def test_it_is_verified_and_tested(cli, tmp_path, text, command):
    told = cli(
        *command, folder(tmp_path, text), *(["--fail-on", "error"] * (command[1] == "verify"))
    )
    assert told.code == ExitCode.DONE, told.out
