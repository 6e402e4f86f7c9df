"""What moto lacks, or answers otherwise than AWS does: mended in its classes, a file a service.

A file's `mend` runs when its service is first used, since moto's services take long to import.
"""

from functools import cache
from importlib import import_module

MENDED = {
    "applicationautoscaling": "scaling",
    "awslambda": "functions",
    "budgets": "budgets",
    "cloudwatch": "metrics",
    "ec2": "network",
    "events": "rules",
    "firehose": "delivery",
    "iam": "people",
    "kms": "keys",
    "s3": "buckets",
}


@cache
def mend(service: str) -> None:
    """Put our classes into moto's service, before it makes its own; nothing where none of it is ours."""
    if name := MENDED.get(service):
        import_module(f"local.aws.mended.{name}").mend()
