"""Documented projects from their files, in the form that tests/real_cases has."""

from collections.abc import Iterator
from pathlib import Path

from llm_adapt.errors import LlmAdaptError, faults_of, raise_all
from llm_adapt.files.answers import situation_of
from llm_adapt.files.yaml_file import Document, Reading, read_file
from llm_adapt.rules.model import RuleSet
from llm_adapt.rules.plain import Path as PlainPath
from llm_adapt.rules.plain import Plain, mapping, sequence
from llm_adapt.rules.value import nearest
from llm_adapt.verify.cases import Documented, Parts, parts

BEST, FINE, WRONG = "best", "also_acceptable", "clearly_wrong"
_FORM = (
    "write for example: expected: {best: rag, also_acceptable: [icl], clearly_wrong: [pretrain]}"
)


def read_projects(folder: Path, rules: RuleSet) -> list[tuple[Documented, Document]]:
    """Every project of a folder, or the one of a file, with the text it was read from; by name.

    Raises:
        LlmAdaptError: There is none, or one cannot be read; all faults are told at once.
    """
    paths = [folder] if folder.is_file() else sorted(folder.glob("*.yaml"))
    if not paths:
        hint = "name a folder of files with `answers:` and `expected:`"
        raise LlmAdaptError(f"there is no project in {folder}", None, hint)
    found: list[tuple[Documented, Document]] = []
    faults: list[LlmAdaptError] = []
    for path in paths:
        try:
            document = read_file(path)
            found.append((_project(path.stem, document, rules), document))
        except LlmAdaptError as fault:
            faults += faults_of(fault)
    raise_all(faults)
    return found


def _project(name: str, document: Document, rules: RuleSet) -> Documented:
    data = mapping(document.data)
    if "expected" not in data or "answers" not in data:
        message = "a documented project has `answers:` and `expected:`"
        raise LlmAdaptError(message, document.place(()), _FORM)
    reading, answers = Reading(document), {}
    try:
        answers = situation_of(document, rules.questions).values()
    except LlmAdaptError as fault:
        reading.faults += faults_of(fault)
    expected = mapping(data["expected"])
    if not isinstance(expected.get(BEST), str):
        reading.fault("it is not said what was best", ("expected", BEST), _FORM, key=True)
    for key in expected.keys() - {BEST, FINE, WRONG}:
        reading.fault(f"unknown key {key}", ("expected", key), _FORM, key=True)
    known = {part for strategy in rules.strategies.values() for part in strategy.parts}
    said: dict[str, set[Parts]] = {BEST: set(), FINE: set(), WRONG: set()}
    for key, strategies in said.items():
        for path, value in _named(("expected", key), expected.get(key)):
            odd = [part for part in str(value).split("+") if part not in known | {"none"}]
            if odd:
                hint = nearest(odd[0], known) or f"there are {', '.join(sorted(known))}"
                reading.fault(f"there is no strategy {odd[0]}", path, hint)
            strategies.add(parts(str(value)))
    raise_all(reading.faults)
    (best,) = said[BEST]
    fine = frozenset(said[BEST] | said[FINE])
    return Documented(name, answers, best, fine, frozenset(said[WRONG] - fine))


def _named(path: PlainPath, value: Plain) -> Iterator[tuple[PlainPath, Plain]]:
    if isinstance(value, str):
        yield path, value
    for index, item in enumerate(sequence(value)):
        yield (*path, index), item
