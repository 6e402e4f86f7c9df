"""The whole road, against the same work as plain scripts and the same graphs with empty tasks."""
