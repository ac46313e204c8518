"""Every text for people goes through gettext, and languages are set through one door."""

from __future__ import annotations

import re

from tests.architecture import bare_words
from tools.messages import ROOT, sources

# Beginning of a path: why its texts are in English for everybody.
ENGLISH = {
    "rapport/config/": "read by whoever runs the machine, before there is a reader with a language",
    "rapport/platform/management/commands/": "the command line and its manual are in English",
    "rapport/platform/api/document.py": "describes the API to programmers, in the language of its names",
    "rapport/platform/api/parts.py": "as above",
    "rapport/platform/api/privacy_parts.py": "as above",
    "rapport/platform/sealing/": "said to whoever runs the machine and has lost a key",
    "rapport/platform/checks.py": "said at start to whoever declares an Object",
    "rapport/platform/plugins.py": "as above",
    "rapport/platform/audit/anchor.py": "logged, for whoever runs the machine",
    "rapport/platform/audit/keys.py": "read by whoever runs the machine, on its command line",
    "rapport/platform/audit/verify.py": "as above",
    "rapport/platform/audit/seal.py": "as above",
    "rapport/platform/audit/proof.py": "logged, as above",
    "rapport/platform/audit/guard.py": "SQL, and what the database says to whoever changes the trail behind our back",
    "rapport/platform/audit/evidence.py": "files for an auditor",
    "rapport/demo/": "the story of one firm, not the program",
}
# Texts that are the same in every language, or read by programmers.
ALLOWED = {
    *("Rapport", "PostgreSQL ", "Python", "curl", "JavaScript", "Apache 2.0", "rpt_", "num keep-", "Re: "),
    *('Bearer realm="Rapport"', "Bearer "),
    "Tiếng Việt",  # every language by its own name
    "Other fields",  # the name of a section in a layout; its label stands beside it
    # Docstrings of what happens to things that are set up, for docs/reference/events.md.
    *("Its name or its description changed.", "What a role may changed.", "Somebody was put into a role."),
    *("Somebody was taken out of a role.", "What a team or everybody had arranged was taken back."),
    "The address of a view ended.",
    *("Whether who has a role needs a second factor changed.", "How one signs in was set."),
    *("Sessions of somebody were ended.", "Somebody has a new password."),
    *("Somebody asked for a new password.", "Somebody added a way to prove who they are."),
    *("Somebody has new recovery codes.", "Somebody is known to a provider from now on."),
    "Somebody no longer signs in through a provider.",
    *("Mac OS X", "Basic "),  # of a User-Agent, of an Authorization header
}


def test_no_text_stands_outside_of_gettext() -> None:
    bare = []
    for path in sources():
        name = path.relative_to(ROOT).as_posix()
        if not name.startswith(tuple(ENGLISH)):
            found = bare_words.in_template if path.suffix == ".html" else bare_words.in_python
            bare += [str(one) for one in found(path, name) if one.text not in ALLOWED]
    assert bare == [], "mark these with _(…), or say in ENGLISH or ALLOWED why they need none"


def test_every_exception_is_needed() -> None:
    names = [path.relative_to(ROOT).as_posix() for path in sources()]
    assert [one for one in ENGLISH if not any(name.startswith(one) for name in names)] == []


def test_only_one_module_sets_the_language() -> None:
    """`translation.override` alone would leave the memory of texts in the language before."""
    setting = re.compile(r"\btranslation\.(override|activate|deactivate)|import (override|activate)\b")
    wrong = [
        path.relative_to(ROOT).as_posix()
        for path in sources()
        if path.suffix == ".py" and path.name != "language.py" and setting.search(path.read_text(encoding="utf-8"))
    ]
    assert wrong == []
