"""Carries a model's folder to a trained version."""

import tempfile
from pathlib import Path

from local.actors import GITLAB, session_of
from local.dataset import has_data, make_data, upload_data
from local.estate.model import ensure_model
from local.platform import Platform
from local.pushed import Pushed, remember
from local.refusals import aws_refusals
from local.road import Road
from local.source import read_model
from local.timeline import Timeline


def push_model(platform: Platform, source: Path, timeline: Timeline) -> Pushed:
    """Check, version, image, data, publish, train; raises StepFailed at the first that fails."""
    with tempfile.TemporaryDirectory(prefix="modelway-push-") as folder:
        road = Road(platform, Path(folder) / "build.env")
        pushed = _publish(road, source, timeline)
        remember(platform.home, pushed)
        road.step("trigger", "train", *pushed.arguments, "--wait")
    timeline.line("trained", f"{pushed.project}/{pushed.model} {pushed.version}")
    return pushed


def _publish(road: Road, source: Path, timeline: Timeline) -> Pushed:
    here = ("--source", str(source))
    model = read_model(source)
    road.check(source)
    timeline.line("checked", str(source))
    ensure_model(road.platform, model)
    road.step("version", *here)
    pushed = Pushed(model.project, model.name, road.variables()["MODEL_VERSION"])
    timeline.line("versioned", pushed.version)
    road.step("image", *here)
    timeline.line("image", road.variables()["IMAGE"])
    _bring_data(road.platform, source, pushed, timeline)
    road.step("publish", *here)
    timeline.line("published", f"s3://{road.platform.bucket}/{pushed.prefix}/releases/{pushed.version}/")
    return pushed


@aws_refusals()
def _bring_data(platform: Platform, source: Path, pushed: Pushed, timeline: Timeline) -> None:
    s3 = session_of(platform, GITLAB).client("s3", endpoint_url=platform.aws_url)
    place = f"s3://{platform.bucket}/{pushed.prefix}/data/"
    if has_data(s3, bucket=platform.bucket, prefix=pushed.prefix):
        timeline.line("data", f"kept, as it lies in {place}")
        return
    if (source / "data.py").exists():
        make_data(platform, source)
    count = upload_data(s3, source, bucket=platform.bucket, prefix=pushed.prefix)
    timeline.line("data", f"{count} files to {place}")
