"""The engine: Objects, Fields, Records, Actions, Events, Queries and Jobs. It knows no noun."""
