"""`make reference`: every generated page of docs/reference, each by its own `tools/reference_*.py` with `write()`."""

import importlib
import os
from pathlib import Path

import django


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
    django.setup()
    for path in sorted(Path(__file__).parent.glob("reference_*.py")):
        importlib.import_module(f"tools.{path.stem}").write()
        print(f"{path.stem.removeprefix('reference_')} written")


if __name__ == "__main__":
    main()
