"""The catalogue of findings, `rules/findings.yaml`, and findings with the words it has for them."""

from collections.abc import Mapping
from functools import cache
from typing import Annotated

from llm_adapt.files.builtin import builtin_rules
from llm_adapt.files.compile import ModelReader
from llm_adapt.files.kept import plain_of
from llm_adapt.rules.finding import Code, Finding, told
from llm_adapt.rules.form import Form
from llm_adapt.rules.location import Location
from llm_adapt.rules.plain import Plain, mapping

_FILE = "findings.yaml"
_KIND = Mapping[Annotated[str, Form(pattern=r"^[CVT]\d{3}$")], Code]


@cache
def catalogue() -> Mapping[str, Code]:
    """Every kind of finding, of a check (C301), a verification (V106) or a test of rules (T101)."""
    plain = mapping(plain_of({_FILE: builtin_rules() / _FILE}, lambda _: _KIND)[_FILE])
    made = ModelReader().record(Code)
    return {name: made({**mapping(raw), "code": name}) for name, raw in plain.items()}


def noted(  # noqa: PLR0913 (what a finding says)
    code: str,
    message: str,
    where: Location | None,
    about: str = "",
    hint: str = "",
    *,
    answers: Mapping[str, Plain] | None = None,
) -> Finding:
    """A finding, with the way out of its code unless there is a nearer one."""
    kind = catalogue()[code]
    way_out, shown = told(hint) or kind.remedy, answers or {}
    return Finding(
        code, kind.severity, kind.title, told(message), where, way_out, shown, about=about
    )
