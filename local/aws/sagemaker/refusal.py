"""What SageMaker answers when it refuses a request."""


class Refusal(Exception):
    """A request refused with one of AWS's codes."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


def invalid(message: str) -> Refusal:
    """The refusal that SageMaker uses for nearly everything, unknown names included."""
    return Refusal("ValidationException", message)
