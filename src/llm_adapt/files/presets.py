"""Presets: what is typical of a common kind of project, as YAML with its source."""

from pathlib import Path

from llm_adapt.errors import UsageError
from llm_adapt.files.answers import Questions, situation_of
from llm_adapt.files.builtin import builtin_rules
from llm_adapt.files.yaml_file import read_file
from llm_adapt.rules.situation import Origin, Situation
from llm_adapt.rules.value import nearest


def preset_files() -> dict[str, Path]:
    """The presets that are shipped, by name."""
    return {path.stem: path for path in sorted((builtin_rules() / "presets").glob("*.yaml"))}


def read_preset(name: str, questions: Questions) -> Situation:
    """The answers of a preset, which are assumed until somebody confirms them.

    Raises:
        LlmAdaptError: There is none of that name, or it has answers that do not fit the rule set.
    """
    files = preset_files()
    if name not in files:
        near = nearest(name, files)
        hint = f"{near} All: {', '.join(files)}" if near else f"it is one of {', '.join(files)}"
        raise UsageError(f"there is no preset {name}", None, hint)
    document = read_file(files[name], f"presets/{name}.yaml")
    return situation_of(document, questions, origin=Origin.ASSUMED)
