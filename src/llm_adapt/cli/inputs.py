"""Where answers come from: a file, standard input, a preset, and options that win over all."""

import sys
from pathlib import Path

from llm_adapt.cli.output import DASH
from llm_adapt.rules.model import RuleSet
from llm_adapt.rules.situation import Situation


def situation_from(
    path: Path | None, settings: list[str] | None, rules: RuleSet, preset: str = ""
) -> Situation:
    """The situation that a file or standard input describes, with options laid over it.

    What is typical of a preset lies under both. Amounts that had to be converted are told.

    Raises:
        LlmAdaptError: Anything in it is wrong.
    """
    from llm_adapt.files.answers import parse_answers, read_answers, with_options
    from llm_adapt.files.yaml_file import MAX_BYTES

    situation = Situation()
    if path == DASH:
        situation = parse_answers(sys.stdin.buffer.read(MAX_BYTES + 1), rules.questions)
    elif path is not None:
        situation = read_answers(path, rules.questions)
    if preset:
        from llm_adapt.files.presets import read_preset

        typical = read_preset(preset, rules.questions).situation
        situation = Situation({**typical.answers, **situation.answers})
    situation = with_options(situation, settings or [], rules.questions)
    for name, answer in situation.answers.items():
        if answer.told:
            sys.stderr.write(f"{name}: {answer.told}\n")
    return situation
