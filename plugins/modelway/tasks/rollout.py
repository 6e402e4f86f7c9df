"""The tasks that put an approved package behind its endpoint."""

from collections.abc import Mapping
from typing import Any, NoReturn

from airflow.providers.amazon.aws.operators.sagemaker import SageMakerEndpointConfigOperator, SageMakerEndpointOperator

from modelway import names, serving
from modelway.aws import endpoints, jobs, objects, registry
from modelway.errors import RunFailed
from modelway.jobs import Kind, is_final
from modelway.plan import Deployment
from modelway.tasks.about import about
from modelway.tasks.clients import client
from modelway.tasks.compat import Context
from modelway.tasks.console import Arn
from modelway.tasks.failures import step, told
from modelway.tasks.lingering import linger
from modelway.tasks.links import CONFIG, ENDPOINT, LOG, linked
from modelway.tasks.settings import read_settings
from modelway.tasks.triggers import RestTrigger
from modelway.tasks.wait import Why
from modelway.verdict import Deployed

SMOKE_ROWS = 3
SMOKE_BYTES = 256 * 1024


class CreateEndpointConfig(SageMakerEndpointConfigOperator):
    """Make the endpoint configuration of the approved model; its name tells its content.

    Differs from the stock operator: a retry, or a second deployment of the same, accepts the one that is there.
    """

    template_fields = ("deployment", *SageMakerEndpointConfigOperator.template_fields)
    operator_extra_links = (CONFIG,)

    def __init__(self, *, deployment: Any, **kwargs: Any) -> None:
        super().__init__(config={}, doc_md=about(type(self)), **kwargs)
        self.deployment = deployment

    def execute(self, context: Context) -> str:  # type: ignore[override]
        """Create it unless it is there. (The stock operator returns a dict.)"""
        with told(context):
            deployment = Deployment.model_validate(self.deployment)
            plan, environment = deployment.plan, read_settings().environment
            request = serving.endpoint_config(
                plan.spec, plan.trained, model_name=deployment.model_name, tags=plan.tags(environment)
            )
            registry.create_once(client("sagemaker"), "create_endpoint_config", request)
            name = str(request["EndpointConfigName"])
            CONFIG.lead(self, read_settings().console.page(_beside(deployment, "endpoint-config", name)))
            return name


class RollOut(SageMakerEndpointOperator):
    """Create or update the endpoint, and wait without a worker until the asked configuration is the live one.

    Differs from the stock operator, which takes a rolled-back update for a success, decides create or update by an
    error's words, and loses FailureReason and logs.
    """

    template_fields = ("deployment", "endpoint_config", *SageMakerEndpointOperator.template_fields)
    operator_extra_links = (ENDPOINT, LOG)

    def __init__(self, *, deployment: Any, endpoint_config: Any, **kwargs: Any) -> None:
        super().__init__(config={}, doc_md=about(type(self)), deferrable=True, **kwargs)
        self.deployment = deployment
        self.endpoint_config = endpoint_config

    def execute(self, context: Context) -> Any:
        """Ask for the configuration; free the worker until the endpoint has come to rest."""
        with told(context):
            name = self._show()
            endpoint = jobs.describe(client("sagemaker"), Kind.ENDPOINT, name)
            if endpoint and is_final(Kind.ENDPOINT, endpoint) and self._is_live(endpoint):
                return name
            then = self._ask(name, endpoint)
            if then == "execute_complete" and self._rests_soon(name):
                return self._confirmed(name)
            return self._wait(name, then)

    def execute_again(self, context: Context, event: dict[str, Any] | None = None) -> Any:
        """Ask once the endpoint is free of somebody else's roll-out."""
        return self.execute(context)

    def execute_complete(self, context: Context, event: dict[str, Any] | None = None) -> str:  # type: ignore[override]
        """Succeed only when the endpoint serves what was asked for. (The stock operator returns a dict.)"""
        with told(context):
            name = self._show()
            late = (event or {})["why"] == Why.DEADLINE
            if late or is_final(Kind.ENDPOINT, self._endpoint(name)):
                return self._confirmed(name)
            return self._wait(name, "execute_complete")

    def _rests_soon(self, name: str) -> bool:
        seen = linger(Kind.ENDPOINT, lambda: self._endpoint(name))
        return seen is not None and is_final(Kind.ENDPOINT, seen)

    def _confirmed(self, name: str) -> str:
        try:
            serving.confirm_live(self._endpoint(name), config=self.endpoint_config)
        except RunFailed as error:
            raise RunFailed(str(error), log_tail=jobs.log_tail(client("logs"), Kind.ENDPOINT, name)) from error
        return name

    def _endpoint(self, name: str) -> Mapping[str, Any]:
        endpoint = jobs.describe(client("sagemaker"), Kind.ENDPOINT, name)
        if endpoint is None:
            raise RunFailed(f"endpoint {name} is gone: somebody deleted it during the roll-out")
        return endpoint

    def _show(self) -> str:
        """The endpoint's name, to which the buttons lead now."""
        deployment, console = Deployment.model_validate(self.deployment), read_settings().console
        arn = _beside(deployment, "endpoint", deployment.plan.id.sagemaker)
        ENDPOINT.lead(self, console.page(arn))
        LOG.lead(self, console.log(arn))
        return arn.name

    def _is_live(self, endpoint: Mapping[str, Any]) -> bool:
        in_service = endpoint["EndpointStatus"] == Kind.ENDPOINT.value.good
        return in_service and bool(endpoint["EndpointConfigName"] == self.endpoint_config)

    def _ask(self, name: str, endpoint: Mapping[str, Any] | None) -> str:
        """Ask for the configuration, unless it is on its way; the method that goes on after the wait."""
        request = {"EndpointName": name, "EndpointConfigName": self.endpoint_config}
        if endpoint is None:
            self._create(request)
        elif endpoint["EndpointStatus"] == "Failed":
            self.log.warning("Endpoint %s never came into service; deleting and creating it", name)
            client("sagemaker").delete_endpoint(EndpointName=name)
            client("sagemaker").get_waiter("endpoint_deleted").wait(EndpointName=name, WaiterConfig={"Delay": 5})
            self._create(request)
        elif is_final(Kind.ENDPOINT, endpoint):
            self.log.info("Updating endpoint %s from %s", name, endpoint["EndpointConfigName"])
            client("sagemaker").update_endpoint(**request)
        elif _heading_for(endpoint) != self.endpoint_config:
            self.log.info("Endpoint %s is %s for another run; waiting", name, endpoint["EndpointStatus"])
            return "execute_again"
        return "execute_complete"

    def _create(self, request: Mapping[str, Any]) -> None:
        tags = Deployment.model_validate(self.deployment).plan.tags(read_settings().environment)
        self.log.info("Creating endpoint %s", request["EndpointName"])
        client("sagemaker").create_endpoint(**request, Tags=tags)

    def _wait(self, name: str, then: str) -> NoReturn:
        trigger = RestTrigger.after(Kind.ENDPOINT, self._endpoint(name), aws_conn_id=self.aws_conn_id)
        self.defer(trigger=trigger, method_name=then)


@linked(ENDPOINT)
@step
def smoke_test(deployment: dict[str, Any], endpoint: str, endpoint_config: str) -> dict[str, Any]:
    """Ask the endpoint for a few test rows; it has to answer, and as the version that was deployed."""
    deployed = Deployment.model_validate(deployment)
    ENDPOINT.lead_here(read_settings().console.page(_beside(deployed, "endpoint", endpoint)))
    plan = deployed.plan
    location = names.input_uri(plan.id, plan.spec.evaluate.test, bucket=read_settings().bucket)
    bucket, prefix = objects.split(location)
    s3 = client("s3")
    key = objects.first_key(s3, bucket=bucket, prefix=prefix, suffix=".csv")
    head = objects.read_head(s3, bucket=bucket, key=key, size=SMOKE_BYTES).decode("utf-8-sig", errors="ignore")
    rows = serving.sample_rows(head, target=plan.spec.evaluate.target, count=SMOKE_ROWS)
    answer = endpoints.ask(client("sagemaker-runtime"), endpoint, body=rows.encode(), content_type="text/csv")
    serving.confirm_version(answer.get("CustomAttributes", ""), version=plan.version)
    return Deployed(name=endpoint, config=endpoint_config, example=serving.example_call(endpoint)).model_dump(
        mode="json"
    )


def _beside(deployment: Deployment, kind: str, name: str) -> Arn:
    """What is made of the package, in its account and region."""
    return Arn.read(deployment.package_arn).beside(kind, name)


def _heading_for(endpoint: Mapping[str, Any]) -> str:
    """The configuration that an endpoint in transition is on its way to."""
    pending = endpoint.get("PendingDeploymentSummary", {}).get("EndpointConfigName")
    return str(pending or endpoint["EndpointConfigName"])
