"""Formulas: what is calculated from the fields of a record, of records it points at, and of those that point at it.

syntax, parser   text -> tree: the words, names and conditions of the Query language, with arithmetic
check            tree -> typed expression (`ast`); `typing` and `calls` say which types go together
text             expression -> canonical text
operations       what each operation does, in Python; `evaluate` asks it of records in memory
compile          expression -> SQL over a Frame of the Query language; `postgresql` has the operations in SQL
"""

from rapport.platform.formula.ast import Expression, Type
from rapport.platform.formula.check import parse

__all__ = ["Expression", "Type", "parse"]
