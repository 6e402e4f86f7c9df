"""EventBridge that reads each path of an input transformer once.

For every event and target moto makes a parser anew for each path, and its tables with it: a second of a core.
"""

from functools import cache

import jsonpath_ng.ext


def mend() -> None:
    """Remember what a path was read as; moto imports the function where it calls it."""
    jsonpath_ng.ext.parse = cache(jsonpath_ng.ext.parse)
