"""Applies terraform/ to the local AWS, unchanged."""
