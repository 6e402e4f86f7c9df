"""What Terraform makes is read back as it was made, also after a restart: else every second plan finds a difference."""

import io
import json
import zipfile
from typing import Any
from uuid import uuid4

import pytest
from botocore.exceptions import ClientError

pytestmark = pytest.mark.server

ACCOUNT = "123456789012"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/anyone"
QUEUE = f"arn:aws:sqs:eu-west-1:{ACCOUNT}:dead"
KEY = f"arn:aws:kms:eu-west-1:{ACCOUNT}:key/00000000-0000-0000-0000-000000000000"


@pytest.fixture(scope="module", autouse=True)
def role(aws: Any) -> None:
    aws.client("iam").create_role(RoleName="anyone", AssumeRolePolicyDocument="{}")


@pytest.fixture
def bucket(aws: Any) -> str:
    name = f"bucket-{uuid4().hex}"
    aws.client("s3").create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
    return name


def test_a_bucket_whose_policy_denies_plain_http_takes_objects(aws: Any, bucket: str) -> None:
    s3, arn = aws.client("s3"), f"arn:aws:s3:::{bucket}"
    deny = {"Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": [arn, f"{arn}/*"]}
    only_tls = {**deny, "Condition": {"Bool": {"aws:SecureTransport": "false"}}}
    s3.put_bucket_policy(Bucket=bucket, Policy=json.dumps({"Version": "2012-10-17", "Statement": [only_tls]}))
    s3.put_object(Bucket=bucket, Key="x", Body=b"1")
    assert s3.get_object(Bucket=bucket, Key="x")["Body"].read() == b"1"
    assert s3.delete_objects(Bucket=bucket, Delete={"Objects": [{"Key": "x"}]})["Deleted"][0]["Key"] == "x"
    assert json.loads(s3.get_bucket_policy(Bucket=bucket)["Policy"])["Statement"] == [only_tls]


def test_access_logging_is_on_record(aws: Any, bucket: str) -> None:
    s3 = aws.client("s3")
    wanted = {"TargetBucket": bucket, "TargetPrefix": "access/"}
    s3.put_bucket_logging(Bucket=bucket, BucketLoggingStatus={"LoggingEnabled": wanted})
    assert s3.get_bucket_logging(Bucket=bucket)["LoggingEnabled"] == wanted


RULES = [
    {
        "ID": "old-versions",
        "Status": "Enabled",
        "Filter": {"Prefix": ""},
        "NoncurrentVersionExpiration": {"NoncurrentDays": 90, "NewerNoncurrentVersions": 3},
        "AbortIncompleteMultipartUpload": {"DaysAfterInitiation": 7},
    },
    {
        "ID": "large",
        "Status": "Disabled",
        "Filter": {"And": {"Prefix": "runs/", "ObjectSizeGreaterThan": 100}},
        "Expiration": {"Days": 400},
        "Transitions": [{"Days": 90, "StorageClass": "STANDARD_IA"}],
    },
]


def test_lifecycle_rules_are_answered_as_they_came(aws: Any, bucket: str) -> None:
    s3 = aws.client("s3")
    s3.put_bucket_lifecycle_configuration(Bucket=bucket, LifecycleConfiguration={"Rules": RULES})
    answer = s3.get_bucket_lifecycle_configuration(Bucket=bucket)
    assert answer["Rules"] == RULES
    assert answer["TransitionDefaultMinimumObjectSize"] == "all_storage_classes_128K"


def test_lifecycle_rules_can_be_taken_away(aws: Any, bucket: str) -> None:
    s3 = aws.client("s3")
    s3.put_bucket_lifecycle_configuration(Bucket=bucket, LifecycleConfiguration={"Rules": RULES})
    s3.delete_bucket_lifecycle(Bucket=bucket)
    assert code(s3.get_bucket_lifecycle_configuration, Bucket=bucket) == "NoSuchLifecycleConfiguration"


def test_lifecycle_rules_need_a_bucket_and_a_status(aws: Any, bucket: str) -> None:
    s3 = aws.client("s3")
    assert code(s3.get_bucket_lifecycle_configuration, Bucket="nobodys-bucket") == "NoSuchBucket"
    wrong = {"Rules": [{"ID": "x", "Status": "On", "Filter": {"Prefix": ""}, "Expiration": {"Days": 1}}]}
    assert code(s3.put_bucket_lifecycle_configuration, Bucket=bucket, LifecycleConfiguration=wrong) == "MalformedXML"


def code(call: Any, **arguments: Any) -> str:
    with pytest.raises(ClientError) as caught:
        call(**arguments)
    return str(caught.value.response["Error"]["Code"])


FUNCTION = {
    "KMSKeyArn": KEY,
    "DeadLetterConfig": {"TargetArn": QUEUE},
    "LoggingConfig": {"LogFormat": "Text", "LogGroup": "/modelway/functions"},
    "TracingConfig": {"Mode": "Active"},
}


def make_function(aws: Any, **more: Any) -> str:
    code = io.BytesIO()
    with zipfile.ZipFile(code, "w") as archive:
        archive.writestr("program.py", "def handler(event, context):\n    return event\n")
    name = f"function-{uuid4().hex}"
    settings = {"Runtime": "python3.12", "Role": ROLE, "Handler": "program.handler", "Timeout": 20, **more}
    aws.client("lambda").create_function(FunctionName=name, Code={"ZipFile": code.getvalue()}, **settings)
    return name


def test_a_function_has_all_its_settings(aws: Any) -> None:
    lambda_, name = aws.client("lambda"), make_function(aws, **FUNCTION)
    made = lambda_.get_function(FunctionName=name)["Configuration"]
    assert {key: made[key] for key in FUNCTION} == FUNCTION


def test_settings_of_a_function_change_and_go(aws: Any) -> None:
    lambda_, name = aws.client("lambda"), make_function(aws, **FUNCTION)
    lambda_.update_function_configuration(
        FunctionName=name, KMSKeyArn="", DeadLetterConfig={"TargetArn": ""}, TracingConfig={"Mode": "PassThrough"}
    )
    changed = lambda_.get_function(FunctionName=name)["Configuration"]
    assert not {"KMSKeyArn", "DeadLetterConfig"} & set(changed)
    assert changed["TracingConfig"] == {"Mode": "PassThrough"}


def test_a_function_logs_where_its_settings_say(aws: Any) -> None:
    name = make_function(aws, LoggingConfig={"LogFormat": "Text", "LogGroup": f"/modelway/{uuid4().hex}"})
    group = aws.client("lambda").get_function(FunctionName=name)["Configuration"]["LoggingConfig"]["LogGroup"]
    answer = aws.client("lambda").invoke(FunctionName=name, Payload=b"1")
    assert answer["Payload"].read() == b"1"
    assert aws.client("logs").describe_log_streams(logGroupName=group)["logStreams"]


def test_a_function_of_a_vpc_runs(aws: Any) -> None:
    ec2 = aws.client("ec2")
    subnets = [subnet["SubnetId"] for subnet in ec2.describe_subnets()["Subnets"]][:2]
    name = make_function(aws, VpcConfig={"SubnetIds": subnets, "SecurityGroupIds": ["sg-1"]}, Architectures=["arm64"])
    assert json.loads(aws.client("lambda").invoke(FunctionName=name, Payload=b'{"a": 1}')["Payload"].read()) == {"a": 1}


def test_event_settings_need_no_destination_and_are_replaced(aws: Any) -> None:
    lambda_, name = aws.client("lambda"), make_function(aws)
    lambda_.put_function_event_invoke_config(FunctionName=name, MaximumRetryAttempts=2)
    lambda_.put_function_event_invoke_config(FunctionName=name, MaximumRetryAttempts=0, MaximumEventAgeInSeconds=60)
    lambda_.update_function_event_invoke_config(FunctionName=name, MaximumRetryAttempts=1)
    found = lambda_.get_function_event_invoke_config(FunctionName=name)
    assert (found["MaximumRetryAttempts"], found["MaximumEventAgeInSeconds"]) == (1, 60)
    assert found["DestinationConfig"] == {"OnSuccess": {}, "OnFailure": {}}
    assert found["FunctionArn"].endswith(f"{name}:$LATEST")


@pytest.fixture
def budget(aws: Any) -> str:
    name = f"budget-{uuid4().hex}"
    limit = {"Amount": "50", "Unit": "USD"}
    wanted = {"BudgetName": name, "BudgetType": "COST", "TimeUnit": "MONTHLY", "BudgetLimit": limit}
    tags = [{"Key": "owner", "Value": "ml"}]
    aws.client("budgets").create_budget(AccountId=ACCOUNT, Budget=wanted, ResourceTags=tags)
    return name


ACTUAL = {"NotificationType": "ACTUAL", "ComparisonOperator": "GREATER_THAN", "Threshold": 80.0}
ANN = {"SubscriptionType": "EMAIL", "Address": "ann@example.com"}
BEN = {"SubscriptionType": "EMAIL", "Address": "ben@example.com"}


def test_a_budgets_notification_has_its_subscribers(aws: Any, budget: str) -> None:
    budgets, where = aws.client("budgets"), {"AccountId": ACCOUNT, "BudgetName": budget, "Notification": ACTUAL}
    budgets.create_notification(**where, Subscribers=[ANN])
    budgets.create_subscriber(**where, Subscriber=BEN)
    assert budgets.describe_subscribers_for_notification(**where)["Subscribers"] == [ANN, BEN]
    budgets.delete_subscriber(**where, Subscriber=ANN)
    as_percentage = where | {"Notification": ACTUAL | {"ThresholdType": "PERCENTAGE"}}
    assert budgets.describe_subscribers_for_notification(**as_percentage)["Subscribers"] == [BEN]
    unknown = where | {"Notification": ACTUAL | {"Threshold": 1.0}}
    assert code(budgets.describe_subscribers_for_notification, **unknown) == "NotFoundException"


def test_a_budget_changes_and_has_tags(aws: Any, budget: str) -> None:
    budgets = aws.client("budgets")
    known = budgets.describe_budget(AccountId=ACCOUNT, BudgetName=budget)["Budget"]
    changed = {name: known[name] for name in ("BudgetName", "BudgetType", "TimeUnit")}
    limit = {"Amount": "70", "Unit": "USD"}
    budgets.update_budget(AccountId=ACCOUNT, NewBudget=changed | {"BudgetLimit": limit})
    assert budgets.describe_budget(AccountId=ACCOUNT, BudgetName=budget)["Budget"]["BudgetLimit"] == limit
    arn = f"arn:aws:budgets::{ACCOUNT}:budget/{budget}"
    budgets.tag_resource(ResourceARN=arn, ResourceTags=[{"Key": "stage", "Value": "dev"}])
    budgets.untag_resource(ResourceARN=arn, ResourceTagKeys=["owner"])
    assert budgets.list_tags_for_resource(ResourceARN=arn)["ResourceTags"] == [{"Key": "stage", "Value": "dev"}]


def test_a_scaling_target_has_its_tags(aws: Any) -> None:
    scaling = aws.client("application-autoscaling")
    arn = scaling.register_scalable_target(
        ServiceNamespace="dynamodb",
        ResourceId="table/x",
        ScalableDimension="dynamodb:table:ReadCapacityUnits",
        MinCapacity=1,
        MaxCapacity=2,
        Tags={"owner": "ml"},
    )["ScalableTargetARN"]
    scaling.tag_resource(ResourceARN=arn, Tags={"stage": "dev"})
    scaling.untag_resource(ResourceARN=arn, TagKeys=["owner"])
    assert scaling.list_tags_for_resource(ResourceARN=arn)["Tags"] == {"stage": "dev"}


def test_the_period_of_a_keys_rotation_is_answered(aws: Any) -> None:
    kms = aws.client("kms")
    key = kms.create_key()["KeyMetadata"]["KeyId"]
    assert "RotationPeriodInDays" not in kms.get_key_rotation_status(KeyId=key)
    kms.enable_key_rotation(KeyId=key)
    assert kms.get_key_rotation_status(KeyId=key)["RotationPeriodInDays"] == 365
    kms.enable_key_rotation(KeyId=key, RotationPeriodInDays=180)
    assert kms.get_key_rotation_status(KeyId=key)["RotationPeriodInDays"] == 180


def test_a_rule_of_a_security_group_is_described_whatever_it_names(aws: Any) -> None:
    ec2 = aws.client("ec2")
    group = ec2.create_security_group(GroupName=uuid4().hex, Description="x")["GroupId"]
    pair = {"IpProtocol": "-1", "UserIdGroupPairs": [{"GroupId": group, "Description": "among themselves"}]}
    rule = ec2.authorize_security_group_ingress(GroupId=group, IpPermissions=[pair])["SecurityGroupRules"][0]
    found = ec2.describe_security_group_rules(SecurityGroupRuleIds=[rule["SecurityGroupRuleId"]])["SecurityGroupRules"]
    assert found[0]["Description"] == "among themselves"
    assert found[0]["ReferencedGroupInfo"]["GroupId"] == group
    ec2.revoke_security_group_ingress(GroupId=group, IpPermissions=[pair])


MACHINE = {"ImageId": "ami-12c6146b", "MinCount": 1, "MaxCount": 1, "InstanceType": "t4g.nano"}


def test_what_terraform_made_outlives_a_restart(launch_aws: Any) -> None:
    aws = launch_aws()
    key = aws.client("kms").create_key()["KeyMetadata"]["KeyId"]
    vpc = aws.client("ec2").create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    queue = aws.client("sqs").create_queue(QueueName="dead")["QueueUrl"]
    aws.client("ssm").put_parameter(Name="/modelway/x", Value="1", Type="String")
    aws.client("events").put_rule(Name="packages", EventPattern='{"source": ["aws.sagemaker"]}')
    aws.client("s3").create_bucket(Bucket="kept", CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
    aws.client("s3").put_bucket_lifecycle_configuration(Bucket="kept", LifecycleConfiguration={"Rules": RULES})
    aws.client("kms").enable_key_rotation(KeyId=key, RotationPeriodInDays=180)
    first = aws.client("ec2").run_instances(**MACHINE)["Instances"][0]["PrivateIpAddress"]
    aws.restart()
    assert aws.client("ec2").run_instances(**MACHINE)["Instances"][0]["PrivateIpAddress"] != first
    assert aws.client("kms").get_key_rotation_status(KeyId=key)["RotationPeriodInDays"] == 180
    assert aws.client("ec2").describe_vpcs(VpcIds=[vpc])["Vpcs"][0]["CidrBlock"] == "10.0.0.0/16"
    assert aws.client("sqs").get_queue_url(QueueName="dead")["QueueUrl"] == queue
    assert aws.client("ssm").get_parameter(Name="/modelway/x")["Parameter"]["Value"] == "1"
    assert aws.client("ssm").put_parameter(Name="/modelway/y", Value="2", Type="String")["Version"] == 1
    assert aws.client("events").describe_rule(Name="packages")["Name"] == "packages"
    assert aws.client("s3").get_bucket_lifecycle_configuration(Bucket="kept")["Rules"] == RULES


def test_a_bucket_is_not_made_again_after_a_restart(launch_aws: Any) -> None:
    aws = launch_aws()
    wanted = {"Bucket": "kept", "CreateBucketConfiguration": {"LocationConstraint": "eu-west-1"}}
    aws.client("s3").create_bucket(**wanted)
    aws.client("s3").put_object(Bucket="kept", Key="x", Body=b"1")
    aws.restart()
    assert code(aws.client("s3").create_bucket, **wanted) == "BucketAlreadyOwnedByYou"
    assert aws.client("s3").get_object(Bucket="kept", Key="x")["Body"].read() == b"1"
    aws.client("s3").delete_object(Bucket="kept", Key="x")
    aws.client("s3").delete_bucket(Bucket="kept")
    aws.client("s3").create_bucket(**wanted)


STREAM = {
    "FirehoseArn": f"arn:aws:firehose:eu-west-1:{ACCOUNT}:deliverystream/metrics",
    "RoleArn": ROLE,
    "OutputFormat": "opentelemetry1.0",
    "IncludeFilters": [
        {"Namespace": "AmazonMWAA", "MetricNames": ["SchedulerHeartbeat"]},
        {"Namespace": "AWS/SageMaker"},
    ],
}


def test_a_metric_stream_is_made_changed_and_deleted(aws: Any) -> None:
    metrics, name = aws.client("cloudwatch"), uuid4().hex
    arn = metrics.put_metric_stream(Name=name, Tags=[{"Key": "owner", "Value": "ml"}], **STREAM)["Arn"]
    found = metrics.get_metric_stream(Name=name)
    assert {member: found[member] for member in STREAM} == STREAM
    assert (found["Arn"], found["State"]) == (arn, "running")
    assert metrics.list_tags_for_resource(ResourceARN=arn)["Tags"] == [{"Key": "owner", "Value": "ml"}]
    metrics.stop_metric_streams(Names=[name])
    metrics.put_metric_stream(Name=name, **STREAM | {"OutputFormat": "json"})
    assert [(one["OutputFormat"], one["State"]) for one in metrics.list_metric_streams()["Entries"]] == [
        ("json", "stopped")
    ]
    metrics.delete_metric_stream(Name=name)
    assert code(metrics.get_metric_stream, Name=name) == "ResourceNotFoundException"


def test_a_delivery_stream_has_times_that_every_sdk_reads(aws: Any) -> None:
    firehose = aws.client("firehose")
    place = {"RoleARN": ROLE, "BucketARN": "arn:aws:s3:::logs"}
    firehose.create_delivery_stream(DeliveryStreamName="logs", ExtendedS3DestinationConfiguration=place)
    raw: list[bytes] = []
    firehose.meta.events.register(
        "after-call.firehose.DescribeDeliveryStream", lambda http_response, **_: raw.append(http_response.content)
    )
    firehose.describe_delivery_stream(DeliveryStreamName="logs")
    stream = json.loads(raw[0])["DeliveryStreamDescription"]
    assert isinstance(stream["CreateTimestamp"], float)
    assert isinstance(stream["LastUpdateTimestamp"], float)


def test_a_user_has_a_boundary(aws: Any) -> None:
    iam, name = aws.client("iam"), uuid4().hex
    first, second = (f"arn:aws:iam::{ACCOUNT}:policy/{policy}" for policy in ("first", "second"))
    iam.create_user(UserName=name, PermissionsBoundary=first)
    assert iam.get_user(UserName=name)["User"]["PermissionsBoundary"]["PermissionsBoundaryArn"] == first
    iam.put_user_permissions_boundary(UserName=name, PermissionsBoundary=second)
    assert iam.get_user(UserName=name)["User"]["PermissionsBoundary"]["PermissionsBoundaryArn"] == second
    iam.delete_user_permissions_boundary(UserName=name)
    assert "PermissionsBoundary" not in iam.get_user(UserName=name)["User"]
    assert iam.list_service_specific_credentials(UserName=name)["ServiceSpecificCredentials"] == []


def test_an_instance_is_monitored_in_detail_or_not(aws: Any) -> None:
    ec2 = aws.client("ec2")
    name = ec2.run_instances(**MACHINE)["Instances"][0]["InstanceId"]

    def state() -> str:
        found = ec2.describe_instances(InstanceIds=[name])["Reservations"][0]["Instances"][0]
        return str(found["Monitoring"]["State"]).strip()

    answer = ec2.monitor_instances(InstanceIds=[name])["InstanceMonitorings"]
    assert answer == [{"InstanceId": name, "Monitoring": {"State": "enabled"}}]
    assert state() == "enabled"
    ec2.unmonitor_instances(InstanceIds=[name])
    assert state() == "disabled"
