"""The processors that a training script may use."""

import json
import os
import subprocess
from dataclasses import dataclass


@dataclass(frozen=True)
class Hardware:
    """How many processors of each kind the machine has."""

    cpus: int
    gpus: int
    neurons: int


def find_hardware() -> Hardware:
    """Ask the machine; a tool that is not installed means that there are no such processors."""
    return Hardware(cpus=os.cpu_count() or 1, gpus=_gpus(), neurons=_neurons())


def _gpus() -> int:
    return sum(line.startswith("GPU ") for line in _answer("nvidia-smi", "--list-gpus").splitlines())


def _neurons() -> int:
    devices = json.loads(_answer("neuron-ls", "-j") or "[]")
    return sum(device.get("nc_count", 0) for device in devices)


def _answer(*command: str) -> str:
    try:
        return subprocess.run(command, capture_output=True, text=True, check=True, timeout=30).stdout
    except (OSError, subprocess.SubprocessError):
        return ""
