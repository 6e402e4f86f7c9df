"""Lets a trained version behind its endpoint."""

import tempfile
from pathlib import Path

from local.platform import Platform
from local.pushed import Pushed
from local.road import Road
from local.timeline import Timeline


def approve_version(platform: Platform, pushed: Pushed, timeline: Timeline) -> None:
    """Approve its model package, deploy it and wait; raises StepFailed where either fails."""
    with tempfile.TemporaryDirectory(prefix="modelway-approve-") as folder:
        road = Road(platform, Path(folder) / "build.env")
        road.step("approve", *pushed.arguments)
        timeline.line("approved", f"{pushed.project}/{pushed.model} {pushed.version}")
        road.step("trigger", "deploy", *pushed.arguments, "--wait")
    timeline.line("deployed", pushed.endpoint)
