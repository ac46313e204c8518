"""Who works here: users, teams (a tree kept as a closure), API tokens."""
