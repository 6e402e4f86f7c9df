"""What one project, one job of GitLab's or one function may not do to another: the applied roles of two projects."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.local.conftest import LocalAws
from tests.terraform.conftest import Terraform, copied
from tests.terraform.policy import Asked, Policy, policy_of

pytestmark = [pytest.mark.terraform, pytest.mark.server]

VALUES = Path(__file__).with_name("isolation.tfvars")
PAIRS = [("churn", "churn-eu"), ("churn-eu", "churn")]
ROLES = (
    *("modelway-sagemaker-churn", "modelway-sagemaker-churn-eu", "modelway-mwaa"),
    *("modelway-trigger-dag", "modelway-slack-relay"),
    *(f"modelway-gitlab-{job}" for job in ("image", "trigger", "production", "plan", "infrastructure")),
)
# What has rights in it; the network, Airflow and the rest would take minutes and say nothing here.
TARGETS = [
    f"-target=aws_iam_role_policy.{name}"
    for name in (
        *("sagemaker", "sagemaker_keys", "mwaa", "mwaa_keys", "gitlab", "gitlab_keys", "terraform"),
        *("function", "function_keys", "trigger", "relay"),
    )
]
HERE = "eu-west-1:123456789012"
BUCKET = "arn:aws:s3:::modelway-dev-123456789012"
SALES = {"aws:ResourceAccount": ("210987654321",)}
BY_S3 = {"kms:ViaService": ("s3.eu-west-1.amazonaws.com",)}


@dataclass(frozen=True)
class Applied:
    """The roles' policies, and each project's key."""

    policies: Mapping[str, Policy]
    keys: Mapping[str, str]

    def may(self, role: str, asked: Asked) -> bool:
        """Whether the role may do exactly this."""
        return self.policies[f"modelway-{role}"].allows(asked)

    def could(self, role: str, asked: Asked) -> bool:
        """Whether the role may do this in some context."""
        return self.policies[f"modelway-{role}"].could_allow(asked)


@pytest.fixture(scope="module")
def applied(terraform: Terraform, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Applied]:
    """The rights of the root with two projects, applied to a local AWS."""
    aws = LocalAws(tmp_path_factory.mktemp("home")).start()
    try:
        root = copied(tmp_path_factory.mktemp("isolation"), _way_to(aws))
        done = root.run("apply", "-auto-approve", "-input=false", "-compact-warnings", f"-var-file={VALUES}", *TARGETS)
        assert done.returncode == 0, done.stderr
        yield Applied({role: policy_of(aws.client("iam"), role) for role in ROLES}, _keys(aws.client("kms")))
    finally:
        aws.stop()


def _way_to(aws: LocalAws) -> dict[str, str]:
    return {
        "AWS_ENDPOINT_URL": aws.endpoint_url,
        "AWS_ACCESS_KEY_ID": "root",
        "AWS_SECRET_ACCESS_KEY": "root",
        "AWS_MAX_ATTEMPTS": "2",
    }


def _keys(kms: Any) -> dict[str, str]:
    described = (kms.describe_key(KeyId=each["KeyId"])["KeyMetadata"] for each in kms.list_keys()["Keys"])
    tags = {each["Arn"]: kms.list_resource_tags(KeyId=each["KeyId"])["Tags"] for each in described}
    return {tag["TagValue"]: arn for arn, found in tags.items() for tag in found if tag["TagKey"] == "project"}


def objects(project: str, folder: str = "trained") -> str:
    return f"{BUCKET}/models/{project}/m/{folder}/v1/file"


def listed(prefix: str) -> Asked:
    return Asked("s3:ListBucket", BUCKET, {"s3:prefix": (prefix,)})


def work_of(project: str, key: str) -> list[Asked]:
    """What a project's jobs do, and nobody else's may."""
    streams = f"log-stream:{project}--m-v1/algo-1"
    return [
        Asked("s3:GetObject", objects(project)),
        Asked("s3:GetObject", objects(project, "releases")),
        Asked("s3:PutObject", objects(project)),
        listed(f"models/{project}/m/data/"),
        Asked("kms:Decrypt", key),
        Asked("kms:GenerateDataKey", key),
        Asked("kms:CreateGrant", key, {"kms:GrantIsForAWSResource": ("true",)}),
        Asked("ecr:BatchGetImage", f"arn:aws:ecr:{HERE}:repository/{project}/m"),
        Asked("ecr:GetDownloadUrlForLayer", f"arn:aws:ecr:{HERE}:repository/{project}/m"),
        Asked("s3:GetObject", f"arn:aws:s3:::sales/{project}/rows.csv", SALES),
        Asked("s3:ListBucket", "arn:aws:s3:::sales", SALES | {"s3:prefix": (f"{project}/",)}),
        Asked("kms:Decrypt", f"arn:aws:kms:eu-west-1:210987654321:key/{project}", BY_S3),
        Asked("logs:PutLogEvents", f"arn:aws:logs:{HERE}:log-group:/aws/sagemaker/TrainingJobs:{streams}"),
        Asked("logs:PutLogEvents", f"arn:aws:logs:{HERE}:log-group:/aws/sagemaker/Endpoints/{project}--m:{streams}"),
        Asked("cloudwatch:PutMetricData", "*", {"cloudwatch:namespace": (f"Modelway/{project}",)}),
    ]


@pytest.mark.parametrize(("own", "others"), PAIRS)
def test_a_projects_jobs_may_do_their_own(applied: Applied, own: str, others: str) -> None:
    role = f"sagemaker-{own}"
    assert [str(each) for each in work_of(own, applied.keys[own]) if not applied.may(role, each)] == []


@pytest.mark.parametrize(("own", "others"), PAIRS)
def test_a_projects_jobs_may_do_nothing_of_anothers(applied: Applied, own: str, others: str) -> None:
    role = f"sagemaker-{own}"
    assert [str(each) for each in work_of(others, applied.keys[others]) if applied.could(role, each)] == []


@pytest.mark.parametrize(
    "asked",
    [
        Asked("s3:PutObject", objects("churn", "releases")),
        Asked("s3:PutObject", objects("churn", "reservations")),
        Asked("s3:PutObject", objects("churn", "data")),
        Asked("s3:DeleteObject", objects("churn")),
        Asked("s3:GetObject", f"{BUCKET}/runs/t-1/result.json"),
        Asked("s3:PutObject", f"{BUCKET}/airflow/dags/train.py"),
        listed("runs/"),
        Asked("s3:ListBucket", BUCKET, {"s3:prefix": ()}),
        Asked("s3:GetObject", "arn:aws:s3:::sales/churn/rows.csv", {"aws:ResourceAccount": ("666666666666",)}),
        Asked("ecr:PutImage", f"arn:aws:ecr:{HERE}:repository/churn/m"),
        Asked("sagemaker:UpdateModelPackage", f"arn:aws:sagemaker:{HERE}:model-package/churn--m/1"),
        Asked("sagemaker:CreateTrainingJob"),
        Asked("sagemaker:UpdateEndpoint"),
        Asked("lambda:InvokeFunction"),
        Asked("airflow:InvokeRestApi"),
        Asked("sns:Publish"),
        Asked("secretsmanager:GetSecretValue"),
        Asked("iam:PassRole"),
        Asked("sts:AssumeRole", "arn:aws:iam::123456789012:role/modelway-sagemaker-churn-eu"),
        Asked("sts:AssumeRole", "arn:aws:iam::123456789012:role/modelway-mwaa"),
    ],
    ids=str,
)
def test_a_models_code_does_no_work_of_the_platforms(applied: Applied, asked: Asked) -> None:
    assert not applied.could("sagemaker-churn", asked)


APPROVES = Asked("sagemaker:UpdateModelPackage", f"arn:aws:sagemaker:{HERE}:model-package/churn--m/1")
STARTS = Asked("lambda:InvokeFunction", f"arn:aws:lambda:{HERE}:function:modelway-trigger-dag")
PUSHES = Asked("ecr:PutImage", f"arn:aws:ecr:{HERE}:repository/churn/m")
RELEASES = Asked("s3:PutObject", objects("churn", "releases"))
SHIPS = Asked("s3:PutObject", f"{BUCKET}/airflow/dags/train.py")
SECRET = Asked(
    "secretsmanager:GetSecretValue",
    f"arn:aws:secretsmanager:{HERE}:secret:airflow/connections/modelway_slack_churn-AbCdEf",
)


@pytest.mark.parametrize(
    ("role", "asked"),
    [
        ("gitlab-image", PUSHES),
        ("gitlab-image", RELEASES),
        ("gitlab-image", Asked("s3:ListBucket", BUCKET, {"s3:prefix": ()})),
        ("gitlab-trigger", STARTS),
        ("gitlab-production", STARTS),
        ("gitlab-production", APPROVES),
        ("gitlab-production", SHIPS),
        ("slack-relay", SECRET),
        ("mwaa", SECRET),
    ],
    ids=str,
)
def test_each_may_do_its_own_work(applied: Applied, role: str, asked: Asked) -> None:
    assert applied.may(role, asked)


@pytest.mark.parametrize(
    ("role", "asked"),
    [
        ("gitlab-image", APPROVES),
        ("gitlab-image", STARTS),
        ("gitlab-image", SHIPS),
        ("gitlab-image", SECRET),
        ("gitlab-image", Asked("s3:PutObject", objects("churn"))),
        ("gitlab-image", Asked("s3:DeleteObject")),
        ("gitlab-image", listed("runs/")),
        ("gitlab-trigger", listed("models/")),
        ("gitlab-production", listed("images/")),
        ("gitlab-image", Asked("sagemaker:UpdateEndpoint")),
        ("gitlab-trigger", APPROVES),
        ("gitlab-trigger", PUSHES),
        ("gitlab-trigger", SECRET),
        ("gitlab-trigger", Asked("s3:PutObject")),
        ("gitlab-trigger", Asked("s3:DeleteObject")),
        ("gitlab-trigger", Asked("kms:GenerateDataKey")),
        ("gitlab-production", PUSHES),
        ("gitlab-production", RELEASES),
        ("gitlab-production", SECRET),
        ("gitlab-production", Asked("ecr:UploadLayerPart")),
        ("gitlab-production", Asked("s3:PutObject", objects("churn"))),
        ("gitlab-production", Asked("s3:DeleteObject", objects("churn", "releases"))),
        ("gitlab-production", Asked("sagemaker:CreateTrainingJob")),
        ("gitlab-plan", SECRET),
        ("gitlab-plan", RELEASES),
        ("gitlab-plan", STARTS),
        ("gitlab-plan", Asked("s3:GetObject", objects("churn"))),
        ("gitlab-plan", Asked("s3:GetObject", f"{BUCKET}/runs/t-1/result.json")),
        ("gitlab-plan", Asked("iam:PutRolePolicy")),
        ("gitlab-infrastructure", Asked("iam:PutRolePolicy", "arn:aws:iam::123456789012:role/modelway-gitlab-image")),
        ("gitlab-infrastructure", Asked("iam:PutRolePolicy", "arn:aws:iam::123456789012:role/administrator")),
        ("gitlab-infrastructure", Asked("iam:CreatePolicyVersion")),
        ("gitlab-infrastructure", Asked("sagemaker:UpdateModelPackage")),
        ("trigger-dag", SECRET),
        ("trigger-dag", Asked("s3:GetObject")),
        ("trigger-dag", Asked("airflow:InvokeRestApi", f"arn:aws:airflow:{HERE}:role/modelway-dev/Admin")),
        (
            "slack-relay",
            Asked("secretsmanager:GetSecretValue", f"arn:aws:secretsmanager:{HERE}:secret:database-AbCdEf"),
        ),
        ("slack-relay", Asked("s3:GetObject")),
        ("slack-relay", Asked("airflow:InvokeRestApi")),
        ("mwaa", RELEASES),
        ("mwaa", APPROVES),
        ("mwaa", SHIPS),
        ("mwaa", PUSHES),
        ("mwaa", Asked("sts:AssumeRole")),
        ("mwaa", Asked("iam:PassRole", context={"iam:PassedToService": ("lambda.amazonaws.com",)})),
        ("mwaa", Asked("iam:PassRole", "arn:aws:iam::123456789012:role/modelway-gitlab-production")),
    ],
    ids=str,
)
def test_nobody_may_do_anothers_work(applied: Applied, role: str, asked: Asked) -> None:
    assert not applied.could(role, asked)
