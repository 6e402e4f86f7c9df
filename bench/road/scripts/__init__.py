"""The work of the road as plain scripts, run in the environment of the image's jobs."""
