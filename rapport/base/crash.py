"""Named crash points: where a test has the process killed as by a power cut. Without the variable they do nothing.

`RAPPORT_CRASH_AT=outbox.delivered:3` kills this process at the third passing of that point.
"""

import os
import signal

_at, _sep, _nth = os.environ.get("RAPPORT_CRASH_AT", "").partition(":")
_passed = 0


def point(name: str) -> None:
    """A place at which the process may be killed."""
    global _passed
    if name != _at:
        return
    _passed += 1
    if _passed >= int(_nth or 1):
        os.kill(os.getpid(), signal.SIGKILL)
