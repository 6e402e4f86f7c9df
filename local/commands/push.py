"""`python -m local push`."""

from pathlib import Path

import click

from local.approval import approve_version
from local.commands.options import running_platform, with_engine, with_home
from local.disk import check_room
from local.docking import keep_docker, require_docker
from local.engine_choice import EngineName, chosen_engine
from local.home import Home
from local.pushing import Trained, push_model
from local.registry import add_registry
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
@click.option("--gitlab", "by_gitlab", is_flag=True, help="By both .gitlab-ci.yml files, through gitlab-ci-local.")
@with_engine
@with_home
def push(home: Home, path: Path, yes: bool, with_logs: bool, by_gitlab: bool, engine: EngineName | None) -> None:
    """Carry the model in PATH to a trained version, as a push to GitLab would.

    The steps are `python -m ci check`, `version`, `image`, `publish` and `trigger train`; where the bucket has no data
    of the model yet, its data.py makes some. On a terminal you are asked whether to deploy what came of it; a version
    that fails its limits is not offered.

    With --gitlab the very .gitlab-ci.yml files do it: the model repository's pipeline runs, its bridge starts that of
    this checkout as ml-ops, and deploying is pressing its button.
    """
    platform = running_platform(home)
    check_room(home)
    chosen = chosen_engine(home, engine)
    if chosen is EngineName.DOCKER:
        require_docker(home)
        keep_docker(home)
        add_registry(platform)
    progress = Progress(option=home.option)
    with opened() as view:
        with standing(progress):
            if by_gitlab:
                # What signs and serves as GitLab is slow to load, and a plain push does without.
                from local.gitlab.pushing import push_to_gitlab

                trained = push_to_gitlab(platform, path, view, progress, engine=chosen)
            else:
                trained = [push_model(platform, path, view, progress, engine=chosen, with_logs=with_logs)]
        for one in trained:
            view.table(verdict_table(one.verdict))
            if accepted := is_accepted(one.pushed, one.verdict, view, yes=yes):
                approve_version(platform, one.pushed, view, with_logs=with_logs)
        following = f"python -m local predict{home.option}" if accepted else _following(one, home)
        view.times()
        view.note(f"next: {following}")


def _following(trained: Trained, home: Home) -> str:
    if not trained.verdict.may_be_deployed:
        return "a better model, or other limits in model.toml, and a push"
    return f"python -m local approve {trained.pushed.version}{home.option}"
