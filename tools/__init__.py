"""What `make` calls. Not part of the product."""
