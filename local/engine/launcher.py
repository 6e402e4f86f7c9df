"""Starts one program, shows it a private /opt, and takes everything it started down with it.

Run by path with `python -I -S launcher.py PARENT SPEC`, standard library only, one process a job. SPEC is a JSON object
{"command": […], "cwd": "…", "opt": "…" or null}. SIGTERM is passed on to the program's group; SIGHUP, which also comes
when the parent dies, kills the program with all it started. The exit code is the program's, 128 + n for signal n.
"""

import contextlib
import ctypes
import json
import os
import signal
import sys
import time
from types import FrameType

# From linux/prctl.h, linux/sched.h and linux/mount.h.
PR_SET_PDEATHSIG = 1
PR_SET_CHILD_SUBREAPER = 36
CLONE_NEWNS = 0x00020000
CLONE_NEWUSER = 0x10000000
MS_BIND = 0x1000
MS_REC = 0x4000
MS_PRIVATE = 1 << 18

libc = ctypes.CDLL(None, use_errno=True)


def check(result: int, what: str) -> None:
    """Raise the C library's error."""
    if result != 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{what}: {os.strerror(number)}")


def own_mounts() -> None:
    """Enter a mount namespace: as root directly, else inside a user namespace that keeps the user's ids."""
    if libc.unshare(CLONE_NEWNS) != 0:
        user, group = os.geteuid(), os.getegid()
        check(libc.unshare(CLONE_NEWUSER | CLONE_NEWNS), "unshare")
        maps = {"setgroups": "deny", "uid_map": f"{user} {user} 1", "gid_map": f"{group} {group} 1"}
        for name, line in maps.items():
            with open(f"/proc/self/{name}", "w", encoding="ascii") as file:
                file.write(line)
    mount("none", "/", flags=MS_REC | MS_PRIVATE)


def mount(source: str, target: str, kind: str | None = None, flags: int = 0) -> None:
    """mount(2)."""
    arguments = [text.encode() if text is not None else None for text in (source, target, kind)]
    check(libc.mount(*arguments, ctypes.c_ulong(flags), b"mode=0755" if kind else None), f"mount {target}")


def show_opt(opt: str) -> None:
    """Cover /opt by a tmpfs that shows the host's /opt together with the children of this folder."""
    faces = {name: f"{folder}/{name}" for folder in ("/opt", opt) for name in os.listdir(folder)}
    links = {name: os.readlink(path) for name, path in faces.items() if os.path.islink(path)}
    # Opened before the tmpfs hides them; a bind mount follows /proc/self/fd to what was opened.
    opened = {name: os.open(path, os.O_PATH) for name, path in faces.items() if name not in links}
    mount("modelway", "/opt", "tmpfs")
    for name, target in links.items():
        os.symlink(target, f"/opt/{name}")
    for name, descriptor in opened.items():
        show(f"/proc/self/fd/{descriptor}", f"/opt/{name}")
        os.close(descriptor)


def show(source: str, target: str) -> None:
    """Bind a folder or a file to a new place."""
    if os.path.isdir(source):
        os.mkdir(target)
    else:
        os.close(os.open(target, os.O_CREAT, 0o644))
    mount(source, target, flags=MS_BIND | MS_REC)


def become(command: list[str], cwd: str) -> None:
    """Turn into the program; 127 where it is not there, as with Docker."""
    os.setpgid(0, 0)
    libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    for number in (signal.SIGHUP, signal.SIGTERM, signal.SIGINT, signal.SIGPIPE):
        signal.signal(number, signal.SIG_DFL)
    try:
        os.chdir(cwd)
        os.execvp(command[0], command)  # noqa: S606 - an argument list, no shell
    except OSError as error:
        os.write(2, f"cannot start {command[0]!r} in {cwd}: {error.strerror}\n".encode())
        os._exit(127)


def kill_all(group: int) -> None:
    """Kill the program's group, and the daemons it left behind: they are ours, as we are their subreaper."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(group, signal.SIGKILL)
    with contextlib.suppress(ChildProcessError, FileNotFoundError):  # ECHILD: none is left; a list may miss one
        while True:
            for child in children_of(os.getpid()):
                os.kill(child, signal.SIGKILL)
            if os.waitpid(-1, os.WNOHANG) == (0, 0):
                time.sleep(0.005)


def children_of(pid: int) -> list[int]:
    """The direct children of a process with one thread."""
    with open(f"/proc/{pid}/task/{pid}/children", encoding="ascii") as file:
        return [int(word) for word in file.read().split()]


def watch(program: int) -> int:
    """Pass signals on until the program ends; its exit code."""

    def forward(number: int, _: FrameType | None) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(program, number)

    def end(_: int, __: FrameType | None) -> None:
        kill_all(program)
        os._exit(128 + signal.SIGKILL)

    signal.signal(signal.SIGTERM, forward)
    signal.signal(signal.SIGHUP, end)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGTERM, signal.SIGHUP})
    while True:
        ended, status = os.waitpid(-1, 0)  # orphans of the program end here too
        if ended == program:
            break
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM, signal.SIGHUP})
    kill_all(program)
    code = os.waitstatus_to_exitcode(status)
    return code if code >= 0 else 128 - code


def main(parent: int, spec: dict[str, object]) -> int:
    """Prepare the view, start the program, watch it."""
    os.setsid()
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM, signal.SIGHUP})
    if spec["opt"]:
        own_mounts()
        show_opt(str(spec["opt"]))
    libc.prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    # After the namespaces: the kernel forgets the death signal when credentials change.
    libc.prctl(PR_SET_PDEATHSIG, signal.SIGHUP, 0, 0, 0)
    if os.getppid() != parent:
        return 128 + signal.SIGKILL
    program = os.fork()
    if program == 0:
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGTERM, signal.SIGHUP})
        become(list(spec["command"]), str(spec["cwd"]))  # type: ignore[call-overload]  # JSON has no narrower type
    with contextlib.suppress(PermissionError):  # it has its group already and became the program
        os.setpgid(program, program)
    return watch(program)


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]), json.loads(sys.argv[2])))
