"""Findings that are accepted with a reason, and ignores that are not in order."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from llm_adapt.rules.check import Noted, noted
from llm_adapt.rules.project import Ignore


def with_ignores(found: list[Noted], ignores: tuple[Ignore, ...], as_of: date) -> list[Noted]:
    """The findings, marked where an ignore takes them, and the faults of the ignores."""
    valid = [ignore for ignore in ignores if ignore.reason and not _expired(ignore, as_of)]
    used: set[int] = set()
    marked: list[Noted] = []
    for finding in found:
        taker = next((ignore for ignore in valid if _takes(ignore, finding)), None)
        if taker is not None:
            used.add(id(taker))
        marked.append(replace(finding, ignored=taker))
    return [*marked, *_faults(ignores, used, as_of)]


def _takes(ignore: Ignore, finding: Noted) -> bool:
    return ignore.code == finding.code and ignore.at in {"", finding.about}


def _expired(ignore: Ignore, as_of: date) -> bool:
    return ignore.until is not None and ignore.until < as_of


def _faults(ignores: tuple[Ignore, ...], used: set[int], as_of: date) -> Iterator[Noted]:
    for ignore in ignores:
        subject = f"{ignore.code} at {ignore.at}" if ignore.at else ignore.code
        about = f"{ignore.code} {ignore.at}".strip()
        if not ignore.reason:
            yield noted("C602", f"the ignore of {subject} has no reason", ignore.where, about)
        elif _expired(ignore, as_of):
            message = f"the ignore of {subject} ended on {ignore.until}"
            yield noted("C603", message, ignore.where, about)
        elif id(ignore) not in used:
            message = f"there is no {subject}, so the ignore hides nothing"
            yield noted("C601", message, ignore.where, about)
        elif ignore.until is None:
            yield noted("C604", f"the ignore of {subject} has no end", ignore.where, about)
