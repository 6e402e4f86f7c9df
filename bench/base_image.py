"""The base image of container/Dockerfile: Docker Hub's or, where that is out of reach, Debian's Python by its name."""

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

import docker
from docker.errors import DockerException, ImageNotFound

from bench.errors import BenchError

REPOSITORY, TAG = "python", "3.11-slim"
SUITE = "bookworm"  # its Python is 3.11
PACKAGES = "python3,python3-pip,python3-venv,ca-certificates"
AUTHORITIES = Path("/etc/ssl/certs/ca-certificates.crt")  # the machine's, so that a mirror it trusts is trusted inside
BULK = ("var/cache/apt/archives", "var/lib/apt/lists", "usr/share/doc", "usr/share/man", "usr/share/locale")


def ensure_base(client: docker.DockerClient) -> None:
    """Have the image under the name that the Dockerfile asks for."""
    name = f"{REPOSITORY}:{TAG}"
    try:
        client.images.get(name)
    except ImageNotFound:
        if not _pulled(client):
            client.api.import_image_from_file(str(_archive()), REPOSITORY, TAG, changes=_CHANGES)


_CHANGES = [f"ENV {variable}={AUTHORITIES}" for variable in ("PIP_CERT", "SSL_CERT_FILE")] + ['CMD ["python3"]']


def _pulled(client: docker.DockerClient) -> bool:
    try:
        client.images.pull(REPOSITORY, tag=TAG)
    except DockerException:
        return False
    return True


def _archive() -> Path:
    """The root folder of a small Debian as a tar, made once a machine."""
    kept = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "modelway" / f"{SUITE}-python.tar"
    if not kept.exists():
        kept.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".draft-", dir=kept.parent) as draft:
            root, tar = Path(draft) / "root", Path(draft) / "root.tar"
            _run("debootstrap", "--variant=minbase", f"--include={PACKAGES}", SUITE, str(root))
            _trim(root)
            _run("tar", "--create", "--file", str(tar), "--directory", str(root), ".")
            tar.rename(kept)
    return kept


def _trim(root: Path) -> None:
    for folder in BULK:
        shutil.rmtree(root / folder, ignore_errors=True)
    for marker in root.glob("usr/lib/python3*/EXTERNALLY-MANAGED"):
        marker.unlink()  # pip refuses to install beside Debian's packages otherwise
    (root / "usr/bin/python").symlink_to("python3")
    shutil.copyfile(AUTHORITIES, root / str(AUTHORITIES).lstrip("/"))


def _run(*command: str) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise BenchError(f"{command[0]} failed: {(done.stderr or done.stdout).strip()[-600:]}")
