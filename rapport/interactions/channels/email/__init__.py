"""E-mail: writing, answering, sending later and taking back; what became of a mail stands on its interaction.

Sender addresses say as whom one may write. A mail is written as an interaction and handed to the outbox in the same
transaction; the outbox's word (`queued`, `sent`, `failed`, `uncertain`) is its `delivery`, changed in the transaction
that settles the effect.
"""
