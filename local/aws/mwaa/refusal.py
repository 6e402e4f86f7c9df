"""What MWAA answers when it refuses a request."""

from local.aws.refusal import json_error


class Refused(Exception):
    """The request is answered with one of MWAA's errors."""

    def __init__(self, status: int, code: str, message: str, **members: object) -> None:
        super().__init__(message)
        self.response = json_error(status=status, code=code, message=message, **members)


def invalid(message: str) -> Refused:
    """What is asked cannot be, whatever there is."""
    return Refused(400, "ValidationException", message)


def not_found(what: str) -> Refused:
    """There is no such environment."""
    return Refused(404, "ResourceNotFoundException", f"No environment found with name {what}")


def not_here(message: str) -> Refused:
    """AWS can do it, the local platform cannot."""
    return Refused(400, "UnknownOperationException", message)
