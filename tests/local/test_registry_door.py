"""What the registry's door lets through, spoken to as Docker speaks to ECR; behind it is a real docker-registry."""

import base64
import hashlib
import http.client
import json
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
import urllib3

from local.docker_record import DockerRecord, write_docker
from local.registry import settings_text
from tests.sockets import free_port, listens, wait_for

pytestmark = [
    pytest.mark.server,
    pytest.mark.skipif(
        shutil.which("docker-registry") is None, reason="docker-registry is not on PATH (Debian: apt install it)"
    ),
]
TYPE = "application/vnd.docker.distribution.manifest.v2+json"


@dataclass(frozen=True)
class Docker:
    """Speaks the registry protocol with one token."""

    url: str
    authorization: str
    pool: urllib3.PoolManager

    def ask(self, method: str, path: str, **more: Any) -> urllib3.BaseHTTPResponse:
        headers = {"Authorization": self.authorization, **more.pop("headers", {})}
        url = path if path.startswith("http") else f"{self.url}{path}"
        return self.pool.request(method, url, headers=headers, retries=False, **more)

    def push_blob(self, name: str, content: bytes) -> dict[str, Any]:
        place = self.ask("POST", f"/v2/{name}/blobs/uploads/").headers["Location"]
        place = self.ask("PATCH", place, body=pieces(content), chunked=True).headers["Location"]
        digest = f"sha256:{hashlib.sha256(content).hexdigest()}"
        sent = self.ask("PUT", f"{place}{'&' if '?' in place else '?'}digest={digest}")
        assert sent.status == 201, sent.data
        return {"mediaType": "application/octet-stream", "size": len(content), "digest": digest}

    def put(self, name: str, reference: str, content: bytes) -> urllib3.BaseHTTPResponse:
        return self.ask("PUT", f"/v2/{name}/manifests/{reference}", body=content, headers={"Content-Type": TYPE})

    def manifest(self, name: str, layer: bytes) -> bytes:
        config = self.push_blob(name, b"{}") | {"mediaType": "application/vnd.docker.container.image.v1+json"}
        content = {"schemaVersion": 2, "mediaType": TYPE, "config": config, "layers": [self.push_blob(name, layer)]}
        return json.dumps(content).encode()

    def push(self, name: str, tag: str, layer: bytes) -> str:
        content = self.manifest(name, layer)
        answer = self.put(name, tag, content)
        assert answer.status == 201, answer.data
        return digest_of(content)


def pieces(content: bytes) -> Iterator[bytes]:
    yield from (content[start : start + 50_000] for start in range(0, len(content), 50_000))


def digest_of(content: bytes) -> str:
    return f"sha256:{hashlib.sha256(content).hexdigest()}"


def error_of(answer: urllib3.BaseHTTPResponse) -> tuple[int, str, str]:
    error = json.loads(answer.data)["errors"][0]
    return answer.status, error["code"], error["message"]


@pytest.fixture(scope="module")
def registry(aws: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """A registry behind the module's local AWS."""
    folder, port = tmp_path_factory.mktemp("registry"), free_port()
    (folder / "registry.yml").write_text(settings_text(folder / "data", port=port))
    process = subprocess.Popen(["docker-registry", "serve", str(folder / "registry.yml")])
    try:
        wait_for(lambda: listens(port), what="docker-registry")
        write_docker(aws.home, DockerRecord({}, port))
        yield
    finally:
        process.terminate()
        process.wait()


@pytest.fixture
def ecr(aws: Any) -> Any:
    return aws.client("ecr")


@pytest.fixture
def docker(registry: None, ecr: Any) -> Iterator[Docker]:
    data = ecr.get_authorization_token()["authorizationData"][0]
    with urllib3.PoolManager() as pool:
        yield Docker(data["proxyEndpoint"], f"Basic {data['authorizationToken']}", pool)


@pytest.fixture
def name(ecr: Any) -> str:
    """An ECR repository with immutable tags."""
    name = f"demo/{uuid4().hex}"
    ecr.create_repository(repositoryName=name, imageTagMutability="IMMUTABLE")
    return name


def test_the_token_is_for_the_local_awss_own_address(aws: Any, ecr: Any) -> None:
    data = ecr.get_authorization_token()["authorizationData"][0]
    assert data["proxyEndpoint"] == aws.endpoint_url
    assert base64.b64decode(data["authorizationToken"]).startswith(b"AWS:")


def test_a_pushed_image_is_in_ecrs_record(docker: Docker, ecr: Any, name: str) -> None:
    digest = docker.push(name, "1.0.0", b"a layer")
    found = ecr.batch_get_image(repositoryName=name, imageIds=[{"imageTag": "1.0.0"}])["images"][0]
    assert found["imageId"]["imageDigest"] == digest == digest_of(found["imageManifest"].encode())
    assert ecr.list_images(repositoryName=name)["imageIds"] == [{"imageDigest": digest, "imageTag": "1.0.0"}]
    described = ecr.describe_images(repositoryName=name)["imageDetails"][0]
    assert (described["imageTags"], described["imageManifestMediaType"]) == (["1.0.0"], TYPE)


@pytest.mark.parametrize("by", ["tag", "digest"])
def test_what_was_pushed_is_pulled(docker: Docker, name: str, by: str) -> None:
    layer = bytes(range(256)) * 4000
    digest = docker.push(name, "1.0.0", layer)
    answer = docker.ask("GET", f"/v2/{name}/manifests/{'1.0.0' if by == 'tag' else digest}")
    assert (answer.headers["Content-Type"], answer.headers["Docker-Content-Digest"]) == (TYPE, digest)
    blob = json.loads(answer.data)["layers"][0]["digest"]
    assert docker.ask("GET", f"/v2/{name}/blobs/{blob}").data == layer
    assert docker.ask("HEAD", f"/v2/{name}/blobs/{blob}").headers["Content-Length"] == str(len(layer))


def test_an_immutable_tag_is_refused_before_the_registry_takes_the_manifest(docker: Docker, name: str) -> None:
    docker.push(name, "1.0.0", b"old")
    new = docker.manifest(name, b"new")
    status, code, message = error_of(docker.put(name, "1.0.0", new))
    assert (status, code) == (400, "TAG_INVALID")
    assert "'1.0.0' already exists" in message
    assert "push under another tag" in message
    assert docker.ask("GET", f"/v2/{name}/manifests/{digest_of(new)}").status == 404


def test_the_same_image_may_be_pushed_again(docker: Docker, name: str) -> None:
    assert docker.push(name, "1.0.0", b"same") == docker.push(name, "1.0.0", b"same")


def test_a_deleted_tag_is_free_again(docker: Docker, ecr: Any, name: str) -> None:
    docker.push(name, "1.0.0", b"old")
    ecr.batch_delete_image(repositoryName=name, imageIds=[{"imageTag": "1.0.0"}])
    assert docker.ask("GET", f"/v2/{name}/manifests/1.0.0").status == 404
    docker.push(name, "1.0.0", b"new")


def test_a_mutable_tag_moves(docker: Docker, ecr: Any) -> None:
    name = f"demo/{uuid4().hex}"
    ecr.create_repository(repositoryName=name)
    docker.push(name, "latest", b"old")
    digest = docker.push(name, "latest", b"new")
    assert docker.ask("HEAD", f"/v2/{name}/manifests/latest").headers["Docker-Content-Digest"] == digest


def test_a_manifest_without_its_layers_is_refused_and_not_recorded(docker: Docker, ecr: Any, name: str) -> None:
    content = docker.manifest(name, b"layer").replace(hashlib.sha256(b"layer").hexdigest().encode(), b"0" * 64)
    status, code, message = error_of(docker.put(name, "1.0.0", content))
    assert (status, code) == (400, "MANIFEST_INVALID")
    assert "MANIFEST_BLOB_UNKNOWN" in message
    assert ecr.list_images(repositoryName=name)["imageIds"] == []


def test_a_manifest_under_another_digest_is_refused(docker: Docker, name: str) -> None:
    answer = docker.put(name, f"sha256:{'0' * 64}", docker.manifest(name, b"layer"))
    assert error_of(answer)[:2] == (400, "DIGEST_INVALID")


def test_a_repository_that_ecr_does_not_know_is_refused(docker: Docker) -> None:
    status, code, message = error_of(docker.ask("POST", "/v2/demo/nowhere/blobs/uploads/"))
    assert (status, code) == (404, "NAME_UNKNOWN")
    assert "'demo/nowhere' does not exist" in message
    assert "create it" in message


def test_tags_are_those_of_ecr(docker: Docker, ecr: Any, name: str) -> None:
    digest = docker.push(name, "1.0.0", b"layer")
    manifest = ecr.batch_get_image(repositoryName=name, imageIds=[{"imageDigest": digest}])["images"][0]
    ecr.put_image(repositoryName=name, imageManifest=manifest["imageManifest"], imageTag="1.0.1")
    assert json.loads(docker.ask("GET", f"/v2/{name}/tags/list").data)["tags"] == ["1.0.0", "1.0.1"]


@pytest.mark.parametrize("authorization", ["", "Basic QVdTOndyb25n", "Bearer x"])
def test_without_its_password_nothing_is_answered(docker: Docker, name: str, authorization: str) -> None:
    stranger = Docker(docker.url, authorization, docker.pool)
    for path in ("/v2/", f"/v2/{name}/tags/list"):
        answer = stranger.ask("GET", path)
        assert error_of(answer)[:2] == (401, "UNAUTHORIZED")
        assert answer.headers["WWW-Authenticate"].startswith("Basic ")


@pytest.mark.parametrize("path", ["_catalog", "{}/blobs/../manifests/1.0.0", "{}/blobs/uploads/../x", "{}/referrers/x"])
def test_what_ecr_does_not_have_never_reaches_the_registry(docker: Docker, name: str, path: str) -> None:
    url = urllib3.util.parse_url(docker.url)
    with closing(http.client.HTTPConnection(str(url.host), url.port)) as connection:  # which leaves dots as they are
        connection.request("PUT", f"/v2/{path.format(name)}", headers={"Authorization": docker.authorization})
        answer = connection.getresponse()
        assert (answer.status, json.loads(answer.read())["errors"][0]["code"]) == (404, "UNSUPPORTED")


def test_a_refused_body_leaves_the_connection_usable(docker: Docker, name: str) -> None:
    pool = urllib3.HTTPConnectionPool("127.0.0.1", urllib3.util.parse_url(docker.url).port, maxsize=1)
    with pool:
        refused = pool.request("PUT", f"/v2/{name}/manifests/x", body=b"x" * 1_000_000, retries=False)
        healthy = pool.request("GET", "/-/healthy", retries=False)
    assert (refused.status, healthy.status, pool.num_connections) == (401, 200, 1)


def test_a_signed_request_below_v2_is_no_registrys(aws: Any) -> None:
    """Some services of AWS have such paths."""
    assert aws.client("apigatewayv2").get_apis()["Items"] == []


def test_without_a_registry_the_remedy_is_named(launch_aws: Any, tmp_path: Path) -> None:
    aws = launch_aws(home=tmp_path)
    ecr = aws.client("ecr")
    ecr.create_repository(repositoryName="demo/model")
    data = ecr.get_authorization_token()["authorizationData"][0]
    with urllib3.PoolManager() as pool:
        docker = Docker(data["proxyEndpoint"], f"Basic {data['authorizationToken']}", pool)
        status, code, message = error_of(docker.ask("POST", "/v2/demo/model/blobs/uploads/"))
    assert (status, code) == (503, "UNAVAILABLE")
    assert "up --engine docker" in message
