"""Who answers for the DAGs: a name that leads somewhere on Airflow's pages."""

import logging
from urllib.parse import urlsplit

from airflow.configuration import conf

from modelway.tasks.settings import SECTION

OWNER = conf.get(SECTION, "owner", fallback="") or "modelway"

log = logging.getLogger(__name__)


def owner_links() -> dict[str, str]:
    """The owner's page or mailbox; none when the setting is no address, for which Airflow would refuse the DAG."""
    url = conf.get(SECTION, "owner_url", fallback="") or ""
    parts = urlsplit(url)
    if parts.netloc if parts.scheme in ("http", "https") else parts.scheme == "mailto" and parts.path:
        return {OWNER: url}
    if url:
        log.warning("[modelway] owner_url is %r; use 'https://…' or 'mailto:…'", url)
    return {}
