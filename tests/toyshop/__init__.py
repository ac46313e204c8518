"""Toy nouns that between them use every kind of field, every kind of reference and a family of Objects.

For tests of the engine only: registered by `tests.settings`, never by the product.
"""
