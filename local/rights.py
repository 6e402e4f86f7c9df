"""Which role a step of the road runs as: the one place that knows it, with Terraform's roles too.

In GitLab a job's environment decides it, as the variable AWS_ROLE_ARN has a value for each (docs/gitlab.md).
"""

IMAGE = "modelway-gitlab-image"
TRIGGER = "modelway-gitlab-trigger"
PRODUCTION = "modelway-gitlab-production"
ROLES = {"training": TRIGGER, "production": PRODUCTION}


def role_of_environment(name: str) -> str:
    """The role of the jobs of this GitLab environment; what has none, or one without a role of its own, builds."""
    return ROLES.get(name, IMAGE)


def role_of_step(*arguments: str) -> str:
    """The role of `python -m ci ARGUMENTS` at a desk: that of the GitLab job with the same line."""
    return role_of_environment(_environment(arguments))


def _environment(arguments: tuple[str, ...]) -> str:
    match arguments:
        case ("trigger", "train", *_) | ("retrain", *_):
            return "training"
        case ("trigger" | "approve" | "bundle", *_):
            return "production"
        case _:
            return ""
