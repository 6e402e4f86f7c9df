"""`python -m local predict`."""

import json

import click

from local.commands.options import running_platform, with_home
from local.home import Home
from local.prediction import predict_rows
from local.pushed import recall


@click.command()
@click.option(
    "--rows", default=3, show_default=True, type=click.IntRange(1, 1000), help="How many rows of the test file."
)
@click.option("--project", help="Else the last pushed one.")
@click.option("--model", help="Else the last pushed one.")
@with_home
def predict(home: Home, rows: int, project: str | None, model: str | None) -> None:
    """Send rows of the model's test file to its endpoint and compare the answers with the truth."""
    platform = running_platform(home)
    answer = predict_rows(platform, recall(home, project=project, model=model, version=None), count=rows)
    for each in answer.predictions:
        click.echo(
            f"{'right' if each.is_right else 'wrong':<6} truth {each.truth:<8} prediction {json.dumps(each.answer)}"
        )
    click.echo(answer.attributes)
