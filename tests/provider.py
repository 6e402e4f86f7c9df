"""Where Terraform's provider comes from, and how it is told that it is out of reach."""

import os

UNREACHABLE = ("Failed to query available provider packages", "could not connect to", "Failed to install provider")
WHY = "no registry is reachable and TF_PLUGIN_DIR names no folder of plugins"


def is_out_of_reach(words: str) -> bool:
    """Whether Terraform's words say so; never where a folder of providers is named."""
    return not os.environ.get("TF_PLUGIN_DIR") and any(each in words for each in UNREACHABLE)
