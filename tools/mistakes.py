"""Known mistakes: in our own code (`code`, by bandit) and in the parts we use (`parts`, by pip-audit).

What bandit finds must be listed here with its reason, and what is listed must still be found. A vulnerability of a part
may be accepted until a day. Where the database of vulnerabilities cannot be reached nothing was proved: that is said,
and the exit code is SKIPPED, never 0.
"""

import json
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

BIN = Path(sys.executable).parent
SKIPPED = 77
# ruff asks for these two at the very line, with a reason each (S101, S608).
LEFT_TO_RUFF = "B101,B608"
CODE = {
    ("B104", "rapport/config/children.py"): "compares the setting; binds nothing",
    ("B105", "rapport/demo/names.py"): "everybody's password in the demonstration, printed at its start",
    ("B105", "rapport/ui/minijinja.py"): "an empty form token where there is no request",
    ("B105", "rapport/platform/accounts/trail.py"): "a sentence about a password",
    ("B107", "rapport/platform/views/settings/backups.py"): "no key is shown but the one just made",
    ("B106", "rapport/platform/house.py"): "the default of a parameter: no password",
    ("B106", "rapport/ui/gallery.py"): "a sample of a form, on no server",
    ("B307", "rapport/platform/actions/declare.py"): "the annotations of our own functions, read at start",
    ("B311", "rapport/demo/world.py"): "chance makes the story, it guards nothing",
    ("B311", "rapport/platform/jobs/queue.py"): "spreads retries over time",
    ("B311", "rapport/platform/outbox/queue.py"): "spreads tries over time",
    ("B404", "rapport/config/supervisor.py"): "starts our own processes",
    ("B404", "rapport/platform/management/commands/bench.py"): "starts our own measurement",
    ("B404", "rapport/platform/transfer/workbooks.py"): "reads workbooks in a child with limits",
    ("B603", "rapport/config/supervisor.py"): "a list of words of ours, no shell",
    ("B603", "rapport/platform/management/commands/bench.py"): "a list of words of ours, no shell",
    ("B603", "rapport/platform/transfer/workbooks.py"): "a list of words of ours, no shell",
    ("B606", "rapport/config/children.py"): "goes on as our own module",
    ("B610", "rapport/platform/query/compile.py"): "a parameter called extra, of no queryset",
    ("B611", "rapport/platform/files/keep.py"): "built by `reach` from the registry, values bound",
}
# Vulnerability -> (accepted until, why it does not reach us).
PARTS: dict[str, tuple[str, str]] = {}


def main() -> int:
    return {"code": code, "parts": parts}[sys.argv[1]]()


def code() -> int:
    """What bandit finds beyond what is listed, and what is listed and no longer found."""
    told = _run("bandit", "-q", "-r", "rapport", "-f", "json", "--skip", LEFT_TO_RUFF)
    results = json.loads(told)["results"]
    found = {(one["test_id"], one["filename"].removeprefix("./")): one for one in results}
    for key in sorted(found.keys() - CODE.keys()):
        print(f"{key[1]}:{found[key]['line_number']}: {key[0]} {found[key]['issue_text']}")
    for key in sorted(CODE.keys() - found.keys()):
        print(f"{key[1]}: {key[0]} is listed in {__name__} and no longer found: take it off.")
    return int(found.keys() != CODE.keys())


def parts() -> int:
    """Vulnerabilities of the locked parts that nobody accepted, or not until today."""
    told = _run("pip-audit", "-r", "requirements.lock", "--disable-pip", "--require-hashes", "-f", "json")
    try:
        dependencies = json.loads(told)["dependencies"]
    except (ValueError, KeyError):
        dependencies = []
    asked = [one for one in dependencies if "skip_reason" not in one]
    for one in asked:
        for flaw in one["vulns"]:
            print(f"{one['name']} {one['version']}: {flaw['id']}, fixed in {', '.join(flaw['fix_versions']) or 'none'}")
    today = datetime.now(UTC).date().isoformat()
    flaws = [flaw["id"] for one in asked for flaw in one["vulns"]]
    open_ones = [flaw for flaw in flaws if PARTS.get(flaw, ("", ""))[0] < today]
    if open_ones:
        return 1
    if not asked or len(asked) < len(dependencies):
        print(f"NOT PROVED: the database of vulnerabilities answered for {len(asked)} of {len(dependencies)} parts.")
        return SKIPPED
    print(f"{len(asked)} parts, none with a known vulnerability that is not accepted.")
    return 0


def _run(command: str, *options: str) -> str:
    done = subprocess.run([str(BIN / command), *options], capture_output=True, text=True, check=False, timeout=300)
    if command == "bandit" and done.returncode not in (0, 1):
        raise SystemExit(f"bandit did not run: {done.stderr[-500:]}")
    return done.stdout


if __name__ == "__main__":
    raise SystemExit(main())
