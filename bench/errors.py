"""What makes a measurement worthless."""


class BenchError(Exception):
    """A measured piece of work failed; there is no figure from a failed run."""
