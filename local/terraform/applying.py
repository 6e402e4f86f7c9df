"""Makes a platform's AWS by Terraform, and remembers what was made."""

from local.actors import INFRASTRUCTURE, actor, session_of
from local.errors import TerraformRefused
from local.estate.airflow_environment import mwaa_client
from local.estate.bucket import ensure_bucket
from local.home import Home
from local.platform import Platform
from local.refusals import aws_refusals
from local.terraform.progress import ROW, Progress
from local.terraform.root import Root, terraform
from local.terraform_record import TerraformRecord, read_terraform, write_terraform
from local.timeline import Timeline


def choose_terraform(platform: Platform, environment: str, *, was_started: bool) -> None:
    """Let this home's platform be made by Terraform from now on."""
    terraform()
    record = read_terraform(platform.home.root)
    if record is None and was_started:
        raise TerraformRefused(
            f"the platform in {platform.home.root} was made without Terraform, whose names it holds; take a folder of "
            "its own: `python -m local up --terraform --home DIR`"
        )
    if record is not None and record.environment != environment:
        raise TerraformRefused(
            f"the platform in {platform.home.root} is {record.environment}, and a platform is one environment; take a "
            f"folder of its own: `python -m local up --terraform={environment} --home DIR`"
        )
    if record is None:
        write_terraform(platform.home.root, TerraformRecord(environment))


def root_of(platform: Platform) -> Root:
    """The root as it is applied to this platform."""
    record = read_terraform(platform.home.root)
    if record is None:
        raise TerraformRefused(
            f"the platform in {platform.home.root} was made without Terraform; make another: "
            "`python -m local up --terraform --home DIR`"
        )
    return Root(platform, record.environment, actor(platform, INFRASTRUCTURE).credentials)


def by_terraform(home: Home) -> bool:
    """Whether Terraform makes this home's platform."""
    return read_terraform(home.root) is not None


def apply_root(platform: Platform, timeline: Timeline) -> None:
    """Make what is missing and change what differs; the record then holds what there is."""
    root, progress = root_of(platform), Progress(timeline)
    with timeline.stage(ROW):
        timeline.tell(ROW, detail=f"init {root.environment}")
        _make_state_bucket(platform, root)
        root.prepare()
        timeline.tell(ROW, detail="plan")
        root.apply(progress)
        remember(platform, root)
        timeline.tell(ROW, detail=f"{root.environment}: {progress.summary}")


@aws_refusals()
def remember(platform: Platform, root: Root) -> None:
    """Write down what the root has made."""
    outputs = root.outputs()
    mwaa = mwaa_client(session_of(platform, INFRASTRUCTURE), url=platform.aws_url)
    made = mwaa.get_environment(Name=outputs["mwaa_environment"])["Environment"]
    record = TerraformRecord(root.environment, outputs, made.get("AirflowConfigurationOptions", {}))
    write_terraform(platform.home.root, record)


@aws_refusals()
def _make_state_bucket(platform: Platform, root: Root) -> None:
    s3 = session_of(platform, INFRASTRUCTURE).client("s3", endpoint_url=platform.aws_url)
    ensure_bucket(s3, root.state_bucket, region=platform.identity.region)
