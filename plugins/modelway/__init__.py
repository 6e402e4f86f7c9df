"""Carries a model from a push to a SageMaker endpoint, and keeps it fresh there."""
