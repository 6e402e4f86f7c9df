"""Building by the platform beside plain `docker build` of the same files, and the whole job beside nothing."""

import contextlib
import io
import time
from collections.abc import Callable
from functools import partial

from bench.figure import Figure, ratios
from bench.image.workshop import Workshop, workshop
from bench.report import Report
from bench.turns import take_turns
from ci import docker_build

Work = Callable[[], object]


def measure(*, rounds: int) -> Report:
    """Cold, after a change of code alone, and with nothing to build.

    The ratios compare what makes an image: files laid out and steps run, of the same Dockerfile with the same labels.
    The whole jobs, with Python's start, the look into ECR and the push, are told in seconds.
    """
    with workshop() as shop:
        ours, plain = partial(_by_platform, shop), partial(_by_hand, shop)
        cold = take_turns({"ours": _cold(shop, ours), "plain": _cold(shop, plain)}, rounds=rounds)
        code = take_turns({"ours": _changed(shop, ours), "plain": _changed(shop, plain)}, rounds=rounds)
        shop.job("version")
        first = _timed(lambda: shop.job("image"))
        shop.job("publish")
        unchanged = [_timed(lambda: shop.job("image")) for _ in range(rounds)]
        changed = [_pushed_change(shop) for _ in range(rounds)]
    return Report(
        "image",
        [
            Figure("cold_ratio", ratios(cold["ours"], cold["plain"]), goal=1.2),
            Figure("code_only_ratio", ratios(code["ours"], code["plain"]), goal=1.2),
            Figure("unchanged_s", unchanged, goal=1.0),
        ],
        [
            Figure("cold_s", cold["ours"]),
            Figure("docker_build_cold_s", cold["plain"]),
            Figure("code_only_s", code["ours"]),
            Figure("docker_build_code_only_s", code["plain"]),
            Figure("job_first_push_s", [first]),
            Figure("job_code_only_s", changed),
        ],
    )


def _by_platform(shop: Workshop) -> None:
    with contextlib.redirect_stderr(io.StringIO()):
        docker_build.build(shop.docker, shop.order, lock=shop.lock)


def _by_hand(shop: Workshop) -> None:
    shop.run("docker", "build", "--quiet", "--tag", "plain", ".", cwd=shop.context)


def _cold(shop: Workshop, work: Work) -> Callable[[], float]:
    def measured() -> float:
        shop.change()
        shop.forget()
        return _timed(work)

    return measured


def _changed(shop: Workshop, work: Work) -> Callable[[], float]:
    def measured() -> float:
        shop.change()
        return _timed(work)

    return measured


def _pushed_change(shop: Workshop) -> float:
    shop.change()
    shop.job("version")
    return _timed(lambda: shop.job("image"))


def _timed(work: Work) -> float:
    begin = time.perf_counter()
    work()
    return time.perf_counter() - begin
