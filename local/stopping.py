"""Stops a platform, and whatever it left behind."""

import psutil

from local.docking import clear_containers
from local.platform import Platform
from local.supervisor import Supervisor
from local.sweep import descendants, sweep

PATIENCE = 20  # supervisord kills what does not end by itself, group by group, well within this


def stop(platform: Platform) -> int:
    """Stop every process of the platform; how many there were."""
    supervisor = Supervisor(platform)
    # Taken before anything ends: an orphan whose environment was cleaned is found by no other trait.
    family = descendants(supervisor.pid()) if supervisor.is_ours() else []
    daemon = supervisor.shutdown() if family else None
    if daemon is not None:
        psutil.wait_procs([daemon], timeout=PATIENCE)
    swept = sweep(platform.identity.id, also=family)
    clear_containers(platform.home)
    return max(len(family), swept)
