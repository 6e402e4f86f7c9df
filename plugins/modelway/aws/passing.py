"""Which failed calls of AWS are worth another try, and which are refused for good."""

from botocore.exceptions import BotoCoreError, ClientError, NoCredentialsError, NoRegionError, ParamValidationError

# What AWS's services call too many requests; the first is SageMaker's.
THROTTLING = frozenset(
    {
        "ThrottlingException",
        "Throttling",
        "ThrottledException",
        "RequestThrottledException",
        "RequestThrottled",
        "TooManyRequestsException",
        "RequestLimitExceeded",
        "LimitExceededException",
        "SlowDown",
    }
)
STALE_KEYS = frozenset(
    {"ExpiredToken", "ExpiredTokenException", "InvalidClientTokenId", "RequestExpired", "UnrecognizedClientException"}
)
UNKNOWN = frozenset({"ValidationException", "ResourceNotFound"})
TOO_MANY, SERVER_FAULT = 429, 500
FOR_GOOD = (NoCredentialsError, NoRegionError, ParamValidationError)


def is_passing(error: Exception) -> bool:
    """Whether it is throttling, a fault of the service's or a lost connection, which pass by themselves."""
    if isinstance(error, ClientError):
        status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
        return code_of(error) in THROTTLING or status == TOO_MANY or status >= SERVER_FAULT
    return isinstance(error, BotoCoreError | OSError) and not isinstance(error, FOR_GOOD)


def is_stale(error: Exception) -> bool:
    """Whether a client's keys are no longer good: a new client may find others."""
    return isinstance(error, NoCredentialsError) or (isinstance(error, ClientError) and code_of(error) in STALE_KEYS)


def is_unknown(error: Exception) -> bool:
    """Whether a Describe says that there is no such resource; SageMaker has no error code of its own for it."""
    return isinstance(error, ClientError) and code_of(error) in UNKNOWN


def code_of(error: ClientError) -> str:
    """AWS's word for what is wrong."""
    return str(error.response.get("Error", {}).get("Code", ""))
