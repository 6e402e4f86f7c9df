"""Finds the Docker engine before anything is begun, and clears what a platform has left in it."""

from local.docker_record import DockerRecord, read_docker, write_docker
from local.engine_choice import EngineName, keep_engine, variables_in
from local.errors import DockerMissing
from local.home import Home
from local.ports import pick_port
from local.registry import check_program

# Docker's SDK takes a third of a second to load, which commands without Docker need not pay: each use imports it.


def require_docker(home: Home) -> None:
    """Raise DockerMissing unless images can be built, kept and run with Docker."""
    from local.engine.daemon import NoDocker, connect

    check_program()
    try:
        connect(variables_in(home)).close()
    except NoDocker as error:
        raise DockerMissing(f"{error}; or do without Docker: `--engine process`") from error


def keep_docker(home: Home) -> DockerRecord:
    """Remember the way to Docker for the local AWS, which another shell may have started, and for `down`."""
    before = read_docker(home.root)
    record = DockerRecord(variables_in(home), before.port if before else pick_port())
    if record != before:
        write_docker(home.root, record)
    return record


def prepare_engine(home: Home, engine: EngineName) -> None:
    """Let this home's platform mean the engine from now on."""
    keep_engine(home, engine)
    if engine is EngineName.DOCKER:
        keep_docker(home)


def clear_containers(home: Home) -> int:
    """Remove every container of this home's; how many there were. A Docker that does not answer runs none."""
    record = read_docker(home.root)
    if record is None:
        return 0
    from local.engine.containers import clear
    from local.engine.daemon import NoDocker, connect

    try:
        client = connect(record.variables)
    except NoDocker:
        return 0
    try:
        return clear(client, home.root)
    finally:
        client.close()
