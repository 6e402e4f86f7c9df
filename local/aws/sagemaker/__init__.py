"""SageMaker whose jobs and endpoints really run, in moto's place."""

import os
from pathlib import Path

from local.aws.sagemaker.platform import SageMaker


def install(home: Path, endpoint_url: str) -> SageMaker:
    """Take over moto's SageMaker; call it before moto's application is built, and `resume` once the server listens."""
    import moto.sagemaker.urls

    from local.aws.sagemaker.response import LocalSageMakerResponse

    sagemaker = SageMaker(home, endpoint_url, environment=os.environ)

    class Response(LocalSageMakerResponse):
        operations = sagemaker.operations()
        throttle = sagemaker.throttle
        rules = sagemaker.rules

    moto.sagemaker.urls.url_paths["{0}/$"] = Response.dispatch
    return sagemaker


__all__ = ["SageMaker", "install"]
