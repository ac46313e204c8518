"""Settings, addresses, the SQLite engine and the command line: the only place that names everything."""
