"""`python -m local.inbox --home DIR --smtp-port N --http-port N`: receives and shows mail and Slack messages."""

import argparse
import asyncio
import contextlib
import socket
from pathlib import Path

import uvicorn

from local.inbox.application import application
from local.inbox.arrivals import Arrivals
from local.inbox.mail import mail_protocol
from local.inbox.store import Store


class Server(uvicorn.Server):
    """A server that lets go of the pages that listen before it waits for them."""

    def __init__(self, config: uvicorn.Config, arrivals: Arrivals) -> None:
        super().__init__(config)
        self._arrivals = arrivals

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """End the event streams, then the rest."""
        self._arrivals.close()
        await super().shutdown(sockets)


async def serve(folder: Path, *, smtp_port: int, http_port: int) -> None:
    """Listen on both ports until SIGTERM or ctrl-C."""
    arrivals = Arrivals()
    store = Store(folder, on_arrival=arrivals.ring)
    mail = await asyncio.get_running_loop().create_server(lambda: mail_protocol(store), "127.0.0.1", smtp_port)
    web = uvicorn.Config(
        application(store, arrivals),
        host="127.0.0.1",
        port=http_port,
        log_level="warning",
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=1,
    )
    await Server(web, arrivals).serve()
    mail.close()  # without waiting: a client that keeps its connection open must not keep us


def main() -> None:
    """Read the arguments and serve."""
    parser = argparse.ArgumentParser(prog="python -m local.inbox", description="Receives mail and Slack messages.")
    parser.add_argument("--home", type=Path, required=True, help="the platform's folder; messages lie in its inbox/")
    parser.add_argument("--smtp-port", type=int, required=True)
    parser.add_argument("--http-port", type=int, required=True)
    given = parser.parse_args()
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(serve(given.home / "inbox", smtp_port=given.smtp_port, http_port=given.http_port))


if __name__ == "__main__":
    main()
