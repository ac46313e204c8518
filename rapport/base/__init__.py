"""Plain values and the reading of them, without a database and without Django.

This package covers what every other part needs and none of it owns: the clock and ids, text and its folding for
search, numbers, money, dates, durations and relative periods, and the parts of a customer's address (person name,
postal address, e-mail address, telephone number), how alike two names are, and cells safe for spreadsheets.

It imports nothing else of Rapport. Reading a person's input raises `errors.InputError`, a `ValueError` whose sentence
says what to change and can be translated by its caller. Every function takes time linear in its input, and texts
longer than the value could be are refused before they are read.
"""
