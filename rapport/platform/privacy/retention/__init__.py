"""Retention: rules by which records end that are older than the house wants to keep them.

rule.RetentionRule    which records, since which day, how long, and what then; it acts once somebody confirmed it
due.due(rule)         what a rule means today: the number and the records, restricted ones apart
carry_out             the nightly job, record by record; each is written down in `Ended`
"""
