from rapport.base.errors import InputError, shown
from rapport.base.tables import by_alias, listed


def test_an_error_keeps_its_sentence_apart_from_its_values() -> None:
    error = InputError("“%(text)s” is not a date.", text="x")
    assert str(error) == "“x” is not a date."
    assert error.sentence % error.params == str(error)
    assert isinstance(error, ValueError)


def test_hostile_text_is_quoted_short_and_harmless() -> None:
    assert shown("a\x00b\u202ec") == "a b c"
    assert len(shown("x" * 1_000_000)) == 40
    assert shown("%s %(x)s") == "%s %(x)s"
    assert str(InputError("“%(text)s”", text=shown("%s"))) == "“%s”"


def test_tables_are_read_from_text() -> None:
    assert listed(" a b\nc ") == {"a", "b", "c"}
    assert by_alias("\n US: usa, the states\n GB: uk\n") == {"usa": "US", "the states": "US", "uk": "GB"}
