"""`python -m local push`."""

from pathlib import Path

import click

from local.commands.options import running_platform, with_home
from local.home import Home
from local.pushing import push_model
from local.timeline import Timeline


@click.command()
@click.argument("path", type=click.Path(exists=True, file_okay=False, resolve_path=True, path_type=Path))
@with_home
def push(home: Home, path: Path) -> None:
    """Carry the model in PATH to a trained version, as a push to GitLab would.

    The steps are `python -m ci check`, `version`, `image`, `publish` and `trigger train`; where the bucket has no data
    of the model yet, its data.py makes some.
    """
    timeline, platform = Timeline(), running_platform(home)
    pushed = push_model(platform, path, timeline)
    timeline.line("next", f"python -m local approve {pushed.version}")
