"""The roles of everybody who acts on the local platform."""

import json
from dataclasses import dataclass
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

ROOT = "root"  # any key that STS did not give out counts as the account's root
SESSION = "local"
LONGEST_SESSION = 43200


@dataclass(frozen=True)
class RoleSpec:
    """A role: who may assume it and what it may do. Locally nobody enforces it; the documents are for reading."""

    name: str
    trusted: tuple[tuple[str, str], ...]
    actions: tuple[str, ...]


ROLES = (
    RoleSpec("modelway-infrastructure", trusted=(("AWS", "root"),), actions=("*",)),
    RoleSpec(
        "modelway-gitlab-image",
        trusted=(("AWS", "root"),),
        actions=("ecr:*", "s3:GetObject", "s3:ListBucket", "s3:PutObject"),
    ),
    RoleSpec(
        "modelway-gitlab-trigger",
        trusted=(("AWS", "root"),),
        actions=("lambda:InvokeFunction", "sagemaker:*ModelPackage*", "s3:GetObject", "s3:ListBucket"),
    ),
    RoleSpec(
        "modelway-gitlab-production",
        trusted=(("AWS", "root"),),
        actions=("lambda:InvokeFunction", "sagemaker:*ModelPackage*", "ecr:DescribeImages", "s3:*"),
    ),
    RoleSpec(
        "modelway-trigger-dag",
        trusted=(("Service", "lambda.amazonaws.com"),),
        actions=("airflow:InvokeRestApi", "airflow:GetEnvironment", "logs:*"),
    ),
    RoleSpec(
        "modelway-mwaa",
        trusted=(("Service", "airflow.amazonaws.com"), ("Service", "airflow-env.amazonaws.com")),
        actions=(
            "sagemaker:*",
            "s3:*",
            "sns:Publish",
            "logs:*",
            "secretsmanager:GetSecretValue",
            "iam:PassRole",
            "ecr:Batch*",
            "airflow:InvokeRestApi",
        ),
    ),
    RoleSpec(
        "modelway-user",
        trusted=(("AWS", "root"),),
        actions=("sagemaker:*", "s3:*", "logs:*", "cloudwatch:*", "lambda:InvokeFunction", "sns:*", "ecr:*"),
    ),
)


def sagemaker_role(project: str) -> RoleSpec:
    """The execution role of the project's jobs and endpoints."""
    return RoleSpec(
        f"modelway-sagemaker-{project}",
        trusted=(("Service", "sagemaker.amazonaws.com"),),
        actions=("s3:*", "ecr:*", "logs:*", "cloudwatch:PutMetricData"),
    )


@dataclass(frozen=True)
class Credentials:
    """Temporary credentials of a role."""

    access_key_id: str
    secret_access_key: str
    session_token: str

    def environment(self) -> dict[str, str]:
        """The variables that make every AWS SDK use them."""
        return {
            "AWS_ACCESS_KEY_ID": self.access_key_id,
            "AWS_SECRET_ACCESS_KEY": self.secret_access_key,
            "AWS_SESSION_TOKEN": self.session_token,
        }


def ensure_roles(endpoint_url: str, region: str) -> dict[str, Credentials]:
    """Create the roles that are not there yet and assume each; fresh credentials by role name."""
    session: Any = boto3.Session(aws_access_key_id=ROOT, aws_secret_access_key=ROOT, region_name=region)
    direct = Config(proxies={})  # a proxy of the user's cannot reach this machine
    iam = session.client("iam", endpoint_url=endpoint_url, config=direct)
    sts = session.client("sts", endpoint_url=endpoint_url, config=direct)
    account = sts.get_caller_identity()["Account"]
    return {role.name: assume(sts, ensure_role(iam, role, account=account)) for role in ROLES}


def ensure_role(iam: Any, role: RoleSpec, *, account: str) -> str:
    """Create the role, with its policy, or leave alone what is there, which may be Terraform's; return its ARN."""
    try:
        made = iam.create_role(
            RoleName=role.name,
            AssumeRolePolicyDocument=trust_policy(role, account=account),
            MaxSessionDuration=LONGEST_SESSION,
        )
    except ClientError as error:
        if error.response["Error"]["Code"] != "EntityAlreadyExists":
            raise
        return str(iam.get_role(RoleName=role.name)["Role"]["Arn"])
    iam.put_role_policy(RoleName=role.name, PolicyName=role.name, PolicyDocument=permissions(role))
    return str(made["Role"]["Arn"])


def assume(sts: Any, arn: str) -> Credentials:
    """Credentials of the role."""
    keys = sts.assume_role(RoleArn=arn, RoleSessionName=SESSION, DurationSeconds=LONGEST_SESSION)["Credentials"]
    return Credentials(keys["AccessKeyId"], keys["SecretAccessKey"], keys["SessionToken"])


def trust_policy(role: RoleSpec, *, account: str) -> str:
    """The document that says who may assume the role."""
    statements = [statement_of(kind, who, account=account) for kind, who in role.trusted]
    return json.dumps({"Version": "2012-10-17", "Statement": statements})


def statement_of(kind: str, who: str, *, account: str) -> dict[str, Any]:
    """One principal's leave to assume; `root` stands for the whole account."""
    principal = f"arn:aws:iam::{account}:root" if who == "root" else who
    return {"Effect": "Allow", "Principal": {kind: principal}, "Action": "sts:AssumeRole"}


def permissions(role: RoleSpec) -> str:
    """The document that says what the role may do."""
    statement = {"Effect": "Allow", "Action": list(role.actions), "Resource": "*"}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})
