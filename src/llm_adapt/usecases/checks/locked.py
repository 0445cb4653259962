"""What changed since the decision was locked: the rules, the answers, or the decision."""

from collections.abc import Iterator
from dataclasses import fields

from llm_adapt.files.findings import noted
from llm_adapt.report.phrases import listed, spaced
from llm_adapt.rules.check import Standing
from llm_adapt.rules.finding import Finding
from llm_adapt.rules.location import Location
from llm_adapt.rules.plain import Plain
from llm_adapt.rules.project import Locked

_WORSE = {"recommended": 0, "viable": 1, "not_advised": 2, "ruled_out": 3}
_TOLD = 4


def lock_findings(kept: Locked | None, now: Standing, where: Location) -> Iterator[Finding]:
    """The one finding about the lock, or none when everything is as it was."""
    if kept is None:
        yield noted("C504", "the lock file says nothing about this decision", where, now.strategy)
        return
    moved = [
        word
        for word, before, after in (
            ("answers", kept.answers, now.answers),
            ("decision", kept.strategy, now.strategy),
        )
        if before != after
    ]
    if moved:
        verb = "changed since they were" if moved != ["decision"] else "changed since it was"
        message = f"the {listed(moved)} {verb} locked"
        yield noted("C505", message, where, now.strategy)
    elif kept.digest != now.digest:
        yield _rules_changed(kept, now, where)


def decision_changed(kept: Locked, now: Standing) -> bool:
    """Whether the rules changed so that this very decision stands otherwise, and not better."""
    if (kept.answers, kept.strategy) != (now.answers, now.strategy) or kept.digest == now.digest:
        return False
    if now.first == now.strategy:
        return False
    return now.first != kept.first or _WORSE[now.status] > _WORSE.get(kept.status, 0)


def _rules_changed(kept: Locked, now: Standing, where: Location) -> Finding:
    rules = f"{kept.ruleset} {kept.version} ({kept.digest}) became {now.version} ({now.digest})"
    gone = sorted(set(kept.reasons) - set(now.reasons))
    new = sorted(set(now.reasons) - set(kept.reasons))
    if decision_changed(kept, now):
        message = (
            f"{rules}: first was {kept.first}, now it is {now.first}; {now.strategy} was "
            f"{spaced(kept.status)}, now {spaced(now.status)}{_reasons(gone, new)}"
        )
        return noted("C501", message, where, now.strategy)
    if gone or new or (kept.verdict, kept.status) != (now.verdict, now.status):
        verdict = ""
        if kept.verdict != now.verdict:
            verdict = f"; the verdict was {kept.verdict}, now {now.verdict}"
        message = f"{rules}: the decision stands{verdict}{_reasons(gone, new)}"
        return noted("C502", message, where, now.strategy)
    return noted("C503", f"{rules}: nothing here changed", where, now.strategy)


def _reasons(gone: list[str], new: list[str]) -> str:
    said = [f"no longer: {_cut(gone)}"] if gone else []
    said += [f"new: {_cut(new)}"] if new else []
    return f"; {'; '.join(said)}" if said else ""


def _cut(reasons: list[str]) -> str:
    more = f" and {len(reasons) - _TOLD} more" if len(reasons) > _TOLD else ""
    return ", ".join(_reason(reason) for reason in reasons[:_TOLD]) + more


def _reason(reason: str) -> str:
    strategy, effect, rule, strength = [*reason.split(" "), "", "", ""][:4]
    said = "rules out" if effect == "rules_out" else f"{strength} {effect}"
    return f"{rule} ({said} {strategy})"


def locked_again(kept: Locked | None, now: Standing, as_of: str, reason: str) -> Locked:
    """What the lock file is to hold; the history grows when rules or result are others."""
    history = kept.history if kept else ()
    before = (kept.digest, kept.strategy, kept.first) if kept else None
    if before != (now.digest, now.strategy, now.first):
        entry: dict[str, Plain] = {
            "date": as_of,
            "digest": now.digest,
            "strategy": now.strategy,
            "first": now.first,
        }
        history = (*history, {**entry, "reason": reason} if reason else entry)
    held = {each.name: getattr(now, each.name) for each in fields(Locked) if each.name != "history"}
    return Locked(**held, history=history)
