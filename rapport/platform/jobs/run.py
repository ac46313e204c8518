"""Doing one claimed job: what the function gets, and what becomes of its result or its error."""

from __future__ import annotations

import logging
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from rapport.platform import culture
from rapport.platform.access import NotFound, actor_for, system
from rapport.platform.custom import current
from rapport.platform.jobs import queue, registry
from rapport.ui.language import speaking

if TYPE_CHECKING:
    from rapport.platform.access import Actor
    from rapport.platform.jobs.models import Job

log = logging.getLogger("rapport.jobs")


class GiveUp(Exception):
    """No try will ever work; the message says why, to whoever looks at failed jobs."""


class Cancelled(Exception):
    """Somebody asked this job to stop."""


# Being told no is an answer, not an accident.
FINAL = (GiveUp, ValidationError, PermissionDenied, NotFound)


class Run:
    """One attempt, as its function sees it."""

    def __init__(self, job: Job, *, in_steps: bool) -> None:
        self._job = job
        self._in_steps = in_steps

    @property
    def id(self) -> int:
        return self._job.pk

    @property
    def attempt(self) -> int:
        """1 for the first try."""
        return self._job.attempts

    def progress(self, done: int, total: int | None = None) -> None:
        """Say how far it is. Raises Cancelled when asked to stop, LeaseLost when somebody else has the job.

        Inside one transaction nobody sees it before the end, so only a stepwise job's progress is kept.
        """
        if self._in_steps and not queue.note_progress(self._job, done, total):
            raise Cancelled

    @contextmanager
    def step(self, done: int | None = None, total: int | None = None) -> Iterator[None]:
        """A transaction that commits only while the job is ours: a worker that wakes up late changes nothing."""
        if not self._in_steps:
            raise TypeError("A job in one transaction has no steps: declare it with @stepwise_job.")
        with transaction.atomic():
            yield
            at = self._job.progress_done if done is None else done
            self._job.progress_done = at
            goes_on = queue.note_progress(self._job, at, total if total is not None else self._job.progress_total)
            self._job.progress_total = total if total is not None else self._job.progress_total
        if not goes_on:
            raise Cancelled


def perform(job: Job) -> None:
    """Do a claimed job and settle it. Only errors of the database leave here; the lease then runs out by itself."""
    known = registry.definition(job.key)
    try:
        if known is None:
            raise LookupError(f"This version of Rapport has no job {job.key}.")
        with current.fresh():
            _do(known, job)
    except queue.LeaseLost:
        log.warning("job %s %s: the lease was lost, its work is rolled back", job.pk, job.key)
    except Cancelled:
        queue.settle_cancelled(job)
    except Exception as error:  # whatever a job raises is kept with it and never ends the worker
        _settle_error(job, error)


def _do(known: registry.Definition, job: Job) -> None:
    actor = _actor(job)
    run = Run(job, in_steps=known.in_steps)
    spoken = settings.LANGUAGE_CODE if actor.user_id is None else actor.culture.language
    with speaking(spoken), culture.use(actor.culture):
        _call(known, actor, run, job)


def _call(known: registry.Definition, actor: Actor, run: Run, job: Job) -> None:
    if known.in_steps:
        result = registry.call(known, actor, run, job)
        with transaction.atomic():
            queue.settle(job, _result(result))
        return
    with transaction.atomic():
        queue.settle(job, _result(registry.call(known, actor, run, job)))


def _actor(job: Job) -> Actor:
    if job.actor_id is None:
        return system(job.actor_name or job.key, "job")
    actor = actor_for(job.actor_id, "job", token_id=job.token_id)
    if actor is None:
        raise GiveUp(_("Whoever began this may not sign in any more, or their token has ended."))
    return actor


def _result(result: object) -> Any:
    return result if isinstance(result, (dict, list, str, int, float, bool)) else None


def _settle_error(job: Job, error: Exception) -> None:
    try:
        state = queue.settle_failed(job, _words(error), is_final=isinstance(error, FINAL))
    except queue.LeaseLost:
        log.warning("job %s %s failed after its lease was lost", job.pk, job.key)
        return
    log.log(
        logging.ERROR if state == "dead" else logging.WARNING, "job %s %s: %s, now %s", job.pk, job.key, error, state
    )


def _words(error: Exception) -> str:
    """The sentence for a refusal; the whole trace for an accident."""
    if isinstance(error, ValidationError):
        return " ".join(error.messages)
    if isinstance(error, FINAL):
        return str(error) or _("This may not be done.")
    return "".join(traceback.format_exception(error, limit=-12))
