"""Where the code is, and where relative paths of settings begin."""

from pathlib import Path

PACKAGE = Path(__file__).resolve().parents[1]

# In a source tree its root, whatever folder a command is given in; once installed as a package, the working folder.
HOME = PACKAGE.parent if (PACKAGE.parent / "pyproject.toml").exists() else Path.cwd()
