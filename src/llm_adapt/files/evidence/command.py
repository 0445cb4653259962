"""Commands as evidence: what they print, or the code they end with. Only when allowed."""

import re
import subprocess

from llm_adapt.files.evidence.access import Access, EvidenceError
from llm_adapt.files.scalar import scalar
from llm_adapt.rules.plain import Plain
from llm_adapt.rules.project import Evidence

_MAX_OUTPUT = 100_000
_STEERING = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")


def printed(evidence: Evidence, access: Access) -> Plain:
    """The number or word that a command prints, alone.

    Raises:
        EvidenceError: Commands are not allowed, or this one failed or printed something else.
    """
    done = _run(evidence, access)
    if done.returncode != 0:
        raise EvidenceError("C303", f"{evidence.path} ended with {done.returncode}", _said(done))
    written = done.stdout.strip()
    if not written or "\n" in written or len(written) > _MAX_OUTPUT:
        raise EvidenceError("C303", f"{evidence.path} did not print one value", "print a number")
    return scalar(written, plain=True)


def exit_code(evidence: Evidence, access: Access) -> int:
    """The code a command ends with.

    Raises:
        EvidenceError: Commands are not allowed, or this one could not run.
    """
    return _run(evidence, access).returncode


def _run(evidence: Evidence, access: Access) -> "subprocess.CompletedProcess[str]":
    if not access.commands:
        raise EvidenceError("C308", f"{evidence.path} was not run: commands are not allowed")
    seconds = evidence.options.get("timeout_s", 60)
    try:
        return subprocess.run(  # noqa: S603 (what the user allowed; no shell)
            evidence.target,
            cwd=access.folder,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=float(str(seconds)),
            check=False,
        )
    except subprocess.TimeoutExpired:
        message = f"{evidence.path} took longer than {seconds} s"
        raise EvidenceError("C303", message, "raise timeout_s, or measure less") from None
    except (OSError, ValueError) as error:
        raise EvidenceError("C303", f"{evidence.path} cannot be run: {error}") from None


def _said(done: "subprocess.CompletedProcess[str]") -> str | None:
    lines = _STEERING.sub("", done.stderr).strip().splitlines()
    return f"it said: {lines[-1][:200]}" if lines else None
