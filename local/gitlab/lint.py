"""`python -m local.gitlab.lint`: every .gitlab-ci.yml of this checkout, by GitLab's schema and by gitlab-ci-local.

The schema knows keys and their values; gitlab-ci-local knows whether stages, needs and extends lead anywhere.
"""

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from local.environment import isolate
from local.errors import PlatformError
from local.gitlab.issuer import issuer_with
from local.gitlab.pipeline import Pipeline
from local.gitlab.place import Place, place_in
from local.gitlab.project import ML_OPS, Project, model_project
from local.gitlab.repository import Repository, check_out, git
from local.gitlab.server import Site, serving
from local.gitlab.tool import Tool, ToolMissing, ensure_tool
from local.gitlab.variables import of_pipeline
from local.home import CHECKOUT, Home

SOURCES = {ML_OPS: ("pipeline", "web", "schedule", "merge_request_event", "push")}
BY_DOCKER = {"MODELWAY_ENGINE": "docker"}
SCHEMA = ("--builtin-schema", "vendor.gitlab-ci", "--data-transform", "gitlab-ci")


def main() -> int:
    """Lint all; 1 when something is wrong."""
    isolate(os.environ)
    try:
        check_schema(list(files(CHECKOUT)))
        with tempfile.TemporaryDirectory(prefix="modelway-lint-") as folder:
            check_meaning(place_in(Home(Path(folder))))
    except ToolMissing as error:
        print(f"==> the meaning of .gitlab-ci.yml files is SKIPPED: {error}")
    except PlatformError as error:
        print(f"modelway: {error}", file=sys.stderr)
        return 1
    return 0


def files(checkout: Path) -> Iterator[Path]:
    """Every file that GitLab reads, tracked or about to be."""
    listed = git("-C", str(checkout), "ls-files", "--cached", "--others", "--exclude-standard", "-z").split("\0")
    for name in listed:
        if name.endswith(".gitlab-ci.yml") or name.startswith(".gitlab/"):
            yield checkout / name


def check_schema(paths: list[Path]) -> None:
    """Raise PlatformError for what GitLab's own schema does not know."""
    program = str(Path(sys.executable).with_name("check-jsonschema"))
    done = subprocess.run([program, *SCHEMA, *map(str, paths)], capture_output=True, text=True, check=False)
    if done.returncode:
        raise PlatformError(f"GitLab's schema does not fit:\n{done.stdout.strip() or done.stderr.strip()}")
    print(f"{len(paths)} files fit GitLab's schema")


def check_meaning(place: Place) -> None:
    """Raise PlatformError for a configuration of which gitlab-ci-local cannot make a pipeline."""
    tool = ensure_tool()
    folders = {ML_OPS: CHECKOUT}
    folders |= {model_project(place, path.parent): path.parent for path in model_configurations(CHECKOUT)}
    for project, folder in folders.items():
        Repository(project.repository(place)).ensure().take_folder(folder)
    with serving(Site(place, issuer_with(place.key, url=place.url))):
        for project in folders:
            print(f"{project.path}: {'; '.join(check_project(project, place, tool))}")


def model_configurations(checkout: Path) -> list[Path]:
    """Those of model repositories: the template's and the examples'."""
    return [path for path in files(checkout) if path.name == ".gitlab-ci.yml" and path.parent != checkout]


def check_project(project: Project, place: Place, tool: Tool) -> Iterator[str]:
    """What each kind of pipeline would run."""
    sha = Repository(project.repository(place)).head
    pipeline = Pipeline(project.id, project, sha, "push", "lint")
    check_out(project.repository(place), pipeline.checkout(place), url=f"{project.url(place)}.git")
    for source in SOURCES.get(project, ("push",)):
        yield f"{source}: {jobs_of(replace(pipeline, source=source), place, tool)}"
    if project == ML_OPS:
        by_docker = replace(pipeline, source="pipeline", variables=BY_DOCKER)
        yield f"by Docker: {jobs_of(by_docker, place, tool)}"


def jobs_of(pipeline: Pipeline, place: Place, tool: Tool) -> str:
    """The names of its jobs, in their order."""
    given = of_pipeline(pipeline, place)
    listed = tool.listed(pipeline.checkout(place), variables=given, environment=os.environ)
    return ", ".join(job["name"] for job in listed if job["when"] != "never") or "nothing"


if __name__ == "__main__":
    sys.exit(main())
