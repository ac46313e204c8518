"""Small tables written as text in the modules that need them."""


def listed(text: str) -> frozenset[str]:
    """The words of a text, as a set."""
    return frozenset(text.split())


def by_alias(text: str) -> dict[str, str]:
    """From lines like "US: usa, america" the key of every alias: {"usa": "US", "america": "US"}."""
    lines = (line.partition(":") for line in text.strip().splitlines())
    return {alias.strip(): key.strip() for key, _, aliases in lines for alias in aliases.split(",")}
