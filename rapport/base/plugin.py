"""Plugin: a domain package that lives elsewhere, as found in the Python environment."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Plugin:
    """One installed plug-in: how people call it, its package, and the distribution it came with."""

    name: str
    package: str
    distribution: str
    version: str
    is_on: bool = True

    def __str__(self) -> str:
        return f"{self.name} ({self.distribution} {self.version})"
