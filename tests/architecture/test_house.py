"""The rules of the house that import-linter and ruff cannot see. Exceptions are listed here, each with its reason."""

import ast
import re
from collections.abc import Iterator

from tests.architecture import source

# Lines. STYLE asks for files one can read at a sitting; what is longer says why.
LONGEST = 400
LONGER: dict[str, int] = {}

# Who may meet the web besides modules of views: those that are made of it.
WEB = ("rapport/config/", "rapport/platform/api")

# Own SQL: built by the registry alone, from identifiers of declarations and bound values.
RAW_SQL = {
    "rapport/platform/access/scope.py": "one boolean expression per grant, shared by querysets and hand-written SQL",
    "rapport/platform/files/keep.py": "which files hang on records the actor may read: one UNION over the registry",
    "rapport/platform/views/whole.py": "a row with its rights, links and files beside it, made a record by its model",
}

# HTML that is trusted: made from escaped parts.
TRUSTED_HTML = {
    "rapport/ui/safe.py": "defines what trusted HTML is",
}

# Who may open a socket. Everything that goes out passes `rapport.platform.egress`, which judges where to.
SOCKETS = {
    "rapport/platform/egress/": "the way out",
    "rapport/config/web.py": "listens; opens nothing to another machine",
    "rapport/config/children.py": "asks its own web server on loopback whether it answers",
    "rapport/config/catcher.py": "listens on loopback; opens nothing",
    "rapport/platform/mail/smtp.py": "speaks SMTP over the socket that egress gives",
    "rapport/platform/jobs/worker.py": "reads the name of its own machine",
}
# What opens one, or speaks through one.
OPENS = re.compile(
    r"(socket|ssl|http\.client|urllib\.request|urllib3|requests|httpx|aiohttp|smtplib|imaplib|poplib|ftplib|telnetlib"
    r"|xmlrpc\.client|asyncio\.open_connection|websockets|paramiko|dns|ldap3?|django\.core\.mail\.backends\.smtp)(\.|$)"
)

CLOCK = "rapport/base/clock.py"

PRODUCT = source.python("rapport")
PAGES = [
    name for name in source.tracked() if name.startswith("rapport/") and name.endswith((".html", ".jinja", ".txt"))
]


def test_a_file_can_be_read_at_a_sitting() -> None:
    lines = {name: source.text(name).count("\n") for name in source.python("rapport", "tests", "tools", "bench")}
    long = {name: count for name, count in lines.items() if count > LONGER.get(name, LONGEST)}
    assert not long, "these files hold more than one thought"


def test_nothing_hangs_on_signals() -> None:
    signals = re.compile(r"django\.(dispatch|db\.models\.signals|[\w.]+\.signals)\b")
    found = {name: used for name in PRODUCT if (used := list(filter(signals.match, source.imports(name))))}
    assert not found, "subscribe to the Event instead"


def test_no_rule_lives_in_save() -> None:
    found = [
        f"{name}:{node.lineno}"
        for name in PRODUCT
        for node in ast.walk(source.tree(name))
        if isinstance(node, ast.ClassDef)
        for node in node.body
        if isinstance(node, ast.FunctionDef) and node.name == "save" and node.args.args
    ]
    assert not found, "write an action"


def test_only_views_meet_the_web() -> None:
    found = [
        name
        for name in PRODUCT
        if "django.http" in source.imports(name)
        and "/views/" not in name
        and not name.endswith("/views.py")
        and not name.startswith(WEB)
    ]
    assert not found, "only views import django.http"


def test_the_engine_knows_no_noun() -> None:
    nouns = keys_of_nouns()
    found = [
        f"{name}:{line} asks for {asked}"
        for name in source.python("rapport/platform")
        for line, asked in keys_compared(name)
        if asked in nouns
    ]
    assert not found, "the Object lacks a word: add it"


def keys_of_nouns() -> set[str]:
    """Keys of the Objects that the domains declare."""
    below = ("rapport/base/", "rapport/ui/", "rapport/platform/", "rapport/config/")
    domains = [name for name in PRODUCT if not name.startswith(below)]
    return {key for name in domains for key in re.findall(r"\bObject\(\s*(?:key=)?\"(\w+)\"", source.text(name))}


def keys_compared(name: str) -> Iterator[tuple[int, str]]:
    """Literals that something named key or object is compared with."""
    for node in ast.walk(source.tree(name)):
        if isinstance(node, ast.Compare):
            parts = [node.left, *node.comparators]
            if any(re.search(r"(^|_)(key|object)$", named(part)) for part in parts):
                literals = [leaf for part in parts for leaf in ast.walk(part) if isinstance(leaf, ast.Constant)]
                yield from ((node.lineno, leaf.value) for leaf in literals if isinstance(leaf.value, str))


def named(node: ast.expr) -> str:
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""


def test_only_egress_opens_a_socket() -> None:
    found = {
        name: opens
        for name in PRODUCT
        if not name.startswith(tuple(SOCKETS)) and (opens := sorted(filter(OPENS.match, source.imports(name))))
    }
    assert not found, "call rapport.platform.egress: it judges where to"


def test_sql_is_written_only_where_it_is_looked_after() -> None:
    found = [
        f"{name}:{node.lineno}"
        for name in PRODUCT
        if name not in RAW_SQL
        for node in ast.walk(source.tree(name))
        if (isinstance(node, ast.Name) and node.id == "RawSQL")
        or (isinstance(node, ast.Attribute) and node.attr in ("RawSQL", "raw") and is_of_a_queryset(node))
        or (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and node.func.attr == "extra"
            and extra_sql(node)
        )
    ]
    assert not found, "no raw(), extra() or RawSQL elsewhere"


def extra_sql(node: ast.Call) -> bool:
    """A queryset's extra() takes SQL by these names."""
    return bool({keyword.arg for keyword in node.keywords} & {"select", "where", "tables", "order_by", "params"})


def is_of_a_queryset(node: ast.Attribute) -> bool:
    """`.raw` is a form of a value too (`field.raw`): of a queryset it hangs on a manager or another call."""
    inner = node.value
    return node.attr == "RawSQL" or (isinstance(inner, ast.Attribute) and inner.attr in ("objects", "_default_manager"))


def test_html_is_trusted_only_where_it_is_made() -> None:
    trust = re.compile(r"\bmark_safe\b|\|\s*safe\b|autoescape\s+(?:false|off)|\bSafeString\b")
    found = [name for name in (*PRODUCT, *PAGES) if name not in TRUSTED_HTML and trust.search(source.text(name))]
    assert not found


def test_pages_have_no_inline_script_or_style() -> None:
    inline = re.compile(r"<script(?![^>]*(?:\bsrc=|application/json))[^>]*>|\sstyle=[\"']|<style\b|\son[a-z]+=[\"']")
    found = {name: inline.findall(source.text(name)) for name in PAGES if inline.search(source.text(name))}
    assert not found, "our own content security policy would stop them"


def test_the_time_is_asked_of_the_clock() -> None:
    wall = re.compile(r"\b(?:datetime|date)\.(?:now|today|utcnow)\(|\btimezone\.now\b|\btime\.time\(|auto_now")
    found = {name: wall.findall(source.text(name)) for name in PRODUCT if wall.search(source.text(name))}
    found.pop(CLOCK, None)
    assert not found, "use rapport.base.clock"


def test_no_file_names_where_packages_come_from() -> None:
    # Put together here, so that this file does not name them either.
    hosts = ("py" + "pi.org", "files.python" + "hosted", "registry.npm" + "js", "unpkg" + ".com", "jsdeli" + "vr")
    found = [name for name in source.tracked() if any(host in source.text(name) for host in hosts)]
    assert not found, "the machine that installs knows where from"


def test_locks_name_no_place_and_carry_hashes() -> None:
    for name in ("requirements.lock", "requirements-dev.lock"):
        text = source.text(name)
        pins = re.findall(r"^[a-z][\w.-]*(?:\[\w+\])?==\S+", text, re.MULTILINE)
        assert len(pins) > 20 and text.count("--hash=sha256:") > len(pins)
        assert not re.search(r"https?://|file:|find-links|index-url|/opt/| @ ", text), name


def test_every_dependency_has_its_reason() -> None:
    listed = source.text("pyproject.toml").partition("dependencies = [")[2].partition("]\n\n")[0].strip().splitlines()
    assert not [line for line in listed if line.strip().startswith('"') and "  # " not in line]


def test_tests_mirror_the_tree() -> None:
    folders = {name.split("/")[1] for name in source.python("tests") if name.count("/") > 1}
    own = {"architecture", "contract", "browser", "clients", "docs", "bench", "tools", "guides", "proofs", "toyshop"}
    assert folders <= own | {name.split("/")[1] for name in PRODUCT if name.count("/") > 1}
