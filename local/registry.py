"""The registry program of a platform that runs images of Docker's."""

import json
from pathlib import Path


def settings_text(data: Path, *, port: int) -> str:
    """The program's settings: JSON, which is YAML too."""
    settings = {
        "version": "0.1",
        "log": {"level": "warn", "accesslog": {"disabled": True}},
        "storage": {"filesystem": {"rootdirectory": str(data)}},
        # A client has to come back through the local AWS, whose address the registry does not know.
        "http": {"addr": f"127.0.0.1:{port}", "relativeurls": True},
    }
    return json.dumps(settings, indent=2)
