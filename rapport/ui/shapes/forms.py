"""Forms: fields, answers, files, mistakes, conflicts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NotRequired, TypedDict

from rapport.ui.shapes.lists import Choice


class Option(TypedDict):
    """A proposal of a reference picker."""

    value: str
    label: str
    note: NotRequired[str]
    icon: NotRequired[str]
    face: NotRequired[str]
    create: NotRequired[bool]  # "create …" at the end


class FormField(TypedDict):
    """A field of a form.

    widget: text textarea rich number money percent date datetime duration checkbox select multi email phone url address
    reference references user tags file password hidden radio. `value` is what was typed or stored.
    """

    name: str
    label: str
    widget: str
    value: NotRequired[object]
    help: NotRequired[str]
    error: NotRequired[str]
    required: NotRequired[bool]
    disabled: NotRequired[bool]
    locked: NotRequired[str]  # why nobody can change it as the record stands
    choices: NotRequired[Sequence[Choice]]
    currencies: NotRequired[Sequence[Choice]]  # money
    currency: NotRequired[str]
    options_url: NotRequired[str]  # reference, references, user, tags
    chosen: NotRequired[Sequence[Option]]
    parts: NotRequired[Sequence[FormField]]  # address
    upload_url: NotRequired[str]  # file
    files: NotRequired[Sequence[UploadedFile]]
    unit: NotRequired[str]
    min: NotRequired[str]
    max: NotRequired[str]
    step: NotRequired[str]
    autocomplete: NotRequired[str]
    autofocus: NotRequired[bool]
    rows: NotRequired[int]
    max_length: NotRequired[int]
    wide: NotRequired[bool]
    attrs: NotRequired[dict[str, object]]


class ShownFile(TypedDict, total=False):
    """How a stored file can be looked at."""

    show_url: str
    picture: bool  # whether it has a thumbnail


class UploadedFile(ShownFile):
    """A file that is stored."""

    name: str
    href: str
    size: str
    value: NotRequired[str]  # goes into the form
    remove_url: NotRequired[str]


class FieldError(TypedDict):
    """A line of the error summary; `field` is the name of the form field it jumps to."""

    text: str
    field: NotRequired[str]


class ConflictField(TypedDict):
    """A field that somebody else changed while you did."""

    name: str
    label: str
    mine: str
    theirs: str
    mine_raw: str
    theirs_raw: str
    was: NotRequired[str]
    who: NotRequired[str]
