"""Presets: what is typical of a common kind of project, as YAML with its source."""

from pathlib import Path

from llm_adapt.errors import UsageError
from llm_adapt.files.answers import Questions, situation_of
from llm_adapt.files.builtin import builtin_rules
from llm_adapt.files.yaml_file import read_file
from llm_adapt.rules.plain import mapping, text, texts
from llm_adapt.rules.record import record
from llm_adapt.rules.situation import Origin, Situation
from llm_adapt.rules.value import nearest


@record(frozen=True)
class Preset:
    """A kind of project; its answers are assumed until somebody confirms them."""

    name: str
    title: str
    text: str
    sources: tuple[str, ...]
    situation: Situation


def preset_files() -> dict[str, Path]:
    """The presets that are shipped, by name."""
    return {path.stem: path for path in sorted((builtin_rules() / "presets").glob("*.yaml"))}


def read_preset(name: str, questions: Questions) -> Preset:
    """A preset by name.

    Raises:
        LlmAdaptError: There is none of that name, or it has answers that do not fit the rule set.
    """
    files = preset_files()
    if name not in files:
        near = nearest(name, files)
        hint = f"{near} All: {', '.join(files)}" if near else f"it is one of {', '.join(files)}"
        raise UsageError(f"there is no preset {name}", None, hint)
    document = read_file(files[name], f"presets/{name}.yaml")
    data = mapping(document.data)
    situation = situation_of(document, questions, origin=Origin.ASSUMED)
    told = text(data.get("title")), text(data.get("text"))
    return Preset(name, *told, texts(data.get("sources")), situation)
