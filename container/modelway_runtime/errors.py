"""What can go wrong in the container.

ContainerError               exit code 1
├── UsageError               exit code 2: a word on the command line that is not known
├── ConfigurationError       a file or variable that SageMaker provides is not usable
├── ProgramError             the model's own code is missing, or it failed
├── EvaluationError          the test rows or the model's answers cannot be measured
└── RequestError             a request that is answered with its HTTP status
    ├── BadBody              400
    ├── NotAcceptable        406
    └── UnsupportedMedia     415
"""


class ContainerError(Exception):
    """Any failure that is told in one text, without a traceback."""

    exit_code = 1


class UsageError(ContainerError):
    """The container was started with a word it does not know."""

    exit_code = 2


class ConfigurationError(ContainerError):
    """A file or variable that SageMaker provides is not usable."""


class ProgramError(ContainerError):
    """The model's own code is missing, or it failed."""


class EvaluationError(ContainerError):
    """The test rows or the model's answers cannot be measured."""


class RequestError(ContainerError):
    """A request that cannot be answered, with the HTTP status that says so."""

    status_code = 500


class BadBody(RequestError):
    """The body is not what its content type says."""

    status_code = 400


class NotAcceptable(RequestError):
    """The prediction cannot be written in the type that is asked for."""

    status_code = 406


class UnsupportedMedia(RequestError):
    """The body's content type cannot be read."""

    status_code = 415
