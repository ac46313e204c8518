"""Files of others that the tests bring along are those their list says."""

import hashlib
import tomllib

from tests.architecture.source import ROOT

FOLDER = ROOT / "tests" / "browser" / "vendor"


def test_vendored_files_are_listed_with_version_licence_and_hash() -> None:
    listed = tomllib.loads((FOLDER / "vendor.toml").read_text())
    hashes = {name: digest for part in listed.values() for name, digest in part["files"].items()}
    found = {path.name: path for path in FOLDER.iterdir() if path.name != "vendor.toml"}
    assert hashes == {name: hashlib.sha256(path.read_bytes()).hexdigest() for name, path in found.items()}
    assert all(part["version"] and part["licence"] and part["why"] for part in listed.values())
