"""Runs the model's train.py the way SageMaker's script mode does."""
