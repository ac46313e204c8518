"""The REST API at /api/v1: for every Object what its declaration says, described exactly by OpenAPI 3.1.

Design. One table of endpoints (`endpoints`) is read twice: `urls` routes by it, `openapi` describes it. One schema per
Field (`schemas`) is read twice as well: it is published, and `check` holds every request against it before the field
itself parses the value. So the description cannot say something else than the code does.

Rejected: django-ninja. It derives its description from Pydantic classes known when the code is written. Objects, their
Actions, and which fields a reader may know of are known at run time only; classes made per Object and per role would
check every body twice, answer in another form than our fields do, and describe references ({"id", "label"} when read, a
uid when written) no better than the schema a Field gives anyway.

Rules: ids are uids, local numbers stay inside. A record that is foreign answers like one that does not exist, a hidden
field like an unknown one. What asks to change something is refused before anything is written, and runs in one
transaction (`door.answer`): the place where an Idempotency-Key will be stored together with the effect.
"""
