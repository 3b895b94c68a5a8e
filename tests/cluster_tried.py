"""A Ray cluster on this machine alone, asked by many at once while one of its replicas is killed. A program of its own,
for Ray changes the process that starts it; it prints what it saw as JSON, and ends what it started.

    PYTHONPATH=. python tests/cluster_tried.py FOLDER        (a short path: Ray puts sockets there)
"""

import json
import os
import signal
import socket
import sys
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event
from typing import Any

os.environ |= {  # before Ray is imported, which reads it
    "RAY_USAGE_STATS_ENABLED": "0", "OMP_NUM_THREADS": "1", "ASK_NEURON_STORE": "off",
    "RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER": "0",  # so that it takes loopback's address, here too
    "RAY_SERVE_PROXY_READY_CHECK_TIMEOUT_S": "300", "RAY_SERVE_PROXY_HEALTH_CHECK_TIMEOUT_S": "300",
}

import httpx
import psutil
import ray
from ray import serve

from bot.surfaces import cluster

SECRET = "secretword"
STORE = 80 * 2**20  # bytes of Ray's shared memory
STARTS = 5  # Ray gives its own processes some seconds to start, which a busy machine may not
ASKERS, EACH = 8, 12
PAGES = ("/healthz", "/entries", "/e/coffee-roasting", "/e/no-such")
SETTINGS = [("match", {"question": f"why {SECRET} relu number {number}"}) for number in range(4)] + [
    ("run", {"entry": "coffee-roasting", "params": {"hidden": hidden}, "seed": seed}) for hidden in (2, 3)
    for seed in range(4)]


def main(folder: Path) -> None:
    """Start, ask, kill, end."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    started(folder)
    try:
        serve.start(http_options={"host": "127.0.0.1", "port": port}, logging_config=cluster.LOG)
        behind = [kind.options(autoscaling_config=None, num_replicas=2, health_check_timeout_s=300)
                  for kind in (cluster.matching, cluster.runs)]
        front = cluster.front.options(autoscaling_config=None, num_replicas=1, health_check_timeout_s=300)
        serve.run(front.bind(*(kind.bind() for kind in behind)))
        told = tried(f"http://127.0.0.1:{port}")
        print(json.dumps({**told, "logged": said(folder)}))
    finally:
        serve.shutdown()
        ray.shutdown()


def started(folder: Path) -> None:
    """A cluster with a bound on its memory."""
    for attempt in range(STARTS):
        try:
            ray.init(address="local", num_cpus=8, object_store_memory=STORE, include_dashboard=False,
                     log_to_driver=False, _temp_dir=str(folder), _node_ip_address="127.0.0.1")
            return
        except Exception:
            ray.shutdown()
            if attempt == STARTS - 1:
                raise


def tried(address: str) -> dict[str, Any]:
    """What is answered while a replica of each deployment is killed, and afterwards."""
    halfway, statuses = Event(), Counter[int]()

    def ask(asker: int) -> list[int]:
        found = []
        with httpx.Client(base_url=address, timeout=600) as client:
            for number in range(EACH):
                kind, body = SETTINGS[(asker + number) % len(SETTINGS)]
                found.append(client.post(f"/api/{kind}", json=body).status_code)
                if number == EACH // 3:
                    halfway.set()
        return found

    with ThreadPoolExecutor(ASKERS) as pool:
        asking_all = [pool.submit(ask, asker) for asker in range(ASKERS)]
        halfway.wait(600)
        killed = [kill(name) for name in ("Runs", "Matching")]
        for one in asking_all:
            statuses.update(one.result())
    with httpx.Client(base_url=address, timeout=600) as client:
        pages = {path: client.get(path).status_code for path in PAGES}
        policy = client.get("/e/coffee-roasting").headers["content-security-policy"]
    return {"statuses": statuses, "killed": killed, "pages": pages, "framed": policy.count("frame-ancestors")}


def kill(deployment: str) -> int:
    """End a replica's process at once, as a machine that fails would; its number."""
    ours = psutil.Process().children(recursive=True)
    found = next(one for one in ours if command_of(one).startswith(f"ray::ServeReplica:default:{deployment}"))
    found.send_signal(signal.SIGKILL)
    return int(found.pid)


def command_of(process: psutil.Process) -> str:
    """What a process runs; nothing where it has ended since it was listed."""
    try:
        return " ".join(process.cmdline())
    except psutil.NoSuchProcess:
        return ""


def said(folder: Path) -> int:
    """How often a visitor's word stands in any log of the cluster."""
    files = (file for file in folder.rglob("*") if file.is_file())
    return sum(SECRET.encode() in file.read_bytes() for file in files)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
