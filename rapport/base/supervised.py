"""What a child process does to end with its supervisor, even one that was killed outright."""

import os
import signal
import threading
import time


def follow(descriptor: int, *, grace: float = 30.0) -> None:
    """End this process gracefully when the other end of the pipe closes, which only the supervisor holds.

    Works on every system, unlike asking the kernel for a signal at the parent's death, and has no race with a parent
    that died before we asked.
    """

    def watch() -> None:
        os.read(descriptor, 1)  # nothing is ever written: this returns at the end of the file
        os.kill(os.getpid(), signal.SIGTERM)
        time.sleep(grace)
        os._exit(1)

    threading.Thread(target=watch, name="follow supervisor", daemon=True).start()
