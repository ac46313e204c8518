"""`rapport bench` (or `python -m bench`): make the large data set where it is missing, measure, print, write the
report.

    --scale 1            a million parties (default 0.1)
    --database both      sqlite, postgresql or both (default)
    --fresh              make the data set again
    --only search,board  some of the scenarios
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parent.parent
OUT = ROOT / "bench" / "out"


def main() -> int:
    """Run the databases one after the other, each in a process of its own; join their reports."""
    options = _options()
    OUT.mkdir(parents=True, exist_ok=True)
    if options.inside:
        return _inside(options)
    wanted = ("sqlite", "postgresql") if options.database == "both" else (options.database,)
    reports, failed = [], []
    for database in wanted:
        part = OUT / f"report-{database}.json"
        part.unlink(missing_ok=True)
        with _address(database, options.scale, fresh=options.fresh) as url:
            arguments = [sys.executable, "-m", "bench", "--inside", database, "--scale", str(options.scale)]
            arguments += ["--only", options.only] if options.only else []
            ended = subprocess.run(
                arguments,
                cwd=ROOT,
                env={**os.environ, "DATABASE_URL": url, "RAPPORT_DATA_DIR": str(OUT / "data")},
                check=False,
            )
        if ended.returncode or not part.exists():
            failed.append(database)
        else:
            reports.append(json.loads(part.read_text(encoding="utf-8")))
    (OUT / "report.json").write_text(json.dumps(reports, indent=1), encoding="utf-8")
    for database in failed:
        sys.stderr.write(f"{database}: not measured, see above\n")
    return 1 if failed else 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="rapport bench", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--scale", type=float, default=0.1)
    parser.add_argument("--database", choices=("sqlite", "postgresql", "both"), default="both")
    parser.add_argument("--fresh", action="store_true")
    parser.add_argument("--only", default="", help="scenarios by name, with commas")
    parser.add_argument("--inside", default="", help=argparse.SUPPRESS)
    return parser.parse_args()


@contextlib.contextmanager
def _address(database: str, scale: float, *, fresh: bool) -> Iterator[str]:
    """A database file that is kept between runs, or a server for the time of the run."""
    if database == "sqlite":
        file = OUT / f"large-{scale:g}.sqlite3"
        if fresh:
            for path in OUT.glob(f"{file.name}*"):
                path.unlink()
        yield f"sqlite:///{file}"
        return
    from tools import postgres

    with postgres.server() as url:
        yield url


def _inside(options: argparse.Namespace) -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "rapport.config.settings")
    import django

    django.setup()
    from django.core.management import call_command

    from bench.generate import Large
    from bench.measure import report
    from bench.scenarios import SCENARIOS
    from bench.setting import Setting
    from rapport.config import static
    from rapport.parties.party import Party

    call_command("migrate", run_syncdb=True, interactive=False, verbosity=0)
    static.prepare()
    if not Party.objects.exists():
        sys.stdout.write(f"{options.inside}: making the data set at scale {options.scale:g}\n")
        Large(options.scale).build(lambda part: print(f"  {part} ...", flush=True))  # progress
    figures = []
    setting, chosen = Setting(), options.only.split(",") if options.only else list(SCENARIOS)
    for name in chosen:
        for figure in SCENARIOS[name](setting):
            figures.append(figure)
            sys.stdout.write(_line(figure) + "\n")
            sys.stdout.flush()
    (OUT / f"report-{options.inside}.json").write_text(json.dumps(report(figures, options.scale)), encoding="utf-8")
    return 0


def _line(figure: Any) -> str:
    limit = f"limit {figure.limit:8.2f}  ratio {figure.ratio:5.2f}" if figure.limit else " " * 28
    measured = f"{figure.database:<11}{figure.name:<34}{figure.figure:10.2f} {figure.unit:<11}"
    return f"{measured}{limit}  {figure.to_reach:<14} {figure.note}"


if __name__ == "__main__":
    sys.exit(main())
