"""Measures a trained model on labelled rows, and against the champion on the same rows."""
