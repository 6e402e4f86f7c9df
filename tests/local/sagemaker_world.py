"""A bucket, a repository and one small image, as a model's pipeline would leave them in a local AWS."""

import hashlib
import io
import json
import tarfile
import time
from collections.abc import Callable, Mapping
from typing import Any

from botocore.exceptions import ClientError

REGION, ACCOUNT = "eu-west-1", "123456789012"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/modelway-sagemaker"
BUCKET, REPOSITORY = "sagemaker-world", "demo/world"
RESOURCES = {"InstanceType": "ml.m5.large", "InstanceCount": 1, "VolumeSizeInGB": 10}
QUICK = {"MODELWAY_JOB_GRACE": "1.5", "MODELWAY_ENDPOINT_GRACE": "2", "MODELWAY_ENDPOINT_START": "20"}
PATIENCE = 60

PROGRAM = """
import http.server, json, os, pathlib, signal, subprocess, sys, threading, time

BASE = pathlib.Path(os.environ.get("SAGEMAKER_BASE_DIR", "/opt/ml"))
PAIR = threading.Barrier(2, timeout=30)

def told():
    path = BASE / "input/config/hyperparameters.json"
    return json.loads(path.read_text()) if path.exists() else dict(os.environ)

def train():
    hp = told()
    data = BASE / "input/data"
    seen = sorted(p.relative_to(data).as_posix() for p in data.rglob("*") if p.is_file())
    config = {p.name: json.loads(p.read_text()) for p in (BASE / "input/config").iterdir()}
    facts = {"seen": seen, "config": config, "environment": dict(os.environ), "cwd": os.getcwd(), "argv": sys.argv[1:],
             "literal": os.path.isdir("/opt/ml/model"), "here": __file__, "user": os.getuid()}
    (BASE / "model/facts.json").write_text(json.dumps(facts))
    for line in json.loads(hp.get("lines", "[]")):
        print(line, flush=True)
    if "x" in hp:
        print("score=" + hp["x"])
    if "output" in hp:
        (BASE / "output/data/report.txt").write_text(hp["output"])
    if "failure" in hp:
        (BASE / "output/failure").write_text(hp["failure"])
        sys.exit(1)
    if "ignore" in hp:
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
    if "family" in hp:
        subprocess.Popen(["sleep", hp["family"]], start_new_session=True)
    print("working", flush=True)
    time.sleep(float(hp.get("seconds", "0")))
    sys.exit(int(hp.get("code", "0")))

def process():
    args = sys.argv[2:]
    root = BASE / "processing"
    seen = {p.relative_to(root).as_posix(): p.read_text() for p in root.rglob("*") if p.is_file()}
    out = root / "output/report/deep/seen.json"
    out.parent.mkdir(parents=True, exist_ok=True)
    config = {p.name: json.loads(p.read_text()) for p in (BASE / "config").iterdir()}
    out.write_text(json.dumps({"seen": seen, "args": args, "environment": dict(os.environ), "config": config}))
    (BASE / "output/message").write_text(os.environ.get("MESSAGE", ""))
    print("processed")
    time.sleep(float(os.environ.get("SECONDS", "0")))
    sys.exit(int(os.environ.get("CODE", "0")))

class Server(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def answer(self, status, body, **headers):
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_GET(self):
        self.answer(503 if os.environ.get("SICK") else 200, b"")

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        if body == "together":
            PAIR.wait()
        if body == "crash":
            os._exit(9)
        if body.startswith("sleep"):
            time.sleep(float(body.split()[1]))
        if body.startswith("status"):
            self.answer(int(body.split()[1]), b"told to")
            return
        model = (BASE / "model/name.txt").read_text()
        answer = {"model": model, "body": body, "pid": os.getpid(), "headers": dict(self.headers), "path": self.path,
                  "flavour": os.environ.get("FLAVOUR"),
                  "batch": {k: v for k, v in os.environ.items() if k.startswith("SAGEMAKER_BATCH")}}
        self.answer(200, json.dumps(answer).encode(), Content_Type="application/json", X_Secret="no",
                    X_Amzn_SageMaker_Custom_Attributes="version=" + model)

    def log_message(self, *_):
        pass

def serve():
    if os.environ.get("EXIT"):
        sys.exit("cannot load the model")
    print("serving", flush=True)
    server = http.server.ThreadingHTTPServer(("127.0.0.1", int(os.environ["SAGEMAKER_BIND_TO_PORT"])), Server)
    server.serve_forever()

{"train": train, "serve": serve, "process": process}[sys.argv[1]]()
"""


class World:
    """What tests say to SageMaker, through boto3 only."""

    def __init__(self, aws: Any) -> None:
        self.aws = aws
        self.s3, self.ecr, self.sm = aws.client("s3"), aws.client("ecr"), aws.client("sagemaker")
        self.runtime = aws.client("sagemaker-runtime")
        self.s3.create_bucket(Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": REGION})
        self.ecr.create_repository(repositoryName=REPOSITORY)
        self.image = self.build(PROGRAM)
        self.pids: list[int] = []

    def build(
        self,
        program: str,
        *,
        lock: str = "",
        tag: str = "1.0.0",
        repository: str = REPOSITORY,
        ecr: Any = None,
        modules: Mapping[str, str] | None = None,
    ) -> str:
        """Put an image of a program, and of modules beside it, into a repository, perhaps of another region's ECR.

        Returns its URI by digest.
        """
        sources = {f"opt/program/{name}.py": text for name, text in {"program": program, **(modules or {})}.items()}
        config = {"Entrypoint": ["python", "-m", "program"], "WorkingDir": "/opt/program", "Env": ["FROM_IMAGE=yes"]}
        content = {
            "schemaVersion": 2,
            "mediaType": "application/vnd.oci.image.manifest.v1+json",
            "config": self.blob(json.dumps({"config": config}).encode(), "application/vnd.oci.image.config.v1+json"),
            "layers": [
                self.blob(tar(sources), "application/vnd.oci.image.layer.v1.tar+gzip"),
                self.blob(lock.encode(), "application/vnd.modelway.lock.v1"),
            ],
        }
        manifest = json.dumps(content)
        digest = f"sha256:{hashlib.sha256(manifest.encode()).hexdigest()}"
        registry = ecr or self.ecr
        registry.put_image(repositoryName=repository, imageManifest=manifest, imageTag=tag, imageDigest=digest)
        return f"{ACCOUNT}.dkr.ecr.{registry.meta.region_name}.amazonaws.com/{repository}@{digest}"

    def blob(self, content: bytes, media_type: str) -> dict[str, Any]:
        """A descriptor of content that lies in the bucket."""
        digest = hashlib.sha256(content).hexdigest()
        url = self.put(f"images/sha256/{digest}", content)
        return {"mediaType": media_type, "digest": f"sha256:{digest}", "size": len(content), "urls": [url]}

    def put(self, key: str, content: bytes = b"x") -> str:
        """Put an object; its URI."""
        self.s3.put_object(Bucket=BUCKET, Key=key, Body=content)
        return f"s3://{BUCKET}/{key}"

    def get(self, uri: str) -> bytes:
        """An object's content."""
        bucket, key = uri.removeprefix("s3://").split("/", 1)
        body: bytes = self.s3.get_object(Bucket=bucket, Key=key)["Body"].read()
        return body

    def train(self, name: str, *, inputs: Mapping[str, str] | None = None, **more: Any) -> Any:
        """Start a training job; `hyperparameters`, `metrics`, `max_runtime`, `image`, `environment` as wanted."""
        algorithm = {"TrainingImage": more.get("image", self.image), "TrainingInputMode": "File"}
        if "metrics" in more:
            algorithm["MetricDefinitions"] = [{"Name": key, "Regex": value} for key, value in more["metrics"].items()]
        self.sm.create_training_job(
            TrainingJobName=name,
            RoleArn=ROLE,
            AlgorithmSpecification=algorithm,
            HyperParameters=more.get("hyperparameters", {}),
            Environment=more.get("environment", {}),
            **({"InputDataConfig": [channel(key, uri) for key, uri in inputs.items()]} if inputs else {}),
            OutputDataConfig={"S3OutputPath": f"s3://{BUCKET}/out/"},
            ResourceConfig=RESOURCES,
            StoppingCondition={"MaxRuntimeInSeconds": more.get("max_runtime", 600)},
        )

    def trained(self, name: str) -> Any:
        """The training job once it has ended."""
        return self.until(
            lambda: self.job(name), lambda job: job["TrainingJobStatus"] not in ("InProgress", "Stopping")
        )

    def job(self, name: str) -> Any:
        """The training job now."""
        return self.sm.describe_training_job(TrainingJobName=name)

    def process(self, name: str, **more: Any) -> None:
        """Start a processing job; `inputs` and `outputs` map local paths to URIs."""
        inputs = enumerate(more.get("inputs", {}).items())
        outputs = enumerate(more.get("outputs", {}).items())
        self.sm.create_processing_job(
            ProcessingJobName=name,
            RoleArn=ROLE,
            AppSpecification={
                "ImageUri": self.image,
                "ContainerEntrypoint": ["python", "-m", "program", "process"],
                "ContainerArguments": more.get("arguments", ["--flag"]),
            },
            ProcessingInputs=[
                {
                    "InputName": f"in-{number}",
                    "S3Input": {"S3Uri": uri, "LocalPath": path, "S3DataType": "S3Prefix", "S3InputMode": "File"},
                }
                for number, (path, uri) in inputs
            ],
            ProcessingOutputConfig={
                "Outputs": [
                    {
                        "OutputName": f"out-{number}",
                        "S3Output": {"S3Uri": uri, "LocalPath": path, "S3UploadMode": "EndOfJob"},
                    }
                    for number, (path, uri) in outputs
                ]
            },
            ProcessingResources={"ClusterConfig": RESOURCES},
            Environment=more.get("environment", {}),
            StoppingCondition={"MaxRuntimeInSeconds": more.get("max_runtime", 600)},
        )

    def processed(self, name: str) -> Any:
        """The processing job once it has ended."""
        return self.until(
            lambda: self.sm.describe_processing_job(ProcessingJobName=name),
            lambda job: job["ProcessingJobStatus"] not in ("InProgress", "Stopping"),
        )

    def artefact(self, name: str) -> str:
        """The URI of an artefact that says its name."""
        return self.put(f"models/{name}/model.tar.gz", tar({"name.txt": name}))

    def model(self, name: str, **environment: str) -> str:
        """A model of such an artefact; returns the name."""
        container = {"Image": self.image, "ModelDataUrl": self.artefact(name), "Environment": environment}
        self.sm.create_model(ModelName=name, ExecutionRoleArn=ROLE, PrimaryContainer=container)
        return name

    def config(self, name: str, **weights: float) -> str:
        """An endpoint configuration with a variant of each model; returns its name."""
        variants = [
            {
                "VariantName": model,
                "ModelName": model,
                "InstanceType": "ml.m5.large",
                "InitialInstanceCount": 1,
                "InitialVariantWeight": weight,
            }
            for model, weight in weights.items()
        ]
        self.sm.create_endpoint_config(EndpointConfigName=name, ProductionVariants=variants)
        return name

    def serve(self, name: str, **environment: str) -> Any:
        """An endpoint of one model, all of the same name, once it has settled."""
        self.config(name, **{self.model(name, **environment): 1.0})
        self.sm.create_endpoint(EndpointName=name, EndpointConfigName=name)
        return self.settled(name)

    def endpoint(self, name: str) -> Any:
        """The endpoint now."""
        return self.sm.describe_endpoint(EndpointName=name)

    def settled(self, name: str) -> Any:
        """The endpoint once it is InService or Failed."""
        return self.until(
            lambda: self.endpoint(name), lambda endpoint: endpoint["EndpointStatus"] in ("InService", "Failed")
        )

    def invoke(self, name: str, body: str = "hello", **more: Any) -> Any:
        """What InvokeEndpoint answers."""
        return self.runtime.invoke_endpoint(EndpointName=name, Body=body, **more)

    def say(self, name: str, body: str = "hello", **more: Any) -> Any:
        """The model's answer."""
        return json.loads(self.invoke(name, body, **more)["Body"].read())

    def lines(self, group: str, prefix: str) -> list[str]:
        """The messages of all log streams that begin so."""
        logs = self.aws.client("logs")
        streams = logs.describe_log_streams(logGroupName=group, logStreamNamePrefix=prefix)["logStreams"]
        read = [
            logs.get_log_events(logGroupName=group, logStreamName=stream["logStreamName"], startFromHead=True)
            for stream in streams
        ]
        return [event["message"] for events in read for event in events["events"]]

    def lines_or_none(self, group: str, prefix: str) -> list[str]:
        """The same, where the group may not be there yet."""
        try:
            return self.lines(group, prefix)
        except ClientError:
            return []

    def until(self, look: Callable[[], Any], good: Callable[[Any], bool]) -> Any:
        """What is seen once it is good; fails after a deadline."""
        deadline = time.monotonic() + PATIENCE
        while not good(seen := look()):
            assert time.monotonic() < deadline, f"still {seen}"
            time.sleep(0.05)
        return seen


def tar(files: Mapping[str, str]) -> bytes:
    """A gzipped tar archive of these files."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as archive:
        for name, content in files.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(content.encode())
            archive.addfile(entry, io.BytesIO(content.encode()))
    return buffer.getvalue()


def channel(name: str, uri: str) -> dict[str, Any]:
    """A training channel of a prefix."""
    return {"ChannelName": name, "DataSource": {"S3DataSource": {"S3DataType": "S3Prefix", "S3Uri": uri}}}
