"""From arguments to an exit code: the one place where errors become text."""

import sys
import traceback
from contextlib import suppress

from llm_adapt.cli.exit_code import ExitCode
from llm_adapt.cli.output import drop_output, mend_streams
from llm_adapt.errors import LlmAdaptError, UsageError, faults_of

REPORT_AT = "https://github.com/llm-adapt/llm-adapt/issues"


def run(arguments: list[str]) -> int:
    """Run one command and return its exit code."""
    mend_streams()
    try:
        code = _invoke(arguments)
        sys.stdout.flush()
    except LlmAdaptError as error:
        _say("\n".join(error.lines()))
        usage = all(isinstance(fault, UsageError) for fault in faults_of(error))
        return ExitCode.USAGE if usage else ExitCode.INVALID_INPUT
    except BrokenPipeError:
        # The reader of our output has gone (`| head`): nothing is wrong on our side.
        drop_output()
        return ExitCode.DONE
    except OSError as error:
        drop_output()
        _say(f"error: {error.filename or 'the output'} cannot be used: {error.strerror or error}")
        return ExitCode.INVALID_INPUT
    except KeyboardInterrupt:
        return _interrupted()
    except Exception:  # noqa: BLE001 (anything else is a bug of ours, and is called one)
        _say(f"{traceback.format_exc()}error: this is a bug in llm-adapt.")
        _say(f"  hint: please report it with the lines above: {REPORT_AT}")
        return ExitCode.BUG
    return code


def _invoke(arguments: list[str]) -> int:
    from typer import Abort
    from typer.main import get_command

    from llm_adapt.cli.app import app_for

    command = get_command(app_for(arguments))
    try:
        result = command.main(arguments, prog_name="llm-adapt", standalone_mode=False)
    except Abort:
        # Typer's word for the end of standard input in the middle of a question.
        return _interrupted()
    except SystemExit as left:
        # Typer leaves by itself in two cases: a reader that has gone, and shell completion.
        if isinstance(left.__context__, BrokenPipeError):
            raise BrokenPipeError from None
        return left.code if isinstance(left.code, int) else ExitCode.DONE
    except Exception as error:
        show = getattr(error, "show", None)
        if show is None or not hasattr(error, "exit_code"):
            raise
        # Typer's own usage errors know how to show themselves.
        show(sys.stderr)
        return ExitCode.USAGE
    return int(result) if isinstance(result, int) else ExitCode.DONE


def _interrupted() -> ExitCode:
    _say("interrupted")
    return ExitCode.INTERRUPTED


def _say(message: str) -> None:
    with suppress(OSError):
        sys.stderr.write(f"{message}\n")
        sys.stderr.flush()
