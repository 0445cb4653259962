"""The entry point: `llm-adapt`, or `python -m llm_adapt`."""

import gc
import sys


def main() -> None:
    """Run the command line and leave with its exit code."""
    # Answered before anything is imported: scripts ask for the version often.
    if sys.argv[1:] == ["--version"]:
        from importlib.metadata import version

        sys.stdout.write(f"llm-adapt {version('llm-adapt')}\n")
        return
    # A command lives for a fraction of a second and makes few circles: looking for them costs more.
    gc.set_threshold(200_000, 20, 20)
    from llm_adapt.cli.run import run

    code = run(sys.argv[1:])
    # Nor does it tidy up what the system takes back at once: a tenth of the time of a command.
    gc.freeze()
    sys.exit(code)


if __name__ == "__main__":
    main()
