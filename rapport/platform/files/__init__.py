"""Files: streamed in, kept by content hash, typed by content, given out only as attachments.

`store`, `attach`, `detach`, `on_record`, `find`, `open_stored`; imported when first asked for.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rapport.platform.files.keep import attach, clean_name, detach, find, on_record, open_stored, reachable, store

__all__ = ["attach", "clean_name", "detach", "find", "on_record", "open_stored", "reachable", "store"]


def __getattr__(name: str) -> Any:
    """The package is imported with the models, before Objects and access can be."""
    if name not in __all__:
        raise AttributeError(name)
    from rapport.platform.files import keep

    return getattr(keep, name)
