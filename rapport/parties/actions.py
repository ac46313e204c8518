"""Placeholder while the verbs are written."""
