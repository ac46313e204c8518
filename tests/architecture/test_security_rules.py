"""What no line of the product may do, read from its syntax; each exception is listed with its reason.

A rule looks at one node of the tree and says whether it breaks the rule. An exception that nothing needs any more fails
too: the list is what the reviewer reads.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable

import pytest

from tests.architecture import source

PRODUCT = source.python("rapport")
QUERYSETS = frozenset(("filter", "exclude", "annotate", "alias", "aggregate", "Q", "extra", "in_bulk"))
SECRETS = re.compile(r"(^|_)(token|secret|digest|hmac|mac|password|otp|code_hash)$")
NEVER_IMPORTED = frozenset(("pickle", "marshal", "shelve", "yaml", "dill", "jinja2", "mako", "telnetlib", "commands"))


def called(node: ast.AST) -> str:
    return named(node.func) if isinstance(node, ast.Call) else ""


def named(node: ast.AST | None) -> str:
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""


def spreads_names(node: ast.AST) -> bool:
    """filter(**given): a key of a mapping becomes a look-up, and reaches `_connector` and other people's columns."""
    return isinstance(node, ast.Call) and called(node) in QUERYSETS and any(one.arg is None for one in node.keywords)


def names_a_column_by_value(node: ast.AST) -> bool:
    """F(name): a path over relations to any column of the database."""
    return called(node) == "F" and not all(isinstance(one, ast.Constant) for one in node.args)  # type: ignore[attr-defined]  # a call


def runs_text(node: ast.AST) -> bool:
    """eval and exec: text becomes code."""
    return (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id in ("eval", "exec", "__import__")
    )


def makes_a_template_of_text(node: ast.AST) -> bool:
    """A template engine runs what it is given."""
    return called(node) in ("from_string", "render_str")


def takes_what_is_not_data(node: ast.AST) -> bool:
    """Modules that make objects or programs of bytes."""
    modules = [one.name for one in node.names] if isinstance(node, ast.Import) else []
    modules += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
    return any(module.split(".")[0] in NEVER_IMPORTED for module in modules)


def starts_a_program(node: ast.AST) -> bool:
    """A child process: what it is started with must be ours."""
    modules = [one.name for one in node.names] if isinstance(node, ast.Import) else []
    modules += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
    by_os = isinstance(node, ast.Attribute) and node.attr in ("system", "popen", "execv") and named(node.value) == "os"
    return "subprocess" in modules or by_os


def asks_a_shell(node: ast.AST) -> bool:
    return isinstance(node, ast.keyword) and node.arg == "shell"


def opens_a_form_to_anybody(node: ast.AST) -> bool:
    """csrf_exempt: other sites may send it."""
    return isinstance(node, ast.Name) and node.id == "csrf_exempt"


def catches_everything(node: ast.AST) -> bool:
    """except Exception: a broken promise becomes silence."""
    return isinstance(node, ast.ExceptHandler) and (
        node.type is None or named(node.type) in ("Exception", "BaseException")
    )


def compares_a_secret_in_time(node: ast.AST) -> bool:
    """== stops at the first wrong sign; constant_time_compare does not."""
    if not isinstance(node, ast.Compare) or not any(isinstance(one, ast.Eq | ast.NotEq) for one in node.ops):
        return False
    sides = [node.left, *node.comparators]
    return any(SECRETS.search(named(side)) for side in sides) and not any(
        isinstance(side, ast.Constant) for side in sides
    )


def acts_after_the_commit(node: ast.AST) -> bool:
    """on_commit: lost where the process dies in between; write a job."""
    return called(node) == "on_commit"


def skips_the_door(node: ast.AST) -> bool:
    """get_object_or_404 asks nobody whether the actor may see it."""
    return called(node) in ("get_object_or_404", "get_list_or_404", "ModelForm", "modelform_factory")


def logs_what_was_sent(node: ast.AST) -> bool:
    """Bodies, forms, headers and cookies hold secrets."""
    if called(node) not in ("debug", "info", "warning", "error", "exception", "critical"):
        return False
    held = {named(part) for part in ast.walk(node) if isinstance(part, ast.Attribute)}
    return bool(held & {"body", "POST", "FILES", "COOKIES", "META", "headers"})


Rule = Callable[[ast.AST], bool]
OF_THE_REGISTRY = "keys of a mapping we made: names of our fields, or literals"
RULES: dict[Rule, dict[str, str]] = {
    spreads_names: {
        "rapport/interactions/participant.py": OF_THE_REGISTRY,
        "rapport/interactions/replies.py": OF_THE_REGISTRY,
        "rapport/platform/access/door.py": OF_THE_REGISTRY,
        "rapport/platform/access/scope.py": "the `where` of a declaration",
        "rapport/platform/accounts/links.py": "one of two names of our own",
        "rapport/platform/accounts/secrets.py": OF_THE_REGISTRY,
        "rapport/platform/api/many.py": OF_THE_REGISTRY,
        "rapport/platform/audit/who.py": "one of two names of our own",
        "rapport/platform/privacy/own_stores.py": OF_THE_REGISTRY,
        "rapport/platform/privacy/restriction.py": OF_THE_REGISTRY,
        "rapport/platform/privacy/subject.py": OF_THE_REGISTRY,
        "rapport/platform/fields/base.py": "the name of the field itself",
        "rapport/platform/fields/references.py": "the name of the field itself",
        "rapport/platform/files/keep.py": OF_THE_REGISTRY,
        "rapport/platform/invariants/of_secrets.py": OF_THE_REGISTRY,
        "rapport/platform/layouts/keep.py": OF_THE_REGISTRY,
        "rapport/platform/notifications/reaction.py": OF_THE_REGISTRY,
        "rapport/platform/notifications/reminders.py": "the `where` of a declaration",
        "rapport/platform/sealing/places.py": OF_THE_REGISTRY,
        "rapport/platform/transfer/undo.py": OF_THE_REGISTRY,
        "rapport/platform/views/forms.py": OF_THE_REGISTRY,
        "rapport/platform/views/pick.py": OF_THE_REGISTRY,
        "rapport/platform/views/stages.py": OF_THE_REGISTRY,
    },
    names_a_column_by_value: {"rapport/platform/fields/base.py": "the columns of the field itself"},
    runs_text: {"rapport/platform/actions/declare.py": "annotations of our own functions, at start"},
    makes_a_template_of_text: {
        "rapport/platform/files/kinds.py": "puremagic reads bytes by this name",
        "rapport/ui/minijinja.py": "the backend itself; Django's protocol asks for it",
    },
    takes_what_is_not_data: {},
    starts_a_program: {
        "rapport/config/supervisor.py": "starts our own processes",
        "rapport/config/children.py": "goes on as our own module",
        "rapport/platform/management/commands/bench.py": "starts our own measurement",
        "rapport/platform/transfer/workbooks.py": "reads workbooks in a child with limits",
    },
    asks_a_shell: {},
    opens_a_form_to_anybody: {
        "rapport/platform/api/door.py": "a token in a header, no cookie: there is nothing to forge",
        "rapport/platform/api/urls.py": "answers 404 to everything",
        "rapport/platform/views/csp_reports.py": "browsers send these by themselves; nothing is read or changed",
    },
    catches_everything: {
        "rapport/config/cli.py": "says the sentence of a broken command, and ends with 1",
        "rapport/config/plugins.py": "a plug-in that cannot be loaded is named, and the start refused",
        "rapport/platform/backup/make.py": "takes the half backup away and raises again",
        "rapport/platform/content/pictures.py": "decoders of foreign bytes raise what they like; it is no picture",
        "rapport/platform/events/cursor.py": "a subscriber that fails is told of and tried again",
        "rapport/platform/jobs/run.py": "a job that fails is kept with its reason",
        "rapport/platform/outbox/courier.py": "what cannot be sent is kept with its reason and told",
        "rapport/platform/timeline/words.py": "a plug-in's words must not take the page with them",
        "rapport/platform/transfer/store.py": "takes the file away and raises again",
        "rapport/platform/transfer/workbook_child.py": "a child says why and ends",
        "rapport/ui/minijinja.py": "adds the name of the template and raises again",
    },
    compares_a_secret_in_time: {},
    acts_after_the_commit: {},
    skips_the_door: {},
    logs_what_was_sent: {},
}


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_no_line_breaks(rule: Rule) -> None:
    broken = {name for name in PRODUCT if any(rule(node) for node in source.nodes(name))}
    assert sorted(broken - RULES[rule].keys()) == [], rule.__doc__
    assert sorted(RULES[rule].keys() - broken) == [], "no longer needed: take them off the list"


BREAKS: dict[Rule, str] = {
    spreads_names: "Person.objects.filter(**request.GET.dict())",
    names_a_column_by_value: "F(request.GET['sort'])",
    runs_text: "eval(text)",
    makes_a_template_of_text: "engine.from_string(body)",
    takes_what_is_not_data: "import pickle",
    starts_a_program: "from subprocess import run",
    asks_a_shell: "run(x, shell=True)",
    opens_a_form_to_anybody: "@csrf_exempt\ndef view(request): ...",
    catches_everything: "try:\n    x()\nexcept Exception:\n    pass",
    compares_a_secret_in_time: "if given == row.token: ...",
    acts_after_the_commit: "transaction.on_commit(send)",
    skips_the_door: "get_object_or_404(Person, pk=pk)",
    logs_what_was_sent: "logger.info('%s', request.POST)",
}


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_a_rule_sees_what_it_is_for(rule: Rule) -> None:
    assert any(rule(node) for node in ast.walk(ast.parse(BREAKS[rule])))
