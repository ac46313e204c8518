"""The demonstration company: twelve months of Helianth Energie GmbH, a maker of solar and storage plants in Hamburg.

Everything is invented by a seeded generator relative to the day it runs, so that the same day gives the same story, and
"today" always has something to do. Names use reserved domains (.example) and numbers set aside for film and television.
Never imported by the rest.
"""
