"""Answers /ping and /invocations with the model's inference.py."""
