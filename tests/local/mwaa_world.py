"""An Airflow made for the tests of MWAA, and an environment to ask for."""

import json
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

HEALTHY = {"status": "healthy"}
ALL_HEALTHY = dict.fromkeys(("metadatabase", "scheduler", "triggerer", "dag_processor"), HEALTHY)
BUCKET_ARN = "arn:aws:s3:::modelway-dev-123456789012"
ROLE_ARN = "arn:aws:iam::123456789012:role/modelway-mwaa"


def asked(**members: Any) -> dict[str, Any]:
    """What CreateEnvironment needs at least."""
    return {
        "Name": "modelway",
        "SourceBucketArn": BUCKET_ARN,
        "DagS3Path": "airflow/dags",
        "ExecutionRoleArn": ROLE_ARN,
        "NetworkConfiguration": {"SubnetIds": ["subnet-1", "subnet-2"], "SecurityGroupIds": ["sg-1"]},
        **members,
    }


def status(mwaa: Any, name: str = "modelway") -> str:
    """The environment's status."""
    return str(mwaa.get_environment(Name=name)["Environment"]["Status"])


class FakeAirflow(ThreadingHTTPServer):
    """Takes one token at a time, echoes calls and answers with the status a path asks for."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), AirflowHandler)
        self.url = f"http://127.0.0.1:{self.server_port}"
        self.health: dict[str, Any] = ALL_HEALTHY
        self.tokens = 0

    def expire_token(self) -> None:
        self.tokens += 1


class AirflowHandler(BaseHTTPRequestHandler):
    server: FakeAirflow

    def answer(self) -> None:
        url = urlsplit(self.path)
        if url.path == "/auth/token":
            self.server.tokens += 1
            self.say(201, {"access_token": f"token-{self.server.tokens}"})
        elif url.path == "/api/v2/monitor/health":
            self.say(200, self.server.health)
        elif self.headers.get("Authorization") != f"Bearer token-{self.server.tokens}":
            self.say(401, {"detail": "Not authenticated"})
        else:
            self.say(*self.echo(url.path, url.query))

    def echo(self, path: str, query: str) -> tuple[int, Any]:
        if path.startswith("/api/v2/status/"):
            return int(path.rpartition("/")[2]), {"detail": "as you asked"}
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        return 200, {
            "method": self.command,
            "path": path,
            "query": parse_qs(query),
            "body": json.loads(body) if body else None,
        }

    do_GET = do_POST = do_PATCH = do_PUT = do_DELETE = answer  # noqa: N815 - http.server's names

    def say(self, status: int, content: Any) -> None:
        body = json.dumps(content).encode() if status != 204 else b""
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - http.server's name
        """Say nothing."""
