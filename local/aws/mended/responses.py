"""How a service of moto's is told to answer with a class of ours."""

from types import ModuleType

from moto.core.responses import BaseResponse


def answer_with(ours: type[BaseResponse], urls: ModuleType) -> None:
    """Replace the class at all addresses of the service; before its application is made."""
    for path, handler in urls.url_paths.items():
        theirs = getattr(handler, "__self__", None)
        if isinstance(theirs, type) and issubclass(ours, theirs):
            urls.url_paths[path] = ours.dispatch
