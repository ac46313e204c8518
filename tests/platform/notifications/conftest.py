"""The worker processes of the job tests."""

from tests.platform.jobs.conftest import address, eventually, workers

__all__ = ["address", "eventually", "workers"]
