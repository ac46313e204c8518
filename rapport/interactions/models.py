"""Every table of interactions, gathered for Django; importing it registers Objects, projections and verbs."""

from rapport.interactions.interaction import Interaction
from rapport.interactions.participant import Participant
from rapport.interactions.task import Task
from rapport.interactions.template import Template
from rapport.interactions.thread import Thread

__all__ = ["Interaction", "Participant", "Task", "Template", "Thread"]
