"""Action: a named verb that changes records, declared with `@action` in the noun's file, run from every surface by
`run`.
"""

from rapport.platform.actions.declare import Action, Parameter, action
from rapport.platform.actions.run import allowed, parse, run

__all__ = ["Action", "Parameter", "action", "allowed", "parse", "run"]
