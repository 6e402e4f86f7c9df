"""`python -m local predict`."""

import click

from local.commands.options import running_platform, with_home
from local.home import Home
from local.prediction import predict_rows
from local.pushed import recall
from local.view.answers import answers_table
from local.view.terminal import opened


@click.command(short_help="Ask the endpoint, beside the truth.", epilog="Example: python -m local predict --rows 10")
@click.option(
    "--rows", default=3, show_default=True, type=click.IntRange(1, 1000), help="How many rows of the test file."
)
@click.option("--project", help="Else the last pushed one.")
@click.option("--model", help="Else the last pushed one.")
@with_home
def predict(home: Home, rows: int, project: str | None, model: str | None) -> None:
    """Send rows of the model's test file to its endpoint and show the answers beside the truth."""
    platform = running_platform(home)
    pushed = recall(home, project=project, model=model, version=None)
    with opened() as view:
        answer = predict_rows(platform, pushed, count=rows)
        view.table(answers_table(answer, answer.predictions))
