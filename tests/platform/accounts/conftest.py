"""Every test begins without failures that another one left in memory."""

from __future__ import annotations

import pytest

from rapport.platform.audit.write import _brake


@pytest.fixture(autouse=True)
def _no_brake() -> None:
    _brake.release()
