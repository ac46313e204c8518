"""The few words that scripts say themselves, translated; the page carries them in one meta element."""

from __future__ import annotations

from functools import lru_cache

from rapport.ui import language
from rapport.ui.language import gettext as _


def script_words() -> dict[str, str]:
    """Key to sentence; a script shows the key when one is missing."""
    return _words_in(language.current())


@lru_cache(maxsize=32)
def _words_in(_language: str) -> dict[str, str]:
    return {
        "undo": _("Undo"),
        "undone": _("Undone"),
        "dismiss": _("Dismiss"),
        "close": _("Close"),
        "failed": _("That did not work and nothing was changed. Please try again."),
        "offline": _("The server cannot be reached. What you typed is kept here."),
        "forbidden": _("You may not do that. Nothing was changed."),
        "gone": _("This no longer exists. Nothing was changed."),
        "saving": _("Saving …"),
        "draft_kept": _("Your draft is kept on this device."),
        "draft_restored": _("This is the draft you had begun."),
        "draft_discard": _("Discard it"),
        "selected": _("{n} selected"),
        "lifted": _("{card} picked up. Arrow keys move it, Enter drops, Escape puts it back."),
        "moved": _("{card} is now in {column}, {n} of {of}."),
        "placed": _("{card} is now {n} of {of}."),
        "changed_elsewhere": _("Something here was changed meanwhile."),
        "show_changes": _("Show"),
        "copied": _("Copied."),
        "dropped": _("{card} dropped in {column}."),
        "day_moved": _("{card} is now on {day}."),
        "put_back": _("{card} is back where it was."),
        "no_results": _("Nothing found"),
        "results": _("{n} results"),
        "remove": _("Remove"),
        "too_large": _("{name} is too large."),
        "upload_failed": _("{name} was not stored."),
        "shortcuts": _("Keyboard"),
        "go": _("Go to"),
        "here": _("Here"),
        "everywhere": _("Everywhere"),
        "key_next": _("Next line"),
        "key_previous": _("Previous line"),
        "key_open": _("Open beside the list"),
        "key_page": _("Open as a page"),
        "key_select": _("Select"),
        "key_undo": _("Undo the last change"),
        "key_palette": _("Find or do"),
        "key_help": _("This list"),
        "key_close": _("Close"),
        "key_edit": _("Edit"),
        "cells": _("Cells of the list"),
        "grid_help": _(
            "Arrow keys move over the cells, Enter changes one, Shift marks several, Escape leaves the cells."
        ),
        "range": _("{rows} × {columns} cells marked"),
        "copied_cells": _("{rows} × {columns} cells copied"),
        "beyond": _("{n} copied cells would stand beyond the last line or column; they were left out."),
        "not_here": _("This column cannot be changed here."),
        "column_width": _("{name} is {n} pixels wide"),
        "column_place": _("{name} is now column {n} of {of}"),
        "key_width": _("Column wider or narrower"),
        "key_place": _("Column to another place"),
        "key_arrows": _("From cell to cell"),
        "key_mark": _("Mark several"),
        "key_cell": _("Change the cell"),
        "key_copy": _("Copy and paste"),
        "key_down": _("Fill down"),
        "key_clear": _("Empty the cells"),
        "key_back": _("Take it back"),
        "passkey_failed": _("The device did not confirm. Nothing was changed."),
        "passkey_known": _("This device has a passkey for you already."),
        "confirm_yes": _("Yes, do it"),
        "cancel": _("Cancel"),
        "now": _("now"),
        "min_ago": _("{n} min ago"),
        "in_min": _("in {n} min"),
    }
