"""The rules that the docs show are rules that the local AWS understands."""

import re
import tomllib
from pathlib import Path

from local.aws.faults import plan_of
from local.aws.sagemaker.rules import rules_of

BLOCKS = re.findall(r"```toml\n(.*?)```", (Path(__file__).parents[2] / "docs/quirks.md").read_text(), re.DOTALL)


def test_the_faults_and_rules_of_the_docs_are_understood() -> None:
    documents = [tomllib.loads(block) for block in BLOCKS]
    faults = [document for document in documents if "fault" in document]
    others = [document for document in documents if "fault" not in document]
    assert (len(faults), len(others)) == (1, 1)
    assert plan_of(faults[0])
    assert rules_of(others[0]).quotas
