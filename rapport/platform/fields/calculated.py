"""A field without a column: its value is worked out by SQL wherever it is asked for; `formula.field` says how."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from rapport.platform.fields.base import Field

if TYPE_CHECKING:
    from django.db import models

    from rapport.platform.access import Fragment
    from rapport.platform.objects import Object
    from rapport.platform.query.evaluate import Evaluator, Record
    from rapport.platform.query.frame import Frame


class Calculated(Field[Any]):
    """Before a Field class: the class's own reading, format and comparisons over an expression instead of columns."""

    outside: ClassVar[bool] = True
    # The model or the key of the Object it belongs to.
    home: type[models.Model] | str = ""

    @property
    def changes_by_itself(self) -> bool:
        """Whether the hour or the rates of the day change it, so that no SQL of it may be kept."""
        raise NotImplementedError

    def contribute_to_class(self, model: type[models.Model], name: str) -> None:
        """Known to the model, without any column of it."""
        self.key, self.home = name, model
        if "_own_fields" not in model.__dict__:
            model._own_fields = {}  # type: ignore[attr-defined]  # one registry per class, read by fields_of
        model._own_fields[name] = self  # type: ignore[attr-defined]  # as above
        setattr(model, name, self)

    def expressions(self, frame: Frame) -> list[Fragment]:
        """What stands in SQL where the columns of the class would, for the record a frame is at."""
        raise NotImplementedError

    def evaluate(self, evaluator: Evaluator, obj: Object, record: Record) -> Any:
        """The value by plain Python, of a record in memory."""
        raise NotImplementedError

    def may_be_null(self, model: type[models.Model]) -> bool:
        return True
