"""The one error of this package: a value a person gave cannot be understood.

`rapport.base` knows no Django and so no gettext. An `InputError` keeps its English sentence apart from the
values in it, so that a form can translate the sentence and then fill it in (`_(error.sentence) % error.params`).
"""

import re

# Controls, lone surrogates and direction overrides would garble the sentence that quotes them.
_UNSHOWABLE = re.compile("[\x00-\x1f\x7f-\x9f\u200b\u202a-\u202e\u2066-\u2069\ufeff\ud800-\udfff]+")


class InputError(ValueError):
    """A value cannot be understood; the sentence says what to change.

    `sentence` is the English message id with `%(name)s` places (a literal percent sign is `%%`), `params` their values.
    """

    def __init__(self, sentence: str, **params: object) -> None:
        super().__init__(sentence % params)
        self.sentence = sentence
        self.params = params


def marked(sentence: str) -> str:
    """The sentence as it is: a mark for the tool that collects what is to be translated."""
    return sentence


def shown(text: str, limit: int = 40) -> str:
    """A short, harmless quotation of hostile text for use inside an error sentence."""
    head = _UNSHOWABLE.sub(" ", text[: limit * 4]).strip()
    return head if len(head) <= limit else head[: limit - 1] + "…"
