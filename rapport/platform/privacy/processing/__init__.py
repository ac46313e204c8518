"""The record of processing (Article 30 GDPR): texts the house writes, and tables made from what is declared and set up.

activity.ProcessingActivity   the texts: who is responsible, what is done with whose data and why
tables.table("webhooks", …)   a generated part; domains add theirs
"""
