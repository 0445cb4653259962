"""Result files of evaluation harnesses.

Read as these versions write them: lm-evaluation-harness 0.4.13, promptfoo 0.121.20 (results
version 3), Inspect 0.3.285 (log version 2). Each says itself when it was made.
"""

import zipfile
from datetime import UTC, date, datetime
from pathlib import Path

from llm_adapt.files.evidence.access import MAX_PARSED, Access, EvidenceError, opened
from llm_adapt.files.evidence.table import load, parse, value_at
from llm_adapt.rules.plain import Plain, mapping, sequence, text
from llm_adapt.rules.project import Evidence, Measured


def lm_eval(evidence: Evidence, access: Access) -> Measured:
    """A metric of a task from `results_*.json`.

    Raises:
        EvidenceError: The file is no such result, or lacks the task or metric.
    """
    name = evidence.path
    data = mapping(load(access, name))
    tasks = {**mapping(data.get("groups")), **mapping(data.get("results"))}
    if not tasks:
        raise _not("lm-evaluation-harness", name)
    task, metric = text(evidence.options["task"]), text(evidence.options["metric"])
    found = mapping(value_at(as_plain_map(tasks), [task], name))
    # A metric is kept under its name and the filter it came through: `acc,none`.
    keys = [metric] if metric in found else [k for k in found if k.split(",")[0] == metric]
    if len(keys) > 1:
        raise EvidenceError("C303", f"{name} has {metric} of {task} through several filters",
                            f"name one of: {'; '.join(keys)}")  # fmt: skip
    value = value_at(as_plain_map(found), keys or [metric], name)
    return Measured(value, f"as {metric} of {task} in {name}", _moment(data.get("date")))


def promptfoo(evidence: Evidence, access: Access) -> Measured:
    """`pass_rate`, `successes`, `failures`, `errors`, `score` or a named score, over all prompts.

    Raises:
        EvidenceError: The file is no such result, or lacks the provider or metric.
    """
    name = evidence.path
    results = mapping(mapping(load(access, name)).get("results"))
    prompts = [mapping(prompt) for prompt in sequence(results.get("prompts"))]
    if not prompts or "stats" not in results:
        raise _not("promptfoo", name)
    provider = evidence.options.get("provider")
    if provider is not None:
        known = sorted({text(prompt.get("provider")) for prompt in prompts})
        prompts = [prompt for prompt in prompts if prompt.get("provider") == provider]
        if not prompts:
            message = f"{name} has no provider {provider}"
            raise EvidenceError("C303", message, f"there are: {', '.join(known)}")
    metric = text(evidence.options.get("metric"))
    value = _promptfoo_metric([mapping(p.get("metrics")) for p in prompts], metric, name)
    return Measured(value, f"as {metric} in {name}", _moment(results.get("timestamp")))


def _promptfoo_metric(metrics: list[dict[str, Plain]], metric: str, name: str) -> float:
    counts = {"successes": "testPassCount", "failures": "testFailCount", "errors": "testErrorCount"}
    sums = {key: sum(_count(m.get(theirs)) for m in metrics) for key, theirs in counts.items()}
    tests = sum(sums.values())
    if not tests:
        raise EvidenceError("C303", f"{name} holds no test", "a result over nothing says nothing")
    if metric in sums:
        return sums[metric]
    if metric == "pass_rate":
        return sums["successes"] / tests
    if metric == "score":
        return sum(_count(m.get("score")) for m in metrics) / tests
    # Named scores are sums, beside the number of assertions that they were summed over.
    known = sorted({key for m in metrics for key in mapping(m.get("namedScores"))})
    if metric not in known:
        offered = ", ".join(["pass_rate", "score", *sums, *known])
        raise EvidenceError("C303", f"{name} has no metric {metric}", f"there are: {offered}")
    total = sum(_count(mapping(m.get("namedScores")).get(metric)) for m in metrics)
    over = sum(
        _count(
            (mapping(m.get("namedScoreWeights")) or mapping(m.get("namedScoresCount"))).get(metric)
        )
        for m in metrics
    )
    if not over:
        raise EvidenceError("C303", f"{name} does not say how many tests {metric} is a sum of")
    return total / over


def inspect_ai(evidence: Evidence, access: Access) -> Measured:
    """A metric of a scorer from an Inspect log.

    Raises:
        EvidenceError: The file is no such log, its run did not succeed, or it lacks the metric.
    """
    name = evidence.path
    path = access.file(name)
    data = mapping(_header(path, name) if path.suffix == ".eval" else load(access, name))
    if "eval" not in data or "status" not in data:
        raise _not("Inspect", name)
    if data["status"] != "success":
        raise EvidenceError("C303", f"the run of {name} ended with status {data['status']}")
    scores = [mapping(score) for score in sequence(mapping(data.get("results")).get("scores"))]
    scorer, metric = evidence.options.get("scorer"), text(evidence.options.get("metric"))
    names = [text(score.get("name")) for score in scores]
    if scorer is not None:
        scores = [score for score in scores if scorer in (score.get("name"), score.get("scorer"))]
    if len(scores) != 1:
        what = f"no scorer {scorer}" if scorer and not scores else f"{len(scores)} scorers"
        raise EvidenceError("C303", f"{name} has {what}", f"name one as scorer: {', '.join(names)}")
    metrics = scores[0].get("metrics")
    value = mapping(value_at(metrics, [metric], name)).get("value")
    created = _moment(mapping(data["eval"]).get("created"))
    return Measured(value, f"as {metric} by {scores[0].get('name')} in {name}", created)


def _header(path: Path, name: str) -> Plain:
    try:
        with opened(path, name, 2**40, binary=True) as stream, zipfile.ZipFile(stream) as archive:
            if archive.getinfo("header.json").file_size > MAX_PARSED:
                raise EvidenceError("C305", f"the header of {name} is too large")
            return parse(archive.read("header.json").decode(), Path("header.json"), name)
    except NotImplementedError:
        message = f"{name} is packed in a way that this Python cannot unpack"
        hint = "use --log-format json, or: inspect log convert --to json"
        raise EvidenceError("C303", message, hint) from None
    except (zipfile.BadZipFile, KeyError, UnicodeDecodeError, RuntimeError):
        raise _not("Inspect", name) from None


def _not(tool: str, name: str) -> EvidenceError:
    return EvidenceError("C303", f"{name} is no result file of {tool}")


def _count(value: Plain) -> float:
    return value if isinstance(value, int | float) else 0


def as_plain_map(found: dict[str, Plain]) -> Plain:
    """The mapping as plain data (a type checker does not widen a mapping by itself)."""
    return found


def _moment(value: Plain) -> date | None:
    try:
        if isinstance(value, int | float):
            return datetime.fromtimestamp(value, UTC).date()
        return datetime.fromisoformat(text(value)).astimezone(UTC).date()
    except (ValueError, OverflowError, OSError):
        return None
