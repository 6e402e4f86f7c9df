"""ECR as Docker speaks to it: a door before a real registry, whose manifests and tags are those of ECR's record."""
