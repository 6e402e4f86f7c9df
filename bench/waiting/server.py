"""`python -m bench.waiting.server --home DIR --port N`: the local AWS, with jobs that end when they are told to."""

import logging
import os
import sys

from bench.waiting.held import Endings, HeldRun
from local.aws.__main__ import read_settings
from local.aws.room import LocalAws
from local.ending import heeded_end

PIPE = "endings"


def main() -> None:
    """Serve until a signal comes."""
    settings = read_settings()
    logging.basicConfig(stream=sys.stderr, level=logging.WARNING)
    os.mkfifo(settings.home / PIPE)
    endings = Endings(settings.home / PIPE)
    with heeded_end() as until_ended:
        aws = LocalAws(settings)
        hold_jobs(aws, endings)
        aws.start()
        until_ended()
        endings.release()
        aws.stop()


def hold_jobs(aws: LocalAws, endings: Endings) -> None:
    """Put our run in the place of the one that starts a program; the platform itself needs no door for that."""
    records, training = aws.sagemaker._records, aws.sagemaker._training

    def held(arn: str) -> HeldRun:
        return HeldRun(arn, records, endings)

    training._run = held


if __name__ == "__main__":
    main()
