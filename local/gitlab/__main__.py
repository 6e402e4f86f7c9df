"""`python -m local.gitlab --home DIR`: serves the local GitLab of a platform until SIGTERM."""

import argparse
import sys
from pathlib import Path

from local.ending import heeded_end
from local.errors import PlatformError
from local.gitlab.issuer import issuer_with
from local.gitlab.place import Place
from local.gitlab.server import Site, serving


def main() -> int:
    """Read the argument and serve."""
    parser = argparse.ArgumentParser(prog="python -m local.gitlab", description="Serves the local GitLab.")
    parser.add_argument("--home", type=Path, required=True, help="the platform's folder; GitLab's is its gitlab/")
    place = Place(parser.parse_args().home / "gitlab")
    try:
        with heeded_end() as until_ended, serving(Site(place, issuer_with(place.key, url=place.url))):
            until_ended()
    except PlatformError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
