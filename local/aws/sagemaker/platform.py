"""Wires the rooms of SageMaker together."""

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any
from wsgiref.types import StartResponse, WSGIEnvironment

from local.aws.sagemaker.cloud import Cloud
from local.aws.sagemaker.configs import EndpointConfigs
from local.aws.sagemaker.deployment import Deployer
from local.aws.sagemaker.endpoint_metrics import EndpointMetrics
from local.aws.sagemaker.endpoints import Endpoints
from local.aws.sagemaker.events import Events
from local.aws.sagemaker.invocations import Invocations
from local.aws.sagemaker.jobs import Jobs
from local.aws.sagemaker.limits import limits_from
from local.aws.sagemaker.models import Models
from local.aws.sagemaker.packages import Groups, Packages
from local.aws.sagemaker.place import Place, name_of, place_of
from local.aws.sagemaker.processing import ProcessingJobs
from local.aws.sagemaker.processing_run import ProcessingRun
from local.aws.sagemaker.provision import Provision
from local.aws.sagemaker.quotas import Quotas
from local.aws.sagemaker.rates import Throttle
from local.aws.sagemaker.rollout import Rollouts
from local.aws.sagemaker.rules import rules_in
from local.aws.sagemaker.tags import Tags
from local.aws.sagemaker.traffic import Traffic
from local.aws.sagemaker.training import TrainingJobs
from local.aws.sagemaker.training_run import TrainingRun
from local.aws.sagemaker.transform import TransformJobs
from local.aws.sagemaker.transform_run import TransformRun
from local.aws.sagemaker.tuning import TuningJobs
from local.aws.sagemaker.tuning_run import TuningRun
from local.aws.sagemaker.watched_records import WatchedRecords
from local.engine import EngineByImage

Operation = Callable[[Place, Mapping[str, Any]], dict[str, Any]]
ACCOUNT = "123456789012"


class SageMaker:
    """The local SageMaker: its operations, its runtime, and its life with the server."""

    def __init__(self, home: Path, endpoint_url: str, *, environment: Mapping[str, str]) -> None:
        self._work = home / "aws" / "sagemaker" / "work"
        self._limits = limits_from(environment)
        self.throttle = Throttle(scale=self._limits.rates)
        self.rules = rules_in(home / "sagemaker.toml")
        self._cloud = Cloud(endpoint_url)
        self._events = Events(self._cloud)
        self._records = WatchedRecords(home / "aws" / "sagemaker" / "records", self._events.tell)
        self._engine = EngineByImage(home, clients=self._cloud)
        self._jobs = Jobs()
        self._quotas = Quotas(self._records, lambda: self.rules.rules().quotas)
        self._provision = Provision(lambda: self.rules.rules().mishaps, self._jobs.closing)
        self._training = TrainingJobs(self._records, self._jobs, self._training_run, quotas=self._quotas)
        self._processing = ProcessingJobs(self._records, self._jobs, self._processing_run, quotas=self._quotas)
        self._transform = TransformJobs(self._records, self._jobs, self._transform_run, quotas=self._quotas)
        self._tuning = TuningJobs(self._records, self._jobs, self._tuning_run)
        self._engine.clear()
        self._training.settle()  # before the first request, whose jobs are not interrupted ones
        self._processing.settle()
        self._transform.settle()
        self._tuning.settle()
        self._serve(account=environment.get("MOTO_ACCOUNT_ID", ACCOUNT))

    def _serve(self, *, account: str) -> None:
        self._traffic = Traffic()
        deployer = Deployer(self._cloud, self._engine, folder=self._work, limits=self._limits)
        self._rollouts = Rollouts(self._records, self._traffic, deployer, self._limits)
        self._metrics = EndpointMetrics(self._cloud)
        self._runtime = Invocations(self._traffic, self._metrics, account=account, timeout=self._limits.invocation)

    def invocations(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """WSGI application of the runtime's InvokeEndpoint."""
        return self._runtime(environ, start_response)

    def resume(self) -> None:
        """Restart the endpoints that the last server left; call it once the server listens."""
        self._events.start()
        self._metrics.start()
        self._rollouts.resume()

    def stop(self) -> None:
        """Stop every process."""
        self._jobs.close()
        self._rollouts.close()
        self._metrics.close()
        self._events.close()

    def operations(self) -> dict[str, Operation]:
        """What we answer, by AWS's names; moto answers the rest."""
        return {
            **crud("TrainingJob", self._training),
            **crud("ProcessingJob", self._processing),
            **crud("TransformJob", self._transform),
            **crud("HyperParameterTuningJob", self._tuning),
            "ListTrainingJobsForHyperParameterTuningJob": self._tuning.children,
            **crud("Model", Models(self._records)),
            **crud("ModelPackageGroup", Groups(self._records)),
            **crud("ModelPackage", Packages(self._records)),
            **crud("EndpointConfig", EndpointConfigs(self._records)),
            **crud("Endpoint", endpoints := Endpoints(self._records, self._traffic, self._rollouts, self._quotas)),
            "UpdateEndpointWeightsAndCapacities": endpoints.weigh,
            "AddTags": (tags := Tags(self._records)).add,
            "ListTags": tags.list,
            "DeleteTags": tags.delete,
        }

    def _folder(self, arn: str, kind: str) -> Path:
        return self._work / place_of(arn).region / kind / name_of(arn)

    def _training_run(self, arn: str) -> TrainingRun:
        folder = self._folder(arn, "training-job")
        return TrainingRun(
            arn,
            self._records,
            self._cloud,
            self._engine,
            self._jobs,
            self._provision,
            folder=folder,
            grace=self._limits.job_grace,
        )

    def _processing_run(self, arn: str) -> ProcessingRun:
        folder = self._folder(arn, "processing-job")
        return ProcessingRun(
            arn,
            self._records,
            self._cloud,
            self._engine,
            self._jobs,
            self._provision,
            folder=folder,
            grace=self._limits.job_grace,
        )

    def _transform_run(self, arn: str) -> TransformRun:
        folder = self._folder(arn, "transform-job")
        return TransformRun(
            arn,
            self._records,
            self._cloud,
            self._engine,
            self._jobs,
            self._provision,
            folder=folder,
            limits=self._limits,
        )

    def _tuning_run(self, arn: str) -> TuningRun:
        return TuningRun(arn, self._records, self._training, self._jobs)


def crud(noun: str, room: object) -> dict[str, Operation]:
    """The operations a room has, by AWS's names: CreateModel, ListModels and so on."""
    names = {verb: f"{verb.title()}{noun}{'s' if verb == 'list' else ''}" for verb in VERBS}
    return {name: getattr(room, verb) for verb, name in names.items() if hasattr(room, verb)}


VERBS = ("create", "describe", "list", "update", "delete", "stop")
