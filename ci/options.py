"""The options that several commands share."""

from collections.abc import Callable
from pathlib import Path

import click

from ci import envfile

Command = Callable[..., None]
Decorator = Callable[[Command], Command]


class Carried(click.Option):
    """An option whose variable is looked for in the env file, then in the environment.

    What a job before has found counts: GitLab's environment may hold what the pipeline was started with instead.
    """

    def resolve_envvar_value(self, ctx: click.Context) -> str | None:
        """Return the variable's value."""
        path = ctx.params.get("env_file")
        carried = envfile.read(path).get(str(self.envvar)) if path else None
        return carried or super().resolve_envvar_value(ctx)


def carried(name: str, *, variable: str, words: str) -> Decorator:
    """Make a required option that travels from job to job."""
    return click.option(name, cls=Carried, envvar=variable, show_envvar=True, required=True, help=words)


source = click.option(
    "--source",
    type=click.Path(exists=True, file_okay=False, resolve_path=True, path_type=Path),
    required=True,
    help="The folder of the model: model.toml, train.py, inference.py.",
)

env_file = click.option(
    "--env-file",
    type=click.Path(dir_okay=False, path_type=Path),
    default=Path("build.env"),
    show_default=True,
    is_eager=True,
    help="Values of earlier jobs, and where this one leaves its own.",
)

bucket = carried("--bucket", variable="MODELWAY_BUCKET", words="The bucket of releases, images and results.")
project = carried("--project", variable="MODEL_PROJECT", words="The model's project.")
model = carried("--model", variable="MODEL_NAME", words="The model's name in the project.")
version = carried("--version", variable="MODEL_VERSION", words="A version such as 1.4.0 or, trained again, 1.4.0+r2.")

base = click.option(
    "--base",
    envvar="MODELWAY_BASE_IMAGE",
    show_envvar=True,
    default="",
    help="Docker's base image, instead of the one that container/Dockerfile names.",
)

register = click.option(
    "--models",
    "register",
    type=click.Path(dir_okay=False, path_type=Path),
    help="The register, models.toml; then only what GitLab has signed counts. GitLab's jobs pass it.",
)

push = click.option(
    "--push",
    "push_file",
    type=click.Path(dir_okay=False, path_type=Path),
    default=Path("push.json"),
    show_default=True,
    help="The push that GitLab has signed, as `fetch --models` leaves it.",
)

environment = click.option(
    "--environment",
    required=True,
    help="The deployment: dev, stage or prod, or another with files in environments/.",
)

state_bucket = click.option(
    "--state-bucket",
    "bucket",
    envvar="MODELWAY_STATE_BUCKET",
    show_envvar=True,
    required=True,
    help="The bucket in which Terraform's state of this environment lies.",
)

root = click.option(
    "--root",
    type=click.Path(exists=True, file_okay=False, resolve_path=True, path_type=Path),
    default=Path("terraform"),
    show_default=True,
    help="The folder of Terraform's root module; the zip files that it ships are written to build/ beside it.",
)

plans = click.option(
    "--plans",
    type=click.Path(file_okay=False, resolve_path=True, path_type=Path),
    default=Path("plan"),
    show_default=True,
    help="The folder of plans.",
)

wheels = click.option(
    "--wheels",
    is_flag=True,
    envvar="MODELWAY_WHEELS",
    help="Put the wheels of requirements.txt into plugins.zip, for an Airflow that has no way to PyPI.",
)
