"""What holds for every file of the root: its format, its words, its wildcards; and terraform's own tests of it."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from modelway import names
from modelway.names import ModelId
from modelway.versions import parse_trained
from tests.terraform.blocks import ROOT, Assignment, Block, blocks, policy_lists
from tests.terraform.conftest import Terraform

ENVIRONMENTS = ("dev", "stage", "prod")
UNCHECKED = {"bastion"}  # a yes or no, which cannot be wrong

PERSON = {"emails": ["a@example.com"], "models": [], "budget_usd": 1, "slots": 1}
SOURCE = {"bucket": "exports", "prefix": "churn/", "account": "210987654321"}
KEY_ALIAS = "arn:aws:kms:eu-west-1:210987654321:alias/sales"

# One value of each kind of wrong; together they break every rule.
WRONG: list[dict[str, Any]] = [
    {
        "environment": "production",
        "account": "modelway",
        "region": "Ireland",
        "owner": "the platform team",
        "projects": {
            "two_words": PERSON,
            "a-project-of-many-chars": PERSON | {"models": ["a-model-too"]},
            "channel": PERSON | {"emails": ["#team-churn"]},
            "nobody": PERSON | {"emails": []},
            "free": PERSON | {"budget_usd": 0},
            "half": PERSON | {"slots": 0.5},
            "uri": PERSON | {"data_sources": {"it": SOURCE | {"bucket": "s3://exports"}}},
            "endless": PERSON | {"data_sources": {"it": SOURCE | {"prefix": "*"}}},
            "unowned": PERSON | {"data_sources": {"it": SOURCE | {"account": "sales"}}},
            "alias": PERSON | {"data_sources": {"it": SOURCE | {"kms_key_arn": KEY_ALIAS}}},
        },
        "gitlab": {"url": "http://gitlab.example.com", "project_path": "platform/*", "branch": "*"},
        "requirements": "nowhere",
        "network": {"cidr": "10.42.0.0/24"},
        "egress": "proxy",
        "web_server": "open",
        "web_server_cidrs": ["0.0.0.0/0"],
        "airflow_people": {"admin": ["*"]},
        "mwaa": {
            "class": "large",
            "min_workers": 3,
            "max_workers": 2,
            "schedulers": 1,
            "min_web_servers": 1,
            "maintenance": "SUN:03:17",
        },
        "function_concurrency": 0,
        "instance_prices": {"m5.large": -1},
        "log_days": 10,
        "runs_days": 1,
        "old_version_days": 0,
        "alarm_emails": ["pager"],
        "log_destination": {"arn": "https://logs.example.com"},
        "wavefront": {"account": "210987654321", "external_id": ""},
        "metric_stream": {"url": "http://metrics.example.com", "secret_arn": "k3y"},
    },
    {"environment": "prod", "allow_destroy": True, "archives": "nowhere"},
]


def refused(terraform: Terraform, values: dict[str, Any]) -> str:
    """What a plan says of the values, in one line."""
    file = terraform.root / "wrong.tfvars.json"
    file.write_text(json.dumps(values))
    right = ["-var=region=eu-west-1", "-var=owner=a@example.com", "-var=projects={}"]
    gitlab = '-var=gitlab={"url":"https://gitlab.example.com","project_path":"a/b"}'
    done = terraform.run("plan", "-input=false", "-compact-warnings", *right, gitlab, f"-var-file={file}")
    assert done.returncode == 1, done.stdout
    return " ".join(re.sub(r"[│╷╵]", " ", done.stderr).split())


@pytest.mark.terraform
def test_files_are_formatted(terraform: Terraform) -> None:
    done = terraform.run("fmt", "-check", "-recursive", "-diff")
    assert done.returncode == 0, done.stdout


@pytest.mark.terraform
def test_the_root_is_valid(terraform: Terraform) -> None:
    done = terraform.run("validate")
    assert done.returncode == 0, done.stderr


@pytest.mark.terraform
def test_the_roots_own_tests_pass(terraform: Terraform) -> None:
    done = terraform.run("test")
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.terraform
def test_every_refusal_says_what_to_do(copy: Terraform) -> None:
    said = " ".join(refused(copy, values) for values in WRONG)
    unsaid = [
        words for block in blocks("variable") for words in block.messages() if " ".join(words.split()) not in said
    ]
    assert not unsaid


@pytest.mark.parametrize("variable", blocks("variable"), ids=lambda block: block.type)
def test_a_variable_says_what_it_is_and_is_checked(variable: Block) -> None:
    assert re.search(r"^  description = ", variable.body, re.M)
    assert re.search(r"^  type +=", variable.body, re.M)
    assert variable.messages() or variable.type in UNCHECKED


@pytest.mark.parametrize("output", blocks("output"), ids=lambda block: block.type)
def test_an_output_says_what_it_is(output: Block) -> None:
    assert re.search(r"^  description = ", output.body, re.M)


@pytest.mark.parametrize("block", [*blocks("resource"), *blocks("data")], ids=lambda block: block.title)
def test_a_name_tells_a_role(block: Block) -> None:
    assert block.name not in ("this", "main", "default", block.type.removeprefix("aws_"))


@pytest.mark.parametrize("found", [*policy_lists()], ids=lambda found: f"{found.block.title}: {found.lines[0].strip()}")
def test_a_wildcard_has_its_reason_beside_it(found: Assignment) -> None:
    assert found.has_reason or not found.has_wildcard, "\n".join(found.lines)


@pytest.mark.parametrize(
    "document",
    [block for block in blocks("data") if block.type == "aws_iam_policy_document"],
    ids=lambda block: block.title,
)
def test_a_right_can_be_named_by_its_statement(document: Block) -> None:
    statements = re.split(r"^ +(?:statement|content) \{$", document.body, flags=re.M)[1:]
    nameless = [text for text in statements if "principals {" not in text and not re.search(r"^ +sid +=", text, re.M)]
    assert not nameless, "\n".join(nameless)


@pytest.mark.parametrize(
    "role", [block for block in blocks("resource") if block.type == "aws_iam_role"], ids=lambda b: b.name
)
def test_a_role_ends_at_the_boundary(role: Block) -> None:
    assert "permissions_boundary" in role.body


@pytest.mark.parametrize("environment", ENVIRONMENTS)
def test_an_environments_state_has_its_own_key_and_a_lock(environment: str) -> None:
    text = (ROOT / "environments" / f"{environment}.s3.tfbackend").read_text()
    assert f'key          = "modelway/{environment}.tfstate"' in text
    assert "use_lockfile = true" in text
    assert not re.search(r"^bucket", text, re.M), (
        "a bucket's name is its owner's: one that is made up may be a stranger's"
    )


@pytest.mark.parametrize("environment", ENVIRONMENTS)
def test_an_environment_sets_only_what_there_is(environment: str) -> None:
    text = (ROOT / "environments" / f"{environment}.tfvars").read_text()
    assert set(re.findall(r"^(\w+) +=", text, re.M)) <= {block.type for block in blocks("variable")}
    assert f'environment = "{environment}"' in re.sub(" +", " ", text)


def test_tags_have_the_keys_that_the_bundle_gives() -> None:
    model = ModelId("demo", "breast-cancer")
    given = names.tags(model, parse_trained("1.4.0"), commit="c", run="r", owner="o@example.com", environment="dev")
    provider = (ROOT / "versions.tf").read_text()
    default = set(re.findall(r"^      ([\w-]+) +=", provider.partition("default_tags")[2], re.M))
    assert default == {"environment", "owner", "managed-by"}
    assert default < {tag["Key"] for tag in given}


def test_the_provider_is_pinned_by_its_sum() -> None:
    lock = (ROOT / ".terraform.lock.hcl").read_text()
    assert 'version     = "5.100.0"' in lock
    assert "h1:edXOJWE4ORX8Fm+dpVpICzMZJat4AX0VRCAy/xkcOc0=" in lock  # linux_amd64


def test_each_archive_that_a_plan_reads_has_its_stand_in() -> None:
    named = {name for path in ROOT.glob("*.tf") for name in re.findall(r"archives\}/(\w+\.zip)", path.read_text())}
    assert named <= {path.name for path in (ROOT / "tests" / "archives").iterdir()}
    assert Path(ROOT / "tests" / "archives").is_dir()
