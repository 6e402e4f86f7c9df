"""Which failed calls are tried again."""

import pytest
from botocore.exceptions import (
    ClientError,
    CredentialRetrievalError,
    EndpointConnectionError,
    NoCredentialsError,
    ReadTimeoutError,
)

from modelway.aws.passing import is_passing, is_stale, is_unknown


def refusal(code: str, status: int = 400) -> ClientError:
    answer = {"Error": {"Code": code}, "ResponseMetadata": {"HTTPStatusCode": status}}
    return ClientError(answer, "ListTrainingJobs")  # type: ignore[arg-type]  # a real one has more members


@pytest.mark.parametrize(
    "error",
    [
        refusal("ThrottlingException"),
        refusal("TooManyRequestsException", 429),
        refusal("RequestLimitExceeded"),
        refusal("SomethingNew", 429),
        refusal("InternalFailure", 500),
        refusal("ServiceUnavailable", 503),
        EndpointConnectionError(endpoint_url="https://api.sagemaker"),
        ReadTimeoutError(endpoint_url="https://api.sagemaker"),
        CredentialRetrievalError(provider="iam-role", error_msg="timed out"),
        ConnectionResetError(),
    ],
    ids=repr,
)
def test_trouble_passes(error: Exception) -> None:
    assert is_passing(error)
    assert not is_stale(error)


@pytest.mark.parametrize(
    "error",
    [refusal("AccessDeniedException"), refusal("ValidationException"), NoCredentialsError(), KeyError("Status")],
    ids=repr,
)
def test_a_refusal_does_not_pass(error: Exception) -> None:
    assert not is_passing(error)


@pytest.mark.parametrize("error", [refusal("ExpiredTokenException"), refusal("UnrecognizedClientException", 403)])
def test_new_keys_may_help(error: Exception) -> None:
    assert is_stale(error)


def test_sagemaker_says_unknown_by_a_validation() -> None:
    assert is_unknown(refusal("ValidationException"))
    assert not is_unknown(refusal("AccessDeniedException"))
