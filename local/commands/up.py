"""`python -m local up`."""

import click

from local.actors import has_actors
from local.commands.options import with_engine, with_home
from local.docking import prepare_engine, require_docker
from local.engine_choice import EngineName, chosen_engine
from local.home import Home
from local.platform import make_platform
from local.registry import add_registry
from local.starting import is_up, start
from local.terraform.applying import apply_root, by_terraform, choose_terraform
from local.terraform.root import ENVIRONMENTS
from local.view.addresses import addresses
from local.view.terminal import opened


@click.command(
    short_help="Start the platform: a local AWS, Airflow, an inbox.",
    epilog="Example: python -m local up && python -m local push model_template",
)
@click.option(
    "--terraform",
    "environment",
    type=click.Choice(ENVIRONMENTS),
    is_flag=False,
    flag_value="dev",
    help="Make what is on AWS by terraform/, with the variables of this environment; dev, where none is named.",
)
@with_engine
@with_home
def up(home: Home, engine: EngineName | None, environment: str | None) -> None:
    """Start the local platform: AWS, an inbox and Airflow.

    Returns when everything is healthy. Repeating it does no harm and starts what is missing.

    With --engine docker a registry is started too, and `push` builds images by Docker.

    With --terraform, as ever after in that folder, the very root of terraform/ is applied to the local AWS, and the
    road runs on what it has made. `python -m local terraform plan` shows what it would change.
    """
    chosen = chosen_engine(home, engine)
    if chosen is EngineName.DOCKER:
        require_docker(home)
    platform = make_platform(home)
    prepare_engine(platform.home, chosen)
    if environment is not None:
        choose_terraform(platform, environment, was_started=has_actors(platform))
    with opened() as view:
        if is_up(platform):
            view.note("The platform is already up.")
            if by_terraform(platform.home):
                apply_root(platform, view)
            if chosen is EngineName.DOCKER:
                add_registry(platform)
        else:
            view.chapter(f"Start the platform in {home.root}")
            with view.background("starting"):
                start(platform, view)
        view.table(addresses(platform))
