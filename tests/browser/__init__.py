"""A real chromium against a real server with a real worker."""
