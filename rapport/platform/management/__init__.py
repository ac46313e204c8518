"""Commands of the engine, for `rapport COMMAND`."""
