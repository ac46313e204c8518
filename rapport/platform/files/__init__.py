"""Files: streamed in, kept by content hash, typed by content, given out only as attachments."""
