#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Runs the GNU parallel recipe of docs/many-captures.md, with a real sshd on localhost as the other host.

    command_hosts_test.py --plugins DIR --build DIR

Exit status: 77 if ssh, sshd or GNU parallel is missing.
"""
import argparse
import os
import pathlib
import pwd
import shutil
import socket
import subprocess
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
from command import Command  # noqa: E402
from command_data_test import CASES, recipe  # noqa: E402
from wireshark import NOBODY, Failure  # noqa: E402

SKIPPED = 77
SSHD = shutil.which("sshd", path=f"{os.environ['PATH']}:/usr/sbin:/sbin")

# Logins as root become the user that runs Wireshark in all tests: as root it would not load the plugin.
AS_NOBODY = f'''setpriv --reuid={NOBODY} --regid={NOBODY} --clear-groups sh -c "$SSH_ORIGINAL_COMMAND"'''


def free_port():
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        return listening.getsockname()[1]


class Host:
    """An sshd of our own, and the ssh that gets there."""

    def __init__(self, command):
        self.folder = command.root / "ssh"
        self.folder.mkdir(mode=0o700)
        self.port = free_port()
        for key in ("host_key", "user_key"):
            subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", self.folder / key], check=True)
        (self.folder / "user_key.pub").rename(self.folder / "authorized_keys")
        home = command.root / "home"
        variables = {"PATH": command.path, "HOME": home, "LC_ALL": "C.UTF-8",
                     "WIRESHARK_PLUGIN_DIR": command.root / "plugins", "WIRESHARK_CONFIG_DIR": command.root / "config"}
        lines = [f"Port {self.port}", "ListenAddress 127.0.0.1", f"HostKey {self.folder}/host_key", "PidFile none",
                 f"AuthorizedKeysFile {self.folder}/authorized_keys", "StrictModes no", "UsePAM no",
                 "PermitRootLogin yes", "MaxStartups 100",
                 "SetEnv " + " ".join(f'"{name}={value}"' for name, value in variables.items())]
        if os.geteuid() == 0:
            forced = command.write("forced", f"#!/bin/sh\ncd {home}\nexport HOME={home}\nexec {AS_NOBODY}\n".encode())
            forced.chmod(0o755)
            lines.append(f"ForceCommand {forced}")
            pathlib.Path("/run/sshd").mkdir(mode=0o755, exist_ok=True)  # sshd insists on it
        (self.folder / "sshd_config").write_text("\n".join(lines) + "\n", encoding="utf-8")
        self.ssh = (f"ssh -p {self.port} -i {self.folder}/user_key -o StrictHostKeyChecking=no -o LogLevel=ERROR "
                    f"-o UserKnownHostsFile=/dev/null")

    def __enter__(self):
        with open(self.folder / "log", "wb") as log:
            self.process = subprocess.Popen([SSHD, "-D", "-e", "-f", self.folder / "sshd_config"], stderr=log)
        user = pwd.getpwuid(os.geteuid()).pw_name
        for _ in range(100):
            if subprocess.run([*self.ssh.split(), f"{user}@127.0.0.1", "true"], capture_output=True,
                              check=False).returncode == 0:
                return f"{user}@127.0.0.1"
            time.sleep(0.1)
        self.process.terminate()
        raise Failure(f"sshd does not let us in: {(self.folder / 'log').read_text()}")

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait()


def check(command):
    command.captures("captures", **CASES)
    host = Host(command)
    with host as name:
        line = recipe("Several hosts: GNU parallel")[0].replace("--sshlogin host1,host2", f"--sshlogin {name}")
        work = command.root / "work"
        shutil.copytree(command.root / "captures", work / "captures")
        environment = {**os.environ, "PARALLEL_SSH": host.ssh, "HOME": str(work), "PARALLEL": "--will-cite"}
        done = subprocess.run(["sh", "-c", line], cwd=work, env=environment, capture_output=True, text=True, check=False,
                              timeout=300)
        found = (work / "night.jsonl").read_text("utf-8")
    if done.returncode != 0:
        raise Failure(f"exit {done.returncode}: {done.stderr}")
    expected = command.run("env", "-C", command.root, command.program, "--json", "captures").stdout
    if not expected or found != expected:
        raise Failure(f"from the host: {found!r}\nhere: {expected!r}\n{done.stderr}")
    print(f"{len(found.splitlines())} conversations by way of localhost, the same as here")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--plugins", required=True)
    parser.add_argument("--build", required=True)
    arguments = parser.parse_args()
    absent = [name for name, path in (("sshd", SSHD), ("ssh", shutil.which("ssh")), ("rsync", shutil.which("rsync")),
                                      ("parallel", shutil.which("parallel"))) if not path]
    if absent:
        print(f"SKIPPED: {', '.join(absent)} missing (Debian: openssh-server, openssh-client, rsync, parallel)")
        return SKIPPED
    try:
        with Command(arguments.plugins, arguments.build) as command:
            check(command)
    except Failure as failure:
        print(failure)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
