"""The entry point: `llm-adapt`, or `python -m llm_adapt`."""

import sys


def main() -> None:
    """Run the command line and leave with its exit code."""
    # Answered before anything is imported: scripts ask for the version often.
    if sys.argv[1:] == ["--version"]:
        from importlib.metadata import version

        sys.stdout.write(f"llm-adapt {version('llm-adapt')}\n")
        return
    from llm_adapt.cli.run import run

    sys.exit(run(sys.argv[1:]))


if __name__ == "__main__":
    main()
