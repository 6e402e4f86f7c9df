"""`python -m local push`."""

from pathlib import Path

import click

from local.approval import approve_version
from local.commands.options import running_platform, with_home
from local.disk import check_room
from local.home import Home
from local.pushing import Trained, push_model
from local.view.offer import is_accepted
from local.view.progress import Progress, standing
from local.view.terminal import opened
from local.view.verdict import verdict_table


@click.command(
    short_help="Carry a model to a trained version.", epilog="Example: python -m local push ~/my-model --logs"
)
@click.argument("path", type=click.Path(exists=True, file_okay=False, resolve_path=True, path_type=Path))
@click.option("--yes", is_flag=True, help="Deploy it without asking.")
@click.option("--logs", "with_logs", is_flag=True, help="Show what the jobs write, as they write it.")
@with_home
def push(home: Home, path: Path, yes: bool, with_logs: bool) -> None:
    """Carry the model in PATH to a trained version, as a push to GitLab would.

    The steps are `python -m ci check`, `version`, `image`, `publish` and `trigger train`; where the bucket has no data
    of the model yet, its data.py makes some. On a terminal you are asked whether to deploy what came of it; a version
    that fails its limits is not offered.
    """
    platform = running_platform(home)
    check_room(home)
    progress = Progress(option=home.option)
    with opened() as view:
        with standing(progress):
            trained = push_model(platform, path, view, progress, with_logs=with_logs)
        view.table(verdict_table(trained.verdict))
        if is_accepted(trained.pushed, trained.verdict, view, yes=yes):
            approve_version(platform, trained.pushed, view, with_logs=with_logs)
            following = f"python -m local predict{home.option}"
        else:
            following = _following(trained, home)
        view.times()
        view.note(f"next: {following}")


def _following(trained: Trained, home: Home) -> str:
    if not trained.verdict.may_be_deployed:
        return "a better model, or other limits in model.toml, and a push"
    return f"python -m local approve {trained.pushed.version}{home.option}"
