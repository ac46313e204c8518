"""What a page hands to the macros: typed dictionaries, one per component.

Every value is ready to be shown (formatted, translated, checked for access). Keys that are `NotRequired` may be left
out. Tones are `good`, `warn`, `bad`, `info`, `accent`; none is neutral. Icons are names in `icons.NAMES`.
"""

from rapport.ui.shapes.forms import ConflictField, FieldError, FormField, Option, ShownFile, UploadedFile
from rapport.ui.shapes.frame import (
    Chip,
    Figure,
    Link,
    MenuItem,
    PaletteGroup,
    PaletteItem,
    Position,
    QueueItem,
    Shell,
    Toast,
)
from rapport.ui.shapes.lists import (
    BoardCard,
    BoardColumn,
    BuilderRow,
    BulkAction,
    Cell,
    Choice,
    Column,
    Completion,
    GroupHead,
    Row,
    RowGroup,
    Step,
    Sum,
    Token,
)
from rapport.ui.shapes.records import Change, ComposeKind, Fact, FactGroup, Filter, NextItem, Source, Stage, StoryItem
from rapport.ui.shapes.words import CellKind, StepTone, Tone

__all__ = [
    "BoardCard",
    "BoardColumn",
    "BuilderRow",
    "BulkAction",
    "Cell",
    "CellKind",
    "Change",
    "Chip",
    "Choice",
    "Column",
    "Completion",
    "ComposeKind",
    "ConflictField",
    "Fact",
    "FactGroup",
    "FieldError",
    "Figure",
    "Filter",
    "FormField",
    "GroupHead",
    "Link",
    "MenuItem",
    "NextItem",
    "Option",
    "PaletteGroup",
    "PaletteItem",
    "Position",
    "QueueItem",
    "Row",
    "RowGroup",
    "Shell",
    "ShownFile",
    "Source",
    "Stage",
    "Step",
    "StepTone",
    "StoryItem",
    "Sum",
    "Toast",
    "Token",
    "Tone",
    "UploadedFile",
]
