"""Where a person sees what a run has made: the AWS console's pages, or those of whatever stands in for it."""

from dataclasses import dataclass
from urllib.parse import quote

HOSTS = {
    "aws": "console.aws.amazon.com",
    "aws-cn": "console.amazonaws.cn",
    "aws-us-gov": "console.amazonaws-us-gov.com",
}
SAGEMAKER = "https://{region}.{host}/sagemaker/home?region={region}#/"
PAGES = {
    "training-job": SAGEMAKER + "jobs/{name}",
    "processing-job": SAGEMAKER + "processing-jobs/{name}",
    "model": SAGEMAKER + "models/{name}",
    "endpoint-config": SAGEMAKER + "endpointConfig/{name}",
    "endpoint": SAGEMAKER + "endpoints/{name}",
}
BY_ARN = "https://{host}/go/view?arn={arn}"  # a versioned model package has a page in Studio only, found by its ARN
LOG = "https://{region}.{host}/cloudwatch/home?region={region}#logsV2:log-groups/log-group/{group}"
STREAMS = "$3FlogStreamNameFilter$3D{name}"
LOG_GROUPS = {"training-job": "TrainingJobs", "processing-job": "ProcessingJobs"}
OBJECT = "https://{host}/s3/object/{bucket}?prefix={key}"
FOLDER = "https://{host}/s3/buckets/{bucket}?prefix={key}"


@dataclass(frozen=True)
class Arn:
    """The parts of a SageMaker ARN that an address is made of."""

    text: str
    partition: str
    region: str
    kind: str
    name: str

    @classmethod
    def read(cls, text: str) -> "Arn":
        """`arn:{partition}:sagemaker:{region}:{account}:{kind}/{name}`."""
        _, partition, _, region, _, resource = text.split(":", 5)
        kind, _, name = resource.partition("/")
        return cls(text, partition, region, kind, name)

    def beside(self, kind: str, name: str) -> "Arn":
        """Another resource in the same account and region."""
        return Arn.read(f"{self.text.rpartition(':')[0]}:{kind}/{name}")


@dataclass(frozen=True)
class Console:
    """The addresses of pages; a template with {kind} and {name} replaces the AWS console's own ones."""

    template: str = ""
    partition: str = "aws"

    @property
    def host(self) -> str:
        """The AWS console's host in this partition, without the region."""
        return HOSTS.get(self.partition, HOSTS["aws"])

    def page(self, arn: Arn) -> str:
        """The page of a SageMaker resource."""
        if self.template:
            return self._own(arn.kind, arn.name)
        return PAGES.get(arn.kind, BY_ARN).format(
            host=self.host, region=arn.region, name=quote(arn.name), arn=quote(arn.text, safe="")
        )

    def log(self, arn: Arn) -> str:
        """What a job or an endpoint has written."""
        if self.template:
            return self._own("log", f"{arn.kind}/{arn.name}")
        group = _twice(f"/aws/sagemaker/{LOG_GROUPS.get(arn.kind, f'Endpoints/{arn.name}')}")
        one_job = STREAMS.format(name=_twice(f"{arn.name}/")) if arn.kind in LOG_GROUPS else ""
        return LOG.format(host=self.host, region=arn.region, group=group) + one_job

    def stored(self, uri: str) -> str:
        """An object in S3, or everything below a prefix that ends with a slash."""
        bucket, _, key = uri.removeprefix("s3://").partition("/")
        if self.template:
            return self._own("s3", f"{bucket}/{key}")
        template = FOLDER if key.endswith("/") or not key else OBJECT
        return template.format(host=self.host, bucket=bucket, key=quote(key))

    def _own(self, kind: str, name: str) -> str:
        return self.template.replace("{kind}", kind).replace("{name}", quote(name))


def _twice(text: str) -> str:
    """CloudWatch's console quotes what stands in its fragment twice, the second time with a dollar."""
    return quote(quote(text, safe=""), safe="").replace("%", "$")
