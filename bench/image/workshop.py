"""Where images are built: a model, a Docker engine with a registry, and a local AWS whose ECR that is."""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

import boto3
import docker
from semver import Version

from bench.base_image import REPOSITORY, TAG
from bench.checkout import CHECKOUT, PLUGINS
from bench.docker_host import DockerHost, docker_host
from bench.errors import BenchError
from bench.interpreter import clean_environment
from bench.road.server import awaited, free_port
from ci import digest, docker_build, lock, recipe
from ci.engines import Order
from ci.source import read_spec
from local.docker_record import DockerRecord, write_docker

BUCKET = "modelway-bench"
REGION = "eu-west-1"
UNWANTED = shutil.ignore_patterns("__pycache__", ".*", "data", "model")


@dataclass(frozen=True)
class Workshop:
    """All that a build takes."""

    folder: Path
    host: DockerHost
    docker: docker.DockerClient
    environment: Mapping[str, str]
    lock: bytes

    @property
    def model(self) -> Path:
        """The model's sources."""
        return self.folder / "model"

    @property
    def context(self) -> Path:
        """The folder of plain `docker build`."""
        return self.folder / "context"

    @property
    def order(self) -> Order:
        """The model as it is now."""
        return Order(read_spec(self.model).id, Version(1, 0, 0), source=self.model)

    def change(self) -> None:
        """Change the code, and lay out for plain Docker what the platform would give it: Dockerfile, labels and all."""
        with (self.model / "train.py").open("a") as file:
            file.write("# changed\n")
        with recipe.context(self.order, lock=self.lock, labels=docker_build.labels(self.order)) as folder:
            shutil.rmtree(self.context, ignore_errors=True)
            shutil.copytree(folder, self.context)

    def forget(self) -> None:
        """Have Docker know the base image and nothing else."""
        for image in self.docker.images.list():
            if f"{REPOSITORY}:{TAG}" not in image.tags:
                self.docker.images.remove(str(image.id), force=True)
        self.docker.api.prune_builds()

    def run(self, *command: str, cwd: Path | None = None) -> None:
        """Run a program to its end; raises BenchError with its last words."""
        done = subprocess.run(
            command, cwd=cwd or self.folder, env=dict(self.environment), capture_output=True, text=True, check=False
        )
        if done.returncode:
            raise BenchError(f"{' '.join(command)} ended with {done.returncode}:\n{done.stderr.strip()[-2000:]}")

    def job(self, command: str, *options: str) -> None:
        """Run a job's line."""
        self.run(sys.executable, "-m", "ci", command, "--source", str(self.model), *options)


@contextmanager
def workshop() -> Iterator[Workshop]:
    """A workshop for as long as it is needed."""
    with docker_host() as host, closing(host.client()) as client, tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        shutil.copytree(CHECKOUT / "model_template", folder / "model", ignore=UNWANTED)
        packages = lock.resolve(digest.requirements(folder / "model"))
        with _local_aws(folder, host) as url:
            environment = _environment(url, host)
            made = Workshop(folder, host, client, environment, packages)
            _prepare_aws(url, repository=made.order.model.repository)
            yield made


@contextmanager
def _local_aws(folder: Path, host: DockerHost) -> Iterator[str]:
    home, port = folder / "home", free_port()
    home.mkdir()
    write_docker(home, DockerRecord(host.environment, int(host.registry.rpartition(":")[2])))
    command = [sys.executable, "-m", "local.aws", "--home", str(home), "--port", str(port)]
    with awaited(command, f"http://127.0.0.1:{port}/-/healthy", cwd=CHECKOUT, environment=clean_environment()):
        yield f"http://127.0.0.1:{port}"


def _environment(url: str, host: DockerHost) -> dict[str, str]:
    keys = {"AWS_ACCESS_KEY_ID": "bench", "AWS_SECRET_ACCESS_KEY": "bench", "AWS_REGION": REGION}
    ours = {"AWS_ENDPOINT_URL": url, "MODELWAY_BUCKET": BUCKET, "MODELWAY_ENGINE": "docker"}
    paths = {"PYTHONPATH": os.pathsep.join((str(CHECKOUT), str(PLUGINS)))}
    return clean_environment() | keys | ours | paths | host.environment


def _prepare_aws(url: str, *, repository: str) -> None:
    session = boto3.Session("bench", "bench", region_name=REGION)
    s3, ecr = session.client("s3", endpoint_url=url), session.client("ecr", endpoint_url=url)
    s3.create_bucket(Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": REGION})
    ecr.create_repository(repositoryName=repository, imageTagMutability="IMMUTABLE")
