"""`python -m rapport` is `rapport`."""

from rapport.config.cli import main

if __name__ == "__main__":
    raise SystemExit(main())
