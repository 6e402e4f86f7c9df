"""Where the buttons on a task's page lead: the AWS console's addresses, or those of what stands in for it."""

from types import SimpleNamespace
from urllib.parse import quote

import pytest

from modelway.tasks.console import Arn, Console
from modelway.tasks.links import EVALUATION, LOG

SAGEMAKER = "arn:aws:sagemaker:eu-west-1:123456789012"
HOME = "https://eu-west-1.console.aws.amazon.com"


@pytest.mark.parametrize(
    ("resource", "page"),
    [
        ("training-job/t", f"{HOME}/sagemaker/home?region=eu-west-1#/jobs/t"),
        ("processing-job/p", f"{HOME}/sagemaker/home?region=eu-west-1#/processing-jobs/p"),
        ("model/m", f"{HOME}/sagemaker/home?region=eu-west-1#/models/m"),
        ("endpoint-config/c", f"{HOME}/sagemaker/home?region=eu-west-1#/endpointConfig/c"),
        ("endpoint/e", f"{HOME}/sagemaker/home?region=eu-west-1#/endpoints/e"),
        (
            "model-package/g/3",
            f"https://console.aws.amazon.com/go/view?arn={quote(SAGEMAKER, safe='')}%3Amodel-package%2Fg%2F3",
        ),
    ],
)
def test_each_resource_has_its_page_in_the_console(resource: str, page: str) -> None:
    assert Console().page(Arn.read(f"{SAGEMAKER}:{resource}")) == page


def test_a_jobs_log_is_its_streams_in_the_group_of_all_jobs() -> None:
    assert Console().log(Arn.read(f"{SAGEMAKER}:training-job/t")) == (
        f"{HOME}/cloudwatch/home?region=eu-west-1#logsV2:log-groups/log-group/"
        "$252Faws$252Fsagemaker$252FTrainingJobs$3FlogStreamNameFilter$3Dt$252F"
    )


def test_an_endpoints_log_is_a_group_of_its_own() -> None:
    address = Console().log(Arn.read(f"{SAGEMAKER}:endpoint/e"))
    assert address.endswith("log-group/$252Faws$252Fsagemaker$252FEndpoints$252Fe")


def test_an_object_and_a_folder_have_different_pages() -> None:
    assert Console().stored("s3://b/a/x y.json") == "https://console.aws.amazon.com/s3/object/b?prefix=a/x%20y.json"
    assert Console().stored("s3://b/a/") == "https://console.aws.amazon.com/s3/buckets/b?prefix=a/"


def test_another_partition_has_another_console() -> None:
    china = Arn.read("arn:aws-cn:sagemaker:cn-north-1:123456789012:endpoint/e")
    assert Console(partition="aws-cn").page(china).startswith("https://cn-north-1.console.amazonaws.cn/sagemaker/")


def test_a_template_replaces_the_console() -> None:
    console = Console("http://here/{kind}/{name}")
    assert console.page(Arn.read(f"{SAGEMAKER}:model-package/g/3")) == "http://here/model-package/g/3"
    assert console.log(Arn.read(f"{SAGEMAKER}:endpoint/e")) == "http://here/log/endpoint/e"
    assert console.stored("s3://b/runs/t 1/") == "http://here/s3/b/runs/t%201/"


def test_a_button_that_leads_nowhere_yet_has_no_address() -> None:
    operator = SimpleNamespace()
    LOG.lead(operator, "http://here")
    assert (LOG.get_link(operator, ti_key=None), EVALUATION.get_link(operator, ti_key=None)) == ("http://here", "")
