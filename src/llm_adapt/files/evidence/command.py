"""Commands as evidence: what they print, or the code they end with. Only when allowed."""

import os
import re
import selectors
import signal
import subprocess
import time
from contextlib import suppress

from llm_adapt.files.evidence.access import Access, EvidenceError
from llm_adapt.files.evidence.limits import MAX_OUTPUT, finite
from llm_adapt.files.scalar import scalar
from llm_adapt.rules.project import Evidence, Measured

_STEERING = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")
# What a program needs to run; tokens and passwords of the job are nobody's business.
_ENVIRONMENT = (
    "PATH", "HOME", "USER", "LANG", "LC_ALL", "LC_CTYPE", "TZ", "TMPDIR", "TMP", "TEMP",
    "VIRTUAL_ENV", "SYSTEMROOT", "COMSPEC", "PATHEXT", "SOURCE_DATE_EPOCH", "CI",
)  # fmt: skip


def command(evidence: Evidence, access: Access) -> Measured:
    """The number or word that a command prints.

    Raises:
        EvidenceError: Commands are not allowed, or this one failed or printed something else.
    """
    code, written, said = _run(evidence, access)
    if code != 0:
        raise EvidenceError(f"{evidence.path} ended with {code}", said)
    last = (written.strip().splitlines() or [""])[-1]
    words, wanted = last.split(), evidence.options.get("word")
    if isinstance(wanted, int):
        if wanted > len(words):
            raise EvidenceError(f"the last line of {evidence.path} has {len(words)} words")
        return _said(words[wanted - 1], evidence)
    if "\n" not in written.strip() and len(words) == 1:
        return _said(words[0], evidence)
    # `wc -l` prints the file after the number; two numbers would be a guess.
    numbers = [value for word in words if (value := finite(scalar(word, plain=True))) is not None]
    if "\n" not in written.strip() and len(numbers) == 1 and words[0] == str(numbers[0]):
        return _said(words[0], evidence)
    hint = "say which word of its last line is meant: word: 1"
    raise EvidenceError(f"{evidence.path} did not print one value", hint)


def _said(word: str, evidence: Evidence) -> Measured:
    return Measured(scalar(word, plain=True), f"printed by {evidence.path}")


def exit_code(evidence: Evidence, access: Access) -> Measured:
    """The code a command ends with.

    Raises:
        EvidenceError: Commands are not allowed, or this one could not run.
    """
    return Measured(_run(evidence, access)[0], f"is how {evidence.path} ended")


def _run(evidence: Evidence, access: Access) -> tuple[int, str, str | None]:
    if not access.commands:
        message = f"{evidence.path} was not run: commands are not allowed"
        raise EvidenceError(message, code="C308")
    seconds = float(str(evidence.options.get("timeout_s", 60)))
    try:
        process = subprocess.Popen(  # noqa: S603 (what the user allowed; no shell)
            evidence.target,
            cwd=access.folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env={name: os.environ[name] for name in _ENVIRONMENT if name in os.environ},
            start_new_session=True,
        )
    except (OSError, ValueError) as error:
        raise EvidenceError(f"{evidence.path} cannot be run: {error}") from None
    try:
        out, err = _listened(process, evidence, seconds)
    finally:
        _end(process)
    lines = _STEERING.sub("", err.decode("utf-8", "replace")).strip().splitlines()
    said = f"it said: {lines[-1][:200]}" if lines else None
    return process.returncode, out.decode("utf-8", "replace"), said


def _listened(
    process: "subprocess.Popen[bytes]", evidence: Evidence, seconds: float
) -> tuple[bytes, bytes]:
    """What a process prints until it ends, in bounded time and memory."""
    deadline = time.monotonic() + seconds
    message = f"{evidence.path} took longer than {seconds:g} s"
    late = EvidenceError(message, "raise timeout_s, or measure less")
    heard: dict[object, bytes] = {process.stdout: b"", process.stderr: b""}
    with selectors.DefaultSelector() as waiting:
        for stream in (process.stdout, process.stderr):
            if stream is not None:
                waiting.register(stream, selectors.EVENT_READ)
        while waiting.get_map():
            # A child that stays behind may hold the pipe open: the command itself is what counts.
            ready = waiting.select(min(0.1, max(0.0, deadline - time.monotonic())))
            if time.monotonic() > deadline:
                raise late
            if not ready and process.poll() is not None:
                break
            for key, _ in ready:
                data = os.read(key.fd, 65_536)
                heard[key.fileobj] += data
                if not data:
                    waiting.unregister(key.fileobj)
                if sum(map(len, heard.values())) > MAX_OUTPUT:
                    message = f"{evidence.path} printed more than {MAX_OUTPUT:,} bytes"
                    raise EvidenceError(message, "print the one value that counts")
    try:
        process.wait(max(0.01, deadline - time.monotonic()))
    except subprocess.TimeoutExpired:
        raise late from None
    return heard[process.stdout], heard[process.stderr]


def _end(process: "subprocess.Popen[bytes]") -> None:
    """End the process and everything that it started."""
    with suppress(OSError):
        if hasattr(os, "killpg"):
            os.killpg(process.pid, signal.SIGKILL)
        else:
            process.kill()
    process.wait()
    for stream in (process.stdout, process.stderr):
        if stream is not None:
            stream.close()
