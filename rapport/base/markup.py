"""Foreign HTML, before a parser reads it: bounded, so that no text makes it work for longer than its length deserves.

The parser of nh3 (html5ever) takes time with the square of two counts: of entities, and of elements inside one another.
A megabyte of `&` took 19 s, 20,000 nested `<div>` 2 s. Nobody writes so many; beyond the limits they are plain signs.
"""

MOST_TAGS = 10_000
MOST_ENTITIES = 30_000


def bounded(source: str, longest: int) -> str:
    """At most `longest` characters, without NUL; too many tags stand there as written, too many `&` as blanks."""
    text = source[:longest].replace("\x00", "")
    if text.count("&") > MOST_ENTITIES:
        text = text.replace("&", " ")
    if text.count("<") > MOST_TAGS:
        text = text.replace("<", "\N{SINGLE LEFT-POINTING ANGLE QUOTATION MARK}")
    return text
