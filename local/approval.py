"""Lets a trained version behind its endpoint."""

import time
from collections.abc import Sequence

from local.errors import StepFailed
from local.gitlab.button import find_button
from local.interrupt import Interrupted
from local.platform import Platform
from local.pushed import Pushed
from local.pushing import BETWEEN
from local.road import Road, opened_road
from local.view.dagrun import DagRuns
from local.view.joblogs import JobLog, job_log
from local.view.progress import Progress, reworded
from local.view.view import View
from local.view.watch import Watch


def approve_version(platform: Platform, pushed: Pushed, view: View, *, with_logs: bool = False) -> None:
    """Approve its model package, deploy it and wait; raises StepFailed where either fails.

    A version that came through the local GitLab has a button for it there, which is pressed.
    """
    if button := find_button(platform.home, pushed):
        # What signs and serves as GitLab is slow to load, and a version without a button does without.
        from local.gitlab.pushing import press

        press(platform, button, view, Progress(version=pushed.version, option=platform.home.option))
        return
    view.chapter(f"Deploy {pushed.project}/{pushed.model} {pushed.version} to endpoint {pushed.endpoint}")
    view.belongs_to(pushed.version)
    with opened_road(platform, "approve", "trigger") as road:
        _approve(road, pushed, view)
        _deploy(road, pushed, view, logs=[_endpoint_log(platform, pushed)] if with_logs else [])


def _approve(road: Road, pushed: Pushed, view: View) -> None:
    try:
        with view.stage("approve"):
            road.step("approve", *pushed.arguments)
    except StepFailed as error:
        raise reworded(error, f"{pushed.version} is not approved, and nothing was deployed") from error


def _deploy(road: Road, pushed: Pushed, view: View, *, logs: Sequence[JobLog]) -> None:
    watch = Watch(view, DagRuns(road.platform.airflow_url), queue="queue the deployment", logs=logs)
    try:
        with view.background(BETWEEN), watch.to_the_end():
            road.step("trigger", "deploy", *pushed.arguments, "--wait", listener=watch)
    except StepFailed as error:
        raise reworded(error, _stands(pushed, watch, "failed")) from error
    except Interrupted as interruption:
        interruption.add_note(f"modelway: {_stands(pushed, watch, 'goes on in Airflow')}")
        raise


def _endpoint_log(platform: Platform, pushed: Pushed) -> JobLog:
    """From now on: the version before has written into the same group."""
    return job_log(platform, pushed, "endpoint", since=round(time.time() * 1000))


def _stands(pushed: Pushed, watch: Watch, end: str) -> str:
    run = f"; its run {end}: {watch.run.url}" if watch.run else ""
    return f"{pushed.version} is approved and not yet live{run}; `python -m local approve {pushed.version}` tries again"
