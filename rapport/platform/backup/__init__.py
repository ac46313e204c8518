"""Backups of the whole house, each restored for trial right after it was made.

make.make()                     database and files, sealed for public keys; whole under its name or not there
trial.run(backup, opener)       read from the disk, restored beside the house, compared row for row
restore.restore(backup, …)      takes the place of the database in use: held, ledger applied, nobody signed in
folder.latest_verified()        the newest one that was found good

How a backup lies on the disk: `folder`; its format: `age`, `parts`; which ones stay: `rotation`.
"""
