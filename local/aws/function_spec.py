"""What a Lambda function is to whom runs it."""

from dataclasses import dataclass
from typing import Self

from moto.awslambda.models import LambdaFunction


@dataclass(frozen=True)
class FunctionSpec:
    """A function's configuration at one moment; two equal specs may share a process."""

    name: str
    arn: str
    region: str
    role: str
    handler: str
    timeout: float
    memory: int
    code_sha: str
    variables: tuple[tuple[str, str], ...]
    log_group: str

    @classmethod
    def of(cls, function: LambdaFunction) -> Self:
        """The spec of moto's record."""
        return cls(
            name=function.function_name,
            arn=function.function_arn,
            region=function.region,
            role=function.role,
            handler=str(function.handler),
            timeout=float(function.timeout),
            memory=int(function.memory_size),
            code_sha=function.code_digest,
            variables=tuple(sorted(function.environment_vars.items())),
            log_group=log_group_of(function),
        )


def log_group_of(function: LambdaFunction) -> str:
    """The CloudWatch log group that the function's settings name, else Lambda's own for it."""
    named = function.get_configuration().get("LoggingConfig", {}).get("LogGroup")
    return str(named or f"/aws/lambda/{function.function_name}")
