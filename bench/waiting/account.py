"""An account that has trained for years: record files of jobs that ended long ago."""

import json
import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from local.aws.sagemaker.place import Place

HOUR = 3600
MINUTE = 60


def seed(home: Path, place: Place, *, count: int) -> None:
    """Write them where the local SageMaker reads its records; the last one ended an hour ago."""
    folder = home / "aws" / "sagemaker" / "records" / place.account / place.region / "training-job"
    folder.mkdir(parents=True)
    for record in old_jobs(place, count=count, now=time.time()):
        with open(os.path.join(folder, f"{record['TrainingJobName']}.json"), "w", encoding="utf-8") as file:
            json.dump(record, file)


def old_jobs(place: Place, *, count: int, now: float) -> Iterator[dict[str, Any]]:
    """One every ten minutes, each of a minute."""
    for number in range(count):
        name, end = f"old-{number:06}", now - HOUR - (count - number) * 10 * MINUTE
        yield {
            "arn": place.arn("training-job", name),
            "TrainingJobName": name,
            "TrainingJobArn": place.arn("training-job", name),
            "TrainingJobStatus": "Completed",
            "SecondaryStatus": "Completed",
            "CreationTime": end - MINUTE,
            "TrainingEndTime": end,
            "LastModifiedTime": end,
        }
