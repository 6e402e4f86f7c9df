"""A plan to decide on."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from modelway.plan import Account, Plan
from modelway.release import Release
from modelway.spec import parse_spec

ACCOUNT = Account(
    bucket="modelway-test", role_arn="arn:aws:iam::123456789012:role/modelway-sagemaker-demo", environment="test"
)
KEY = "arn:aws:kms:eu-west-1:123456789012:alias/modelway-demo"
ENCRYPTING = replace(ACCOUNT, kms_key=KEY)
IMAGE = f"123456789012.dkr.ecr.eu-west-1.amazonaws.com/demo/breast-cancer@sha256:{'a' * 64}"
SPEC = parse_spec((Path(__file__).parents[2] / "model_template/model.toml").read_text())


def plan(version: str = "1.4.0+r2") -> Plan:
    release = Release(
        project="demo",
        model="breast-cancer",
        version=version.partition("+")[0],
        image=IMAGE,
        commit="4f2a9c1",
        created_at=datetime(2026, 11, 21, tzinfo=UTC),
    )
    return Plan(release=release, spec=SPEC, version=version, run_id="t-0123456789abcdef")
