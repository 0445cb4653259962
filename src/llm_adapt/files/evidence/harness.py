"""Result files of evaluation harnesses.

Read as these versions write them: lm-evaluation-harness 0.3 to 0.4.13, promptfoo 0.55 to 0.121
(results versions 2 and 3), Inspect 0.3.41 to 0.3.285, DeepEval 4, MLflow 3 (file store), JUnit XML.
"""

import io
import re
import zipfile
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from importlib import import_module
from math import fsum
from pathlib import Path
from types import ModuleType
from typing import BinaryIO
from xml.etree import ElementTree as ET

from llm_adapt.files.evidence import limits
from llm_adapt.files.evidence.access import (
    Access,
    EvidenceError,
    TooLargeError,
    decoded,
    lines,
    opened,
    suffix_of,
    whole,
)
from llm_adapt.files.evidence.data import (
    JSON_LINES,
    cells,
    json_lines,
    load,
    parse_json,
    reduced,
)
from llm_adapt.files.evidence.limits import day, finite
from llm_adapt.files.scalar import scalar
from llm_adapt.rules.plain import Plain, mapping, sequence, text
from llm_adapt.rules.project import Evidence, Measured

_PASS = ("PASS", "FAIL", "ERROR")
_WEIGHTS = {"namedScoreWeights", "namedScoresCount"}
_COUNTS = {"successes": "testPassCount", "failures": "testFailCount", "errors": "testErrorCount"}


def lm_eval(evidence: Evidence, access: Access) -> Measured:
    """A metric of a task from `results_*.json`.

    Raises:
        EvidenceError: The file is no such result, or lacks the task or metric.
    """
    path, name = access.one(evidence.path)
    data = mapping(load(path, name, [("configs",), ("samples",)]))
    tasks = {**mapping(data.get("groups")), **mapping(data.get("results"))}
    if not tasks:
        raise _not("lm-evaluation-harness", name)
    task, metric = text(evidence.options["task"]), text(evidence.options["metric"])
    found = mapping(tasks.get(task))
    if not found:
        raise EvidenceError(f"{name} has no task {task}", f"there are: {_some(tasks)}")
    # A metric is kept under its name and the filter it came through: `acc,none`.
    keys = [metric] if metric in found else [k for k in found if k.split(",")[0] == metric]
    if len(keys) > 1:
        message = f"{name} has {metric} of {task} through several filters"
        raise EvidenceError(message, "name one of: " + "; ".join(f'"{k}"' for k in keys))
    if not keys:
        known = [k for k in found if finite(found[k]) is not None and "stderr" not in k]
        raise EvidenceError(f"{name} has no {metric} at {task}", f"there are: {_some(known)}")
    return Measured(found[keys[0]], f"as {keys[0]} of {task} in {name}", day(data.get("date")))


@dataclass(slots=True)
class _Tests:
    """Tests counted: what promptfoo, DeepEval and JUnit all come to."""

    counts: dict[str, float] = field(default_factory=lambda: dict.fromkeys(_COUNTS, 0.0))
    # Of each test, or sums of several.
    scores: list[float] = field(default_factory=list[float])
    # Of each named score its values times their weights, and the weights.
    named: dict[str, list[tuple[float, float]]] = field(
        default_factory=lambda: defaultdict[str, list[tuple[float, float]]](list)
    )
    seen: set[str] = field(default_factory=set[str])

    @property
    def total(self) -> float:
        return sum(self.counts.values())

    def score(self, told: dict[str, Plain]) -> None:
        if told.get("score") is not None:
            self.scores.append(_number(told["score"]))

    def metric(self, wanted: str, name: str) -> float:
        """A count, the pass rate, the mean score or that of a name."""
        if not self.total:
            raise EvidenceError(f"{name} holds no test", "a result over nothing says nothing")
        made = {**self.counts, "pass_rate": self.counts["successes"] / self.total}
        made["tests"] = self.total
        if self.scores:
            made["score"] = fsum(self.scores) / self.total
        if wanted in made:
            return made[wanted]
        if wanted not in self.named:
            known = _some([*made, *sorted(self.named)])
            raise EvidenceError(f"{name} has no metric {wanted}", f"there are: {known}")
        value, weight = map(fsum, zip(*self.named[wanted], strict=True))
        if not weight:
            raise EvidenceError(f"{name} does not say how many tests {wanted} is a sum of")
        return value / weight


def promptfoo(evidence: Evidence, access: Access) -> Measured:
    """`pass_rate`, `successes`, `failures`, `errors`, `score` or a named score, over all prompts.

    Raises:
        EvidenceError: The file is no such result, or lacks the provider or metric.
    """
    path, name = access.one(evidence.path)
    suffix, provider = suffix_of(path), evidence.options.get("provider")
    tests, made = _Tests(), None
    if suffix == ".xml":
        _junit(path, name, tests, only=None if provider is None else f"[{provider}]")
    elif suffix == ".csv":
        with opened(path, name) as stream:
            _promptfoo_table(stream, name, tests, provider)
    elif suffix in JSON_LINES:
        with opened(path, name) as stream:
            _promptfoo_rows(json_lines(stream, name), tests, provider)
    else:
        data = mapping(load(path, name, [("results", "table", "body")]))
        results = data.get("results")
        made = day(
            mapping(results).get("timestamp") or data.get("timestamp") or data.get("createdAt")
        )
        _promptfoo_file(mapping(results), sequence(results), tests, provider)
    if not tests.seen and not tests.total:
        raise _not("promptfoo", name)
    if provider is not None and not tests.total:
        raise EvidenceError(
            f"{name} has no provider {provider}", f"there are: {_some(sorted(tests.seen))}"
        )
    metric = text(evidence.options.get("metric"))
    return Measured(tests.metric(metric, name), f"as {metric} in {name}", made)


def _promptfoo_file(
    results: dict[str, Plain], rows: list[Plain], tests: _Tests, provider: Plain
) -> None:
    prompts = sequence(results.get("prompts"))
    prompts = prompts or sequence(mapping(mapping(results.get("table")).get("head")).get("prompts"))
    known = [mapping(prompt) for prompt in prompts if mapping(prompt).get("metrics")]
    rows = rows or sequence(results.get("results"))
    # Before results version 3 a prompt did not say what its named scores are sums over.
    counted = all(_WEIGHTS & set(mapping(prompt["metrics"])) for prompt in known)
    if not known or (rows and not counted):
        return _promptfoo_rows(rows, tests, provider)
    for prompt in known:
        tests.seen.add(text(prompt.get("provider")))
        if provider in {None, prompt.get("provider")}:
            metrics = mapping(prompt["metrics"])
            for ours, theirs in _COUNTS.items():
                tests.counts[ours] += _number(metrics.get(theirs, 0))
            tests.score(metrics)
            over = mapping(metrics.get("namedScoreWeights")) or mapping(
                metrics.get("namedScoresCount")
            )
            for key, value in mapping(metrics.get("namedScores")).items():
                tests.named[key].append((_number(value), _number(over.get(key, 0))))
    return None


def _promptfoo_rows(rows: Iterable[Plain], tests: _Tests, provider: Plain) -> None:
    for row in map(mapping, rows):
        if "success" not in row:
            continue
        told = row.get("provider")
        named = [told] if isinstance(told, str) else map(mapping(told).get, ("label", "id"))
        names = [text(name) for name in named if name]
        tests.seen.add(names[0] if names else "")
        if provider is not None and provider not in names:
            continue
        failed = "errors" if row.get("failureReason") == 2 else "failures"  # noqa: PLR2004 (theirs)
        tests.counts["successes" if row["success"] is True else failed] += 1
        tests.score(row)
        weights = mapping(mapping(row.get("gradingResult")).get("namedScoreWeights"))
        for key, value in mapping(row.get("namedScores")).items():
            weight = _number(weights.get(key, 1))
            tests.named[key].append((_number(value) * weight, weight))


def _promptfoo_table(stream: BinaryIO, name: str, tests: _Tests, provider: Plain) -> None:
    """The CSV that promptfoo writes: a column for each prompt, its Status and Score beside it."""
    head: list[str] = []
    for _, row in cells(stream, name, ","):
        if not head:
            head = row
            continue
        owner = ""
        for key, cell in zip(head, row, strict=False):
            found = re.match(r"\[([^\]]+)\] ", key)
            owner = found[1] if found else owner
            tests.seen |= {found[1]} if found else set()
            if provider not in {None, owner} or not owner:
                continue
            if key == "Status" and cell in _PASS:
                tests.counts[list(_COUNTS)[_PASS.index(cell)]] += 1
            elif found and cell.startswith(("[PASS]", "[FAIL]", "[ERROR]")):
                tests.counts[list(_COUNTS)[_PASS.index(cell[1 : cell.index("]")])]] += 1
            number = finite(scalar(cell, plain=True))
            if number is not None and key == "Score":
                tests.scores.append(number)
            elif number is not None and key.startswith("Metric: "):
                tests.named[key.removeprefix("Metric: ")].append((number, 1))


def deepeval(evidence: Evidence, access: Access) -> Measured:
    """The pass rate of a test run, a count, or the mean score of a metric.

    Raises:
        EvidenceError: The file is no such result or lacks the metric.
    """
    path, name = access.one(evidence.path)
    data = mapping(load(path, name))
    data = mapping(data.get("testRunData")) or data
    if "metricsScores" not in data and "testCases" not in data:
        raise _not("DeepEval", name)
    tests = _Tests()
    cases = [
        mapping(case)
        for key in ("testCases", "conversationalTestCases")
        for case in sequence(data.get(key))
    ]
    for count, key in (("successes", "testPassed"), ("failures", "testFailed")):
        held = [case for case in cases if case.get("success") is (count == "successes")]
        tests.counts[count] = finite(data.get(key)) or len(held)
    for entry in map(mapping, sequence(data.get("metricsScores") or data.get("metricScores"))):
        scores = map(finite, sequence(entry.get("scores")))
        named = text(entry.get("metric"))
        tests.named[named] += [(score, 1) for score in scores if score is not None]
    if not tests.named:
        for case in cases:
            for entry in map(
                mapping, sequence(case.get("metricsData") or case.get("metricsMetadata"))
            ):
                if (score := finite(entry.get("score"))) is not None:
                    tests.named[text(entry.get("name") or entry.get("metric"))].append((score, 1))
    metric = text(evidence.options.get("metric"))
    return Measured(tests.metric(metric, name), f"as {metric} in {name}")


def junit(evidence: Evidence, access: Access) -> Measured:
    """The pass rate of a JUnit XML file, or one of its counts.

    Raises:
        EvidenceError: The file is no such result.
    """
    path, name = access.one(evidence.path)
    tests = _Tests()
    skipped = _junit(path, name, tests)
    metric = text(evidence.options["metric"])
    value = skipped if metric == "skipped" else tests.metric(metric, name)
    return Measured(value, f"as {metric} in {name}")


def _junit(path: Path, name: str, tests: _Tests, only: str | None = None) -> int:
    """Count the test cases of a file; gives the number of those that were skipped."""
    raw, skipped, depth = whole(path, name, limits.MAX_PARSED), 0, 0
    # In UTF-16 every other byte is null. Entities are where XML explodes, and no report has any.
    bare = raw.replace(b"\0", b"")
    if b"<!DOCTYPE" in bare or b"<!ENTITY" in bare:
        raise EvidenceError(f"{name} declares entities, which is refused")
    if bare.count(b"<") + bare.count(b"=") > limits.MAX_XML_PARTS:
        raise TooLargeError(
            f"{name} has more than {limits.MAX_XML_PARTS:,} elements and attributes"
        )
    try:
        for event, element in ET.iterparse(io.BytesIO(raw), ("start", "end")):  # noqa: S314 (see above)
            depth += 1 if event == "start" else -1
            if depth > limits.MAX_XML_DEPTH:
                raise TooLargeError(f"{name} is nested too deep")
            tag = _tag(element)
            if event == "start" or tag not in {"testcase", "testsuite"}:
                continue
            owner = element.get("classname", "")
            if tag == "testcase" and (only is None or owner.startswith(only)):
                skipped += _judge({_tag(child) for child in element}, tests)
            tests.seen |= {owner} if tag == "testcase" else set()
            element.clear()
    except (ET.ParseError, ValueError, LookupError) as error:
        raise EvidenceError(f"{name} is not XML: {error}") from None
    if not tests.seen:
        raise EvidenceError(f"{name} is no JUnit file, or holds no test")
    return skipped


def _judge(inside: set[str], tests: _Tests) -> bool:
    """Count a test by what stands in it, unless it was skipped."""
    skipped = "skipped" in inside
    if not skipped:
        failed = (f"{word}s" for word in ("error", "failure") if word in inside)
        tests.counts[next(failed, "successes")] += 1
    return skipped


def _tag(element: "ET.Element[str]") -> str:
    return element.tag.rpartition("}")[2]


def mlflow(evidence: Evidence, access: Access) -> Measured:
    """A metric file of MLflow's file store: lines of time, value and step.

    Raises:
        EvidenceError: The file is no such metric.
    """
    path, name = access.one(evidence.path)
    over = text(evidence.options["over"]) or "last"
    logged: list[tuple[float, float, float]] = []
    with opened(path, name) as stream:
        for number, line in enumerate(lines(stream, name), 1):
            words = [scalar(word, plain=True) for word in decoded(line, name, number).split()[:3]]
            made, value, step = map(finite, [*words, 0, 0][:3])
            if not words:
                continue
            if len(words) == 1 or made is None or step is None:
                raise EvidenceError(f"{name}: line {number} is no line of an MLflow metric")
            if value is None:
                raise EvidenceError(f"{name}: line {number} holds {words[1]}, which is no number")
            logged.append((step, made, value))
    # As MLflow does: the last is that of the highest step, whatever was written last.
    logged.sort()
    found = reduced((value for _, _, value in logged), over, name, ["value"])
    return Measured(found, f"as {path.name} in {name}", day(logged[-1][1]))


def inspect_ai(evidence: Evidence, access: Access) -> Measured:
    """A metric of a scorer from an Inspect log.

    Raises:
        EvidenceError: The file is no such log, its run did not succeed, or it lacks the metric.
    """
    path, name = access.one(evidence.path)
    leave = [("samples",), ("reductions",), ("results", "sample_reductions")]
    data = mapping(
        inspect_header(path, name) if path.suffix == ".eval" else load(path, name, leave)
    )
    if "eval" not in data or "status" not in data:
        raise _not("Inspect", name)
    if data["status"] != "success":
        raise EvidenceError(f"the run of {name} ended with status {text(data['status'])[:60]}")
    scorer, metric = evidence.options.get("scorer"), text(evidence.options.get("metric"))
    found = inspect_scores(data)
    names = [label for label, _ in found]
    scores = [s for label, s in found if scorer in (None, label, s.get("name"), s.get("scorer"))]
    if len(scores) != 1:
        what = f"no scorer {scorer}" if scorer and not scores else f"{len(scores)} scorers"
        raise EvidenceError(f"{name} has {what}", f"name one as scorer: {', '.join(names)}")
    metrics = mapping(scores[0].get("metrics"))
    if metric not in metrics:
        raise EvidenceError(f"{name} has no {metric}", f"there are: {_some(metrics)}")
    said = f"as {metric} by {text(scores[0].get('name'))} in {name}"
    return Measured(
        mapping(metrics[metric]).get("value"), said, day(mapping(data["eval"]).get("created"))
    )


def inspect_scores(data: Plain) -> list[tuple[str, dict[str, Plain]]]:
    """The scores of a log, by a name that no other has: where one is reduced in several ways, both.

    The first version of the log had one scorer, and its metrics beside it.
    """
    results = mapping(mapping(data).get("results"))
    scores = [mapping(score) for score in sequence(results.get("scores"))]
    if not scores and "metrics" in results:
        scores = [{**mapping(results.get("scorer")), "metrics": results["metrics"]}]
    names = [text(score.get("name")) for score in scores]
    return [
        (name if names.count(name) == 1 else f"{name}/{text(score.get('reducer'))}", score)
        for name, score in zip(names, scores, strict=True)
    ]


def inspect_header(path: Path, name: str) -> Plain:
    """The header of an archive of Inspect: everything but the samples.

    Raises:
        EvidenceError: It is damaged, too large, or packed in a way that needs an extra.
    """
    archives = _archives()
    try:
        with opened(path, name, limits.MAX_STREAMED) as stream:
            _check_index(stream, name)
            with archives.ZipFile(stream) as archive, archive.open("header.json") as header:
                raw = header.read(limits.MAX_PARSED + 1)
    except NotImplementedError:
        message = f"{name} is packed in a way that needs the extra `zstd`"
        raise EvidenceError(
            message, "install it: python -m pip install 'llm-adapt[zstd]'"
        ) from None
    except EvidenceError:
        raise
    except KeyError:
        raise _not("Inspect", name) from None
    except Exception as error:  # noqa: BLE001 (each packing has its own errors of damaged data)
        raise EvidenceError(f"{name} is damaged: {str(error)[:200]}") from None
    if len(raw) > limits.MAX_PARSED:
        raise TooLargeError(
            f"the header of {name} unpacks to more than {limits.MAX_PARSED:,} bytes"
        )
    return parse_json(raw, name)


def _archives() -> ModuleType:
    """A reader of ZIP that knows Zstandard, where there is one: Python's own from 3.14 on."""
    try:
        return import_module("backports.zstd.zipfile")
    except ImportError:
        return zipfile


def _check_index(stream: BinaryIO, name: str) -> None:
    """Refuse an archive whose index alone would fill the memory."""
    size = stream.seek(0, 2)
    stream.seek(max(0, size - 66_000))
    tail = stream.read()
    end = tail.rfind(b"PK\x05\x06")
    stream.seek(0)
    if end >= 0 and int.from_bytes(tail[end + 12 : end + 16], "little") > limits.MAX_ARCHIVE_INDEX:
        hint = "convert it: inspect log convert --to json"
        raise TooLargeError(f"{name} holds too many samples to be read as an archive", hint)


def _number(value: Plain) -> float:
    """A number of a result; anything else is no result, and never nought."""
    number = finite(value)
    if number is None:
        raise EvidenceError(f"the result holds {str(value)[:60]} where a number is due")
    return number


def _not(tool: str, name: str) -> EvidenceError:
    return EvidenceError(f"{name} is no result file of {tool}")


def _some(names: Iterable[str]) -> str:
    known = [str(name)[:60] for name in names]
    return ", ".join(known[:12]) + (f" and {len(known) - 12} more" if len(known) > 12 else "")  # noqa: PLR2004
