"""`make lock`: resolve pyproject.toml into the two files of exact versions and hashes, for every platform at once."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
# Where packages come from is the affair of the machine that installs: no address of it goes into a file we keep.
RESOLVE = [
    *("uv", "pip", "compile", "pyproject.toml", "--quiet", "--universal", "--python-version", "3.11"),
    *("--generate-hashes", "--no-emit-index-url", "--no-emit-find-links", "--no-config", "--no-header"),
]


def main() -> None:
    upgrade = ["--upgrade"] if "--upgrade" in sys.argv[1:] else []
    run([*RESOLVE, *upgrade, "--group", "install", "--output-file", "requirements.lock"])
    # The same versions in both: what is tested is what runs.
    run([*RESOLVE, *upgrade, "--group", "dev", "--constraints", "requirements.lock", "-o", "requirements-dev.lock"])


def run(command: list[str]) -> None:
    uv = Path(sys.executable).with_name(command[0])
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("UV_", "PIP_"))}
    subprocess.run([str(uv), *command[1:]], cwd=ROOT, env=environment, check=True)


if __name__ == "__main__":
    main()
