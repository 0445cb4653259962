"""Runs the tests on the lowest versions of the dependencies that pyproject.toml declares.

In an environment of its own: `poe lowest`. The gate runs `--fast`, a part that goes through every
dependency. `--print` only writes the constraints for pip.
"""

import re
import subprocess
import sys
import tempfile
import tomllib
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TESTS = ("tests/unit", "tests/cli", "tests/examples", "tests/rules")
# Rules (pydantic, pyyaml), menus, evidence of every extra, and the command line (typer, rich, pysat).
FAST = (
    *(f"tests/unit/{name}" for name in ("files", "cli", "check/test_real_files.py")),
    *("tests/unit/report/test_markdown.py", "tests/cli/test_exit_codes.py"),
)
RUNNERS = ("pytest", "pytest-xdist", "hypothesis", "pexpect", "check-jsonschema")
# The tests read what these read; the others are kept out of tests where they are not installed.
EXTRAS = ("large", "parquet", "tui", "zstd")


def constraints(requirements: list[str]) -> list[str]:
    """The lowest version of each requirement: `rich>=13.9` is `rich==13.9`."""
    found = []
    for requirement in requirements:
        bounds = re.match(r"([\w.-]+)>=([\w.]+)", requirement)
        if bounds is None:
            message = f"{requirement} has no lower bound"
            raise SystemExit(message)
        found.append(f"{bounds[1]}=={bounds[2]}")
    return found


def main() -> int:
    """Make the environment and run the tests in it."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    extras = project["optional-dependencies"]
    lowest = constraints([*project["dependencies"], *(r for name in EXTRAS for r in extras[name])])
    if "--print" in sys.argv:
        sys.stdout.write("\n".join([*lowest, ""]))
        return 0
    runners = [each for each in extras["dev"] if re.split(r"[=;]", each)[0] in RUNNERS]
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "lowest.txt").write_text("\n".join(lowest), "utf-8")
        venv.create(Path(folder) / "venv", with_pip=True)
        python = Path(folder) / "venv" / "bin" / "python"
        pip = [python, "-m", "pip", "--disable-pip-version-check", "install", "-q"]
        ours = f"{ROOT}[{','.join(EXTRAS)}]"
        subprocess.run([*pip, "-c", f"{folder}/lowest.txt", "-e", ours, *runners], check=True)
        tests = FAST if "--fast" in sys.argv else TESTS
        test = [python, "-m", "pytest", "-q", "-n", "auto", "-m", "not slow", *tests]
        return subprocess.run(test, cwd=ROOT, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
