"""Webhooks: programs elsewhere hear of Events, by the rules of Standard Webhooks.

A call says what happened to which record and nothing of what stands in it: whoever wants to know asks the API, with
rights of their own. It is signed, comes at least once, and its `webhook-id` tells repeats apart. An endpoint hears of
what its owner may see at the moment of each call.
"""
