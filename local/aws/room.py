"""All parts of the local AWS, put together and taken apart in the right order."""

import threading
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from local.aws.airflow import AirflowApi
from local.aws.calls import CallLog
from local.aws.console.application import Console
from local.aws.ecr import keep_tags_as_ecr_does
from local.aws.emulator import Emulator
from local.aws.faults import Faults
from local.aws.front import Front, wsgi_answerer
from local.aws.function_pool import FunctionPool
from local.aws.functions import Functions
from local.aws.mwaa.environments import Environments
from local.aws.mwaa.service import Mwaa
from local.aws.objects import ObjectFolder, claim_bucket_names, store_objects_in
from local.aws.outbox import Outbox
from local.aws.registry.door import Door
from local.aws.registry.passwords import Passwords, answer_tokens_of
from local.aws.registry.shelf import Shelf
from local.aws.registry.upstream import Upstream
from local.aws.sagemaker import install as install_sagemaker
from local.aws.sagemaker.cloud import Cloud
from local.aws.saver import Saver
from local.aws.server import HOST, Server
from local.aws.sns import invoke_through, mail_through
from local.aws.state import StateFolder


@dataclass(frozen=True)
class Settings:
    """What the local AWS has to know; `smtp` is host:port, empty when there is no mail server."""

    home: Path
    port: int
    airflow_url: str
    airflow_version: str
    smtp: str

    @property
    def folder(self) -> Path:
        """Where everything is kept."""
        return self.home / "aws"

    @property
    def endpoint_url(self) -> str:
        """Where clients find this AWS."""
        return f"http://{HOST}:{self.port}"


class LocalAws:
    """A local AWS that can be started and stopped once."""

    def __init__(self, settings: Settings) -> None:
        self.lock = threading.RLock()
        self.outbox = Outbox(settings.folder / "outbox", server=settings.smtp) if settings.smtp else None
        self.objects = ObjectFolder(settings.folder / "objects")
        self.passwords = Passwords(settings.endpoint_url)
        self.prepare_moto()
        self.state = StateFolder(settings.folder / "state", lock=self.lock)
        self.saver = Saver(self.state, objects=self.objects)
        self.sagemaker = install_sagemaker(settings.home, settings.endpoint_url)
        self.pool = FunctionPool(settings.folder / "lambda", endpoint_url=settings.endpoint_url, lock=self.lock)
        self.functions = Functions(self.pool, lock=self.lock, saver=self.saver)
        invoke_through(self.functions.notify)
        self.calls = CallLog(settings.folder / "calls.jsonl")
        self.server = Server(self.front(settings), port=settings.port)

    def prepare_moto(self) -> None:
        """Put our classes into moto, before it makes its own."""
        store_objects_in(self.objects)
        keep_tags_as_ecr_does()
        answer_tokens_of(self.passwords)
        mail_through(self.outbox)

    def front(self, settings: Settings) -> Front:
        """The door, and who is behind it."""
        return Front(
            emulator=Emulator(lock=self.lock, saver=self.saver).answer,
            mwaa=Mwaa(
                AirflowApi(settings.airflow_url),
                Environments(settings.folder / "mwaa", airflow=settings.airflow_version),
            ),
            functions=self.functions,
            endpoints=wsgi_answerer(self.sagemaker.invocations),
            console=Console(Cloud(settings.endpoint_url)),
            registry=Door(self.passwords, Shelf(self.lock, self.saver), Upstream(settings.home)),
            calls=self.calls,
            faults=Faults(settings.home / "faults.toml"),
        )

    def start(self) -> None:
        """Read the kept state, then answer, then bring back what ran."""
        self.state.load()
        claim_bucket_names()
        self.objects.remove_unclaimed()
        self.saver.start()
        if self.outbox is not None:
            self.outbox.start()
        self.server.start()
        self.sagemaker.resume()

    def stop(self) -> None:
        """End what was started; SageMaker first, as its jobs write their last logs through the server."""
        with ExitStack() as parts:  # ends the last one first, and all of them even when one fails
            parts.callback(self.calls.close)
            parts.callback(self.saver.stop)
            if self.outbox is not None:
                parts.callback(self.outbox.stop)
            parts.callback(self.server.stop)
            parts.callback(self.pool.stop)
            parts.callback(self.sagemaker.stop)
