"""One thing of a rule set as a Markdown page, with links to the others it names."""

import re
from collections.abc import Iterator, Mapping

from llm_adapt.report.borders import clean
from llm_adapt.report.borders import markdown as escaped
from llm_adapt.report.document import Span
from llm_adapt.report.markdown import rendered
from llm_adapt.report.phrases import stopped
from llm_adapt.rules.advice import Citation
from llm_adapt.rules.explanation import Explanation, Weighed

_WORD = re.compile(r"[A-Za-z0-9]+(?:[_+/-][A-Za-z0-9]+)*")
Links = Mapping[str, str]


def page(told: Explanation, links: Links, level: int = 1) -> str:
    """The page, ending in a newline; `links` has the address of everything that has one."""
    return "\n\n".join(_pieces(told, links, "#" * level)) + "\n"


def _pieces(told: Explanation, links: Links, mark: str) -> Iterator[str]:
    yield f"{mark} {escaped(told.id)}"
    where = f" in `{told.where.file}`" if told.where is not None else ""
    yield f"**{escaped(stopped(told.title))}** ({escaped(told.kind)}{where})"
    if told.text:
        yield escaped(told.text)
    others = {name: link for name, link in links.items() if name != told.id}
    if told.when is not None:
        yield "When:"
        yield "\n".join(_condition(told.when, others, 0))
    for label, lines in told.notes.items():
        yield _note(label, lines, others)
    if told.sources:
        yield "Sources:"
        yield "\n".join(_source(source, others) for source in told.sources)


def _condition(weighed: Weighed, links: Links, depth: int) -> Iterator[str]:
    yield f"{'  ' * depth}- {linked(weighed.head, links)}"
    for part in weighed.parts:
        yield from _condition(part, links, depth + 1)


def _note(label: str, lines: tuple[str, ...], links: Links) -> str:
    label = escaped(label[:1].upper() + label[1:])
    if len(lines) == 1:
        return f"{label}: {linked(lines[0], links)}"
    return "\n".join([f"{label}:", "", *(f"- {linked(line, links)}" for line in lines)])


def _source(source: Citation, links: Links) -> str:
    title = rendered((Span(stopped(source.title), url=source.url or ""),))
    return f"- {source.grade}, {escaped(source.date)}: {title} ({linked(source.id, links)})"


def linked(text: str, links: Links) -> str:
    """Text as Markdown, with a link behind each name that has an address.

    Names of one ordinary word are linked only where the text is nothing but names.
    """
    pieces: list[str] = []
    shown = clean(text)
    # After a colon there may be names alone: "predicate: full_ft_fits, facts_move".
    names = shown.rpartition(": ")[2]
    alone = len(shown) - len(names) if all(w in links for w in _WORD.findall(names)) else len(shown)
    end = 0
    for match in _WORD.finditer(shown):
        word = match[0]
        meant = match.start() in {0, *range(alone, len(shown))} or not word.isalpha()
        if word in links and (meant or _named(shown, match)):
            pieces += [_between(shown[end : match.start()]), f"[{escaped(word)}]({links[word]})"]
            end = match.end()
    pieces.append(_between(shown[end:]))
    return "".join(pieces)


def _between(text: str) -> str:
    """A stretch of text with the blanks at its ends."""
    words = escaped(text)
    if not words:
        return " " if text else ""
    return f"{' ' * text[:1].isspace()}{words}{' ' * text[-1:].isspace()}"


def _named(text: str, match: "re.Match[str]") -> bool:
    """Whether the word before says that a name follows."""
    return bool(re.search(r"\b(?:for|against|rule|node|rules out) $", text[: match.start()]))


def anchor(heading: str) -> str:
    """The name under which GitHub finds a heading."""
    kept = re.sub(r"[^\w\- ]", "", heading.strip().lower())
    return kept.replace(" ", "-")
