"""Places that a template was to fill: `{{name}}`, `${name}`."""

import re

from llm_adapt.audit.check import RowRule, around
from llm_adapt.audit.row import Row

_BRACES = re.compile(r"\{\{ ?[A-Za-z_][\w-]{0,60} ?\}\}|\$\{[a-z_]\w{0,60}\}")
# Pages and programs write such braces on purpose.
_CODE = ("```", "{%", "</", "v-if", "ng-", "#{", "function", "const ")


def _unfilled(row: Row) -> str | None:
    for said in (row.prompt, *row.answers):
        if "{" in said and (hit := _BRACES.search(said)) and not any(m in said for m in _CODE):
            return around(said, *hit.span())
    return None


CHECK = RowRule("unfilled-template", _unfilled)
