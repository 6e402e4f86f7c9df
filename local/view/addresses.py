"""Where to look while a platform is up."""

from local.platform import Platform
from local.view.table import Cell, Column, Table, Tone


def addresses(platform: Platform) -> Table:
    """The pages to open, and the AWS endpoint."""
    rows = [
        ("Airflow", platform.airflow_url, "runs, graphs and logs"),
        ("inbox", f"{platform.inbox_url}/", "what Slack and e-mail said"),
        ("objects", f"{platform.aws_url}/-/{platform.identity.region}/", "jobs, models and endpoints on the local AWS"),
        ("AWS", platform.aws_url, f'eval "$(python -m local env{platform.home.option})"'),
    ]
    return Table(
        headline=Cell("Look around", Tone.STRONG),
        columns=(Column(), Column(), Column(spare=True)),
        rows=[[Cell(name), Cell(url, Tone.BAR, link=url), Cell(why, Tone.FAINT)] for name, url, why in rows],
    )
