"""Django's SQLite backend over the newest SQLite at hand; name `rapport.config.sqlite` as ENGINE."""
