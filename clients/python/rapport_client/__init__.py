"""A typed client of the Rapport REST API: `Rapport(url, token).people.create({...})`."""

from rapport_client.api import Rapport
from rapport_client.core import Answer, Problem, Transport

__all__ = ["Answer", "Problem", "Rapport", "Transport"]
