"""What docs/aws.md says of costs is what its table of prices comes to."""

import subprocess
import sys
from pathlib import Path

from tests.docs.pages import REPOSITORY

COSTS = REPOSITORY / "docs" / "costs"


def printed(folder: Path) -> str:
    return subprocess.run([sys.executable, str(folder)], capture_output=True, text=True, check=True).stdout


def test_the_page_shows_what_the_prices_come_to() -> None:
    assert printed(COSTS) in (REPOSITORY / "docs" / "aws.md").read_text()


def test_another_price_is_another_sum(tmp_path: Path) -> None:
    (tmp_path / "__main__.py").write_text((COSTS / "__main__.py").read_text())
    prices = 'thing,unit,usd,dev,stage,prod\n"Key",month,2.50,1,2,0\n"Hour",hour,0.5,10,0,0\n'
    (tmp_path / "prices.csv").write_text(prices)
    assert printed(tmp_path).splitlines()[2:] == [
        "| Key | 2.50 / month | 2.50 | 5.00 |  |",
        "| Hour | 0.5 / hour | 5.00 |  |  |",
        "| **a month** | | **8** | **5** | **0** |",
    ]
