"""Rapport: customer relationship management on one engine."""

__version__ = "0.1.0"
