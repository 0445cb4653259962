"""Three whole sessions on a real pseudo-terminal; what they showed is kept in docs/sessions.

Write them again with: python tests/cli/test_sessions.py
"""

import os
import re
import sys
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

import pexpect
import pytest

DOCS = Path(__file__).resolve().parents[2] / "docs" / "sessions"
MAIN = (
    "import sys; sys.modules['prompt_toolkit'] = None\n"
    "from llm_adapt.__main__ import main; sys.exit(main())"
)
PROMPT = r"\r\n> $"
ASKED = re.compile(r"\[(\d+) asked, [^\]]+\]\s+(\w+)")


@dataclass
class Session:
    """What somebody knows, what they do out of turn, and what they do with the result."""

    title: str
    options: list[str] = field(default_factory=list)
    knows: dict[str, str] = field(default_factory=dict)
    first: list[str] = field(default_factory=list)
    then: list[str] = field(default_factory=list)


SESSIONS = {
    "almost-nothing-known": Session(
        "Almost nothing is known: a chatbot for customers, and no more",
        knows={"task_type": "qa"},
        then=["quit"],
    ),
    "all-numbers-known": Session(
        "Every number is known, in the words of daily work",
        knows={
            "task_type": "classification",
            "capability_gap": "4,7",
            "prompting_effort": "optimized",
            "eval_examples": "500",
            "baseline_score": "72%",
            "target_score": "90%",
            "knowledge_need": "in_input",
            "style_requirement": "none",
            "hallucination_tolerance": "low",
            "labeled_examples": "12k pairs",
            "label_quality": "curated",
            "label_content": "skill_or_form",
            "label_values": "24",
            "citations": "no",
            "task_count": "1",
            "training_allowed": "yes",
            "training_budget_gpu_hours": "$500",
            "monthly_requests": "20k a day",
            "latency_p95_ms": "1.5s",
            "unlabeled_tokens": "300 MB",
            "corpus_tokens": "500 pages",
            "gpu_memory_gb": "24GB",
            "base_model_params_b": "8B",
            "weights_access": "open_weights",
            "base_model_available": "yes",
            "prompt_prefix_tokens": "2 pages",
            "context_window_tokens": "128k",
            "model_lifetime_months": "1 year",
            "team_skills": "1 3",
            "tried": "prompt_optimization",
            "deployment": "on_premise",
            "data_sensitivity": "internal",
            "domain_coverage": "well_covered",
            "task_change": "static",
            "workload": "online",
            "stronger_model_allowed": "no",
        },
        then=["quit"],
    ),
    "changed-and-taken-back": Session(
        "Answers are changed and taken back, and the interview goes on until it is proved",
        options=["--save", "mine.yaml"],
        knows={
            "task_type": "qa",
            "capability_gap": "missing_facts",
            "knowledge_need": "core",
            "knowledge_change": "weekly",
            "citations": "required",
            "weights_access": "api_only",
            "labeled_examples": "0",
        },
        first=["qa", "back", "summarization", "change task_type qa", "later", "lots", "review"],
        then=["what if knowledge_need in_input", "keep", "what if knowledge_need core", "quit"],
    ),
}


def play(session: Session, folder: Path) -> tuple[str, list[str], int | None]:
    """The session as it was seen, the questions in the order asked, and the exit code."""
    kept = {k: v for k, v in os.environ.items() if k not in {"CI", "COLUMNS", "FORCE_COLOR"}}
    child: pexpect.spawn[str] = pexpect.spawn(
        sys.executable,
        ["-c", MAIN, "advise", *session.options],
        cwd=str(folder),
        env={**kept, "TERM": "dumb", "XDG_CACHE_HOME": str(folder / "cache")},
        encoding="utf-8",
        timeout=60,
        dimensions=(40, 80),
        echo=True,
    )
    seen, asked = "", list[str]()
    first, gone_on = list(session.first), not session.options
    while True:
        child.expect(PROMPT)
        shown = str(child.before)
        seen += shown + str(child.after)
        if "What now?" in shown:
            break
        found = ASKED.findall(shown)
        if found:
            asked.append(found[-1][1])
        if "Your answers" in shown and not first:
            child.sendline("" if gone_on else "on")
            gone_on = True
            continue
        reply = first.pop(0) if first else session.knows.get(asked[-1], "?")
        child.sendline(reply)
    for command in session.then:
        child.sendline(command)
        child.expect([PROMPT, pexpect.EOF])
        seen += str(child.before) + (str(child.after) if child.after != pexpect.EOF else "")
    if child.isalive():
        child.expect(pexpect.EOF)
    child.close()
    return seen.replace("\r\n", "\n").replace("\r", ""), asked, child.exitstatus


def page(name: str, seen: str) -> str:
    """The session as documentation."""
    session = SESSIONS[name]
    command = " ".join(["llm-adapt advise", *session.options])
    return f"# {session.title}\n\n```text\n$ {command}\n{seen.strip()}\n```\n"


def first_place(text: str) -> str:
    """What the result put first, in its own words."""
    found = re.search(
        r"^(Best on what is known.*|No advice yet.*|.*is best.*)$", text, re.MULTILINE
    )
    return found[1] if found else ""


@pytest.mark.parametrize("name", SESSIONS)
def test_a_session_comes_to_its_end_and_is_the_one_in_the_docs(name: str, tmp_path: Path) -> None:
    session = SESSIONS[name]
    seen, asked, status = play(session, tmp_path)
    assert status == 0
    assert "Traceback" not in seen
    assert max(len(line) for line in seen.splitlines()) <= 80 + len("what if ") * 8
    if not session.first:
        assert len(asked) == len(set(asked))
    kept = (DOCS / f"{name}.md").read_text(encoding="utf-8")
    assert f"# {session.title}" in kept
    assert first_place(kept) == first_place(seen) != "", "python tests/cli/test_sessions.py"
    for amount in ("300 MB", "12k pairs", "24GB", "1.5s", "$500", "20k a day", "500 pages"):
        if f"> {amount}\n" in seen:
            assert re.search(rf"{re.escape(amount)}\s+=\s", seen), amount


def test_who_knows_almost_nothing_is_asked_little(tmp_path: Path) -> None:
    _, asked, _ = play(SESSIONS["almost-nothing-known"], tmp_path)
    assert len(asked) <= 9


def test_what_was_taken_back_is_in_no_file(tmp_path: Path) -> None:
    seen, _, _ = play(SESSIONS["changed-and-taken-back"], tmp_path)
    saved = (tmp_path / "mine.yaml").read_text(encoding="utf-8")
    assert "task_type: qa" in saved
    assert "summarization" not in saved
    assert "Not understood" in seen
    assert "whatever the answers" in re.sub(r"\s+", " ", seen)


if __name__ == "__main__":
    DOCS.mkdir(parents=True, exist_ok=True)
    for written in SESSIONS:
        with tempfile.TemporaryDirectory() as where:
            (DOCS / f"{written}.md").write_text(
                page(written, play(SESSIONS[written], Path(where))[0])
            )
