"""Project files (`llm-adapt.yaml`), read with every fault at once."""

import re
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from llm_adapt.errors import LlmAdaptError, raise_all
from llm_adapt.files.compile import specs
from llm_adapt.files.findings import catalogue
from llm_adapt.files.form import Reader
from llm_adapt.files.yaml_file import Document, read_file
from llm_adapt.rules.plain import Path as PlainPath
from llm_adapt.rules.plain import Plain, mapping, sequence, text
from llm_adapt.rules.project import OPS, Assumption, Decision, Ignore, Project, Projects
from llm_adapt.rules.record import record
from llm_adapt.rules.value import nearest

_SEE = "remove it, or see: llm-adapt schema project"


@record(frozen=True)
class ProjectFile:
    """A project file with the place of everything in it."""

    path: Path
    document: Document
    projects: tuple[Project, ...]


def read_project_file(path: Path, shown: str) -> ProjectFile:
    """Everything a project file says; answers are read later, with the rule set they are for.

    Raises:
        LlmAdaptError: The file cannot be read or has faults; all are told at once.
    """
    document = read_file(path, shown)
    if not isinstance(document.data, dict):
        message = "a project file is a mapping (key: value)"
        raise LlmAdaptError(message, document.place(()), "write one: llm-adapt init")
    if _is_answers(document.data):
        hint = f"write a project file with them: llm-adapt init {shown}"
        raise LlmAdaptError("this is an answers file, no project file", document.place(()), hint)
    looks = {Project: _look_at_project, Ignore: _look_at_ignore}
    homes = {"decision": Decision, "assumptions": Assumption, "ignore": Ignore}
    reader = Reader(document, _SEE, looks, homes)
    several = "projects" in document.data
    read = reader.record(Projects if several else Project, document.data, ())
    raise_all(reader.faults)
    shared, each = (read.rules, read.projects) if several else ("", {"": read})
    seen: dict[str, Project] = {}
    for key, project in each.items():
        name = project.name or key or path.absolute().parent.name
        if name in seen:
            hint = "give one of them another name under project:"
            reader.fault(f"two projects are called {name}", ("projects", key), hint, key=True)
        seen[name] = replace(
            project,
            name=name,
            file=shown,
            rules=project.rules or shared,
            path=("projects", key) if several else (),
            assumptions=[
                replace(a, id=a.id or a.answer or f"assumption-{n}")
                for n, a in enumerate(project.assumptions, 1)
            ],
        )
    raise_all(reader.faults)
    return ProjectFile(path, document, tuple(seen.values()))


def _is_answers(data: Mapping[str, Plain]) -> bool:
    """Whether a mapping holds answers, and nothing of a project."""
    keys = {spec.key for cls in (Project, Projects) for spec in specs(cls)}
    if keys & data.keys():
        return False
    from llm_adapt.files.rules import load_rules  # noqa: PLC0415 (only where something is wrong)

    return bool(load_rules().questions.keys() & data.keys())


def _look_at_project(reader: Reader, raw: Mapping[str, Plain], path: PlainPath) -> None:
    """Every assumption has an id of its own, and something to be held against."""
    seen: set[str] = set()
    for index, plain in enumerate(sequence(raw.get("assumptions"))):
        assumption, place = mapping(plain), (*path, "assumptions", index)
        given = assumption.get("id") or assumption.get("answer")
        name = text(given) or f"assumption-{index + 1}"
        if name in seen:
            reader.fault(f"{name} is used twice", place, "give one of them an id of its own")
        seen.add(name)
        if all(assumption.get(key) is None for key in ("answer", "max_age_days", *OPS)):
            hint = "add answer: ..., at_least: ..., or max_age_days: ..."
            reader.fault(f"{name} holds its evidence against nothing", place, hint)


def _look_at_ignore(reader: Reader, raw: Mapping[str, Plain], path: PlainPath) -> None:
    code, place = text(raw.get("finding")), (*path, "finding")
    if not re.fullmatch(r"C\d{3}", code):
        return  # told by its type
    known = catalogue()
    if code not in known:
        hint = nearest(code, known) or "see: llm-adapt explain C203"
        reader.fault(f"there is no finding {code[:60]}", place, hint)
    elif not known[code].can_ignore:
        reader.fault(f"{code} cannot be ignored", place, known[code].remedy)
