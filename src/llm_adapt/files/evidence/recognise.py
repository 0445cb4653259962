"""What a file can be evidence of: its format recognised, each number in it as a line of a project.

Only what can be measured is proposed, with the value that it has now as the bound.
"""

import re
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from datetime import date
from itertools import islice
from pathlib import Path

from llm_adapt.files.evidence.access import Access, EvidenceError, opened, suffix_of
from llm_adapt.files.evidence.data import DELIMITERS, JSON_LINES, Table, json_lines, load
from llm_adapt.files.evidence.harness import inspect_header, inspect_scores
from llm_adapt.files.evidence.limits import finite
from llm_adapt.files.evidence.measure import measure
from llm_adapt.rules.location import Location
from llm_adapt.rules.plain import Plain, mapping, sequence, text
from llm_adapt.rules.project import KINDS, Evidence

MAX_LINES = 12
_LOOKED_AT = 20
_SCORE = re.compile(
    "(?:^|[^a-z])(?:acc|wer|cer)(?:[^a-z]|$)|accuracy|f1|score|exact|match|bleu|rouge|recall"
    "|precision|faithful|relevan|pass|loss|perplexity|error"
)
_LOWER_IS_BETTER = re.compile(
    "(?:^|[^a-z])(?:wer|cer)(?:[^a-z]|$)|loss|perplexity|error|fail|defect"
)
# What tells the rows of a training log from those of an evaluation.
_STEPS = {"step", "current_steps", "epoch"}
_Proposal = tuple[str, dict[str, Plain]]


def proposals(access: Access, name: str, as_of: date) -> list[dict[str, Plain]]:
    """Assumptions that the file can prove, as they would stand in a project file.

    Raises:
        EvidenceError: The file is missing, outside, or nothing in it can be measured.
    """
    found: list[dict[str, Plain]] = []
    path = access.all(name)[-1]
    for kind, options in islice(_candidates(path, name), MAX_LINES * 3):
        defaults = {key: default for key, (_, default) in KINDS[kind].options.items()}
        evidence = Evidence(kind, (name,), {**defaults, **options}, Location(name))
        try:
            value = finite(measure(evidence, access, as_of).value)
        except EvidenceError:
            continue
        if value is not None and len(found) < MAX_LINES:
            words = _id(kind, options, path)
            bound = "at_most" if _LOWER_IS_BETTER.search(words.lower()) else "at_least"
            found.append({"id": words, "evidence": {kind: name, **options}, bound: value})
    if not found:
        hint = f"see: llm-adapt explain evidence; read are {', '.join(KINDS)}"
        raise EvidenceError(f"nothing in {name} can be measured", hint)
    return _apart(found)


def _id(kind: str, options: dict[str, Plain], path: Path) -> str:
    at = sequence(options.get("at")) or [options.get("at")]
    named = [options.get(key) for key in ("task", "scorer", "metric", "split", "fact")]
    words = [text(word) for word in (*named, *at)]
    words = [word for word in words if word] or [path.name.partition(".")[0], kind]
    return re.sub(r"[^A-Za-z0-9]+", "-", "-".join(words)).strip("-") or kind


def _apart(found: list[dict[str, Plain]]) -> list[dict[str, Plain]]:
    seen = Counter[str]()
    for entry in found:
        seen[name := text(entry["id"])] += 1
        entry["id"] = name if seen[name] == 1 else f"{name}-{seen[name]}"
    return found


def _candidates(path: Path, name: str) -> Iterator[_Proposal]:
    suffix = suffix_of(path)
    if path.is_dir() or suffix in {".parquet", ".arrow", ".feather"}:
        yield from _records()
        yield "size", {"unit": "MB"}
    elif suffix == ".eval":
        yield from _inspect(mapping(inspect_header(path, name)))
    elif suffix == ".xml":
        yield "junit", {"metric": "pass_rate"}
    elif suffix in JSON_LINES:
        with opened(path, name) as stream:
            rows = [mapping(row) for row in islice(json_lines(stream, name), _LOOKED_AT)]
        yield from _lines(rows)
    elif suffix in DELIMITERS:
        with opened(path, name) as stream:
            table = Table(stream, name, DELIMITERS[suffix])
            rows = [mapping(table.made(row)) for row in islice(table, _LOOKED_AT)]
        if {"Status", "Score"} <= {*table.head}:
            named = [key for key in table.head if key.startswith("Metric: ")]
            yield from _promptfoo({key.removeprefix("Metric: ") for key in named})
        else:
            yield from (*_records(), *_rows(rows, []))
    elif suffix in {".json", ".yaml", ".yml", ".toml"}:
        yield from _tree(load(path, name, [("results", "table", "body"), ("samples",)]), path)
    elif not suffix:
        yield "mlflow", {}
        with suppress(EvidenceError):
            yield from _tree(load(path, name), path)


def _lines(rows: list[dict[str, Plain]]) -> Iterator[_Proposal]:
    """JSONL: results of promptfoo, logs of OpenAI evals and LLaMA-Factory, or records."""
    if any("gradingResult" in row for row in rows):
        yield from _promptfoo({key for row in rows for key in mapping(row.get("namedScores"))})
        return
    for row in rows:
        for key, value in mapping(row.get("final_report")).items():
            if finite(value) is not None:
                yield "value", {"at": _place(["final_report", key]), "over": "last"}
    yield from (*_rows(rows, []), *_records())


def _rows(rows: list[dict[str, Plain]], way: list[str | int]) -> Iterator[_Proposal]:
    """The fields of rows that are scores: the last of a log of training, else the mean."""
    over = "last" if any(_STEPS & row.keys() for row in rows) else "mean"
    for key in dict.fromkeys(key for row in rows for key in row if _SCORE.search(key.lower())):
        values = [row[key] for row in rows if row.get(key) is not None]
        if values and all(finite(value) is not None for value in values):
            yield "value", {"at": _place([*way, key]), "over": over}


def _records() -> Iterator[_Proposal]:
    yield "records", {}
    # Only what the audit understands as training data can be measured so.
    yield "audit", {"fact": "defect_share"}


def _promptfoo(names: set[str]) -> Iterator[_Proposal]:
    for metric in ("pass_rate", "score", *sorted(names)):
        yield "promptfoo", {"metric": metric}


def _inspect(data: dict[str, Plain]) -> Iterator[_Proposal]:
    for scorer, score in inspect_scores(data):
        for metric in mapping(score.get("metrics")):
            if metric not in {"stderr", "std", "var"}:
                yield "inspect_ai", {"scorer": scorer, "metric": metric}


def _tree(data: Plain, path: Path) -> Iterator[_Proposal]:
    top = mapping(data)
    results = mapping(top.get("results"))
    if path.name.startswith("dataset_info"):
        yield "records", {}
    elif "eval" in top and "status" in top:
        yield from _inspect(top)
    elif "testRunData" in top or "metricsScores" in top:
        run = mapping(top.get("testRunData")) or top
        metrics = [text(mapping(m).get("metric")) for m in sequence(run.get("metricsScores"))]
        for metric in ("pass_rate", *metrics):
            yield "deepeval", {"metric": metric}
    elif "stats" in results or "prompts" in results:
        rows = [mapping(row) for row in sequence(results.get("results"))[:_LOOKED_AT]]
        yield from _promptfoo({key for row in rows for key in mapping(row.get("namedScores"))})
    elif results and all(isinstance(value, dict) for value in results.values()):
        yield from _lm_eval(results)
    elif isinstance(data, list):
        yield from (*_records(), *_rows([mapping(row) for row in data[:_LOOKED_AT]], []))
    elif top and all(mapping(c) and "".join(mapping(c)).isdigit() for c in top.values()):
        # As pandas writes a table unless told otherwise: each column by the number of the row.
        for key, column in top.items():
            yield from _rows([{key: cell} for cell in mapping(column).values()], [])
    else:
        found = [*islice(_leaves(data, []), 500)]
        yield from [leaf for leaf in found if _SCORE.search(str(leaf[1]["at"]).lower())] or found


def _place(way: list[str | int]) -> Plain:
    """A place joined by dots, unless a key holds one."""
    return ".".join(map(str, way)) if all("." not in str(step) for step in way) else [*way]


def _lm_eval(results: dict[str, Plain]) -> Iterator[_Proposal]:
    for task, found in results.items():
        for metric, value in mapping(found).items():
            if finite(value) is not None and "stderr" not in metric and metric != "sample_len":
                yield "lm_eval", {"task": task, "metric": metric}


def _leaves(data: Plain, way: list[str | int]) -> Iterator[_Proposal]:
    """The places of the numbers; of a list of rows the scores in them."""
    if finite(data) is not None and way:
        yield "value", {"at": _place(way)}
    for key, value in mapping(data).items():
        yield from _leaves(value, [*way, key])
    if isinstance(data, list) and data and isinstance(data[-1], dict):
        yield from _rows([mapping(row) for row in data], way)
