"""What jobs find of Docker: the engine as project variables, and GitLab's own container registry."""

from local.docker_record import VARIABLES
from local.engine_choice import EngineName, engine_variables
from local.gitlab.project import Project
from local.platform import Platform

SOCKET = "unix:///var/run/docker.sock"


def engine_of(platform: Platform, project: Project, engine: EngineName) -> dict[str, str]:
    """The project variables that choose the engine; of Docker's each one, as they have to outrank the file's own."""
    chosen = engine_variables(platform, engine)
    if engine is EngineName.PROCESS:
        return chosen
    return {**dict.fromkeys(VARIABLES, ""), "DOCKER_HOST": SOCKET, **chosen, **_registry(platform, project)}


def _registry(platform: Platform, project: Project) -> dict[str, str]:
    """The platform's plain registry in the place of GitLab's; it asks nobody for a password."""
    address = platform.registry or ""
    return {
        "CI_REGISTRY": address,
        "CI_REGISTRY_IMAGE": f"{address}/{project.path}",
        "CI_REGISTRY_USER": "gitlab-ci-token",
        "CI_REGISTRY_PASSWORD": "none",
    }
