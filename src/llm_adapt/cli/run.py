"""From arguments to an exit code: the one place where errors become text."""

import os
import sys
import traceback

from llm_adapt.cli.exit_code import ExitCode
from llm_adapt.errors import LlmAdaptError, UsageError

REPORT_AT = "https://github.com/llm-adapt/llm-adapt/issues"


def run(arguments: list[str]) -> int:
    """Run one command and return its exit code."""
    from typer import Exit

    try:
        code = _invoke(arguments)
        sys.stdout.flush()
    except LlmAdaptError as error:
        _say("\n".join(error.lines()))
        return ExitCode.USAGE if isinstance(error, UsageError) else ExitCode.INVALID_INPUT
    except BrokenPipeError:
        # The reader of our output has gone (`| head`): nothing is wrong on our side.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return ExitCode.DONE
    except OSError as error:
        _say(f"error: the output cannot be written: {error.strerror}")
        return ExitCode.INVALID_INPUT
    except KeyboardInterrupt:
        return ExitCode.INTERRUPTED
    except Exit as left:
        return left.exit_code
    except Exception:  # noqa: BLE001 (anything else is a bug of ours, and is called one)
        _say(f"{traceback.format_exc()}error: this is a bug in llm-adapt.")
        _say(f"  hint: please report it with the lines above: {REPORT_AT}")
        return ExitCode.BUG
    return code


def _invoke(arguments: list[str]) -> int:
    from typer.main import get_command

    from llm_adapt.cli.app import app

    command = get_command(app)
    try:
        result = command.main(arguments, prog_name="llm-adapt", standalone_mode=False)
    except Exception as error:
        show = getattr(error, "show", None)
        if show is None or not hasattr(error, "exit_code"):
            raise
        # Typer's own usage errors know how to show themselves.
        show(sys.stderr)
        return ExitCode.USAGE
    return int(result) if isinstance(result, int) else ExitCode.DONE


def _say(message: str) -> None:
    sys.stderr.write(f"{message}\n")
