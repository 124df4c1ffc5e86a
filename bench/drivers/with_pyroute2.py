"""pyroute2: `python3 with_pyroute2.py WORKLOAD N` prints one line of JSON."""
import json
import os
import resource
import select
import subprocess
import sys
import time

from pyroute2 import IPRoute
from pyroute2.netlink.rtnl.ifaddrmsg import ifaddrmsg
from pyroute2.netlink.rtnl.ifinfmsg import ifinfmsg

BASE = 1000
workload, n = sys.argv[1], int(sys.argv[2])


def address_of(i):
    return f"10.{i >> 8}.{i & 255}.1"


def start():
    wall, cpu = time.monotonic_ns(), time.process_time_ns()

    def stop(ops, **more):
        figures = {"ops": ops, "wallNs": time.monotonic_ns() - wall, "cpuNs": time.process_time_ns() - cpu}
        figures["rssKiB"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        print(json.dumps({**figures, **more}))

    return stop


def one_by_one(operation):
    # Operations before those that are measured, numbers n, n + 1, ….
    for i in range(n, n + (n // 2 if workload == "w1" else 8 * n)):
        operation(i)
    stop = start()
    for i in range(n):
        operation(i)
    stop(n)


def dumps(dump):
    if "cold" not in workload:
        dump()
    stop = start()
    stop(sum(dump() for _ in range(n)))


def round_trips(operation):
    for _ in range(min(n, 100)):
        operation()
    times = []
    stop = start()
    for _ in range(n):
        before = time.monotonic_ns()
        operation()
        times.append(time.monotonic_ns() - before)
    stop(n, p50Ns=sorted(times)[n // 2])


def codec(operation):
    for _ in range(n):
        operation()
    times = []
    stop = start()
    for _ in range(7):
        before = time.monotonic_ns()
        for _ in range(n):
            operation()
        times.append((time.monotonic_ns() - before) / n)
    times.sort()
    stop(7 * n, p50Ns=times[3], minNs=times[0])


def decoder(name, kind):
    with open(f"{os.environ['BENCH_MESSAGES']}/{name}.bin", "rb") as file:
        data = file.read()

    def decode():
        message = kind(data)
        message.decode()
        return message.get_attr("IFLA_AF_SPEC" if name == "link" else "IFA_LABEL")

    return decode


def events():
    what = "link" if "link" in workload else "address"
    ip = IPRoute() if "default" in workload else IPRoute(rcvbuf=4 << 20)
    ip.bind(1 if what == "link" else 0x10)
    command = [os.environ["BENCH_LIMIT"], "generate", what, str(n)]
    count = 0
    overruns = 0
    generator = subprocess.Popen(command) if "live" in workload else subprocess.run(command, check=True)
    stop = start()
    while True:
        if not select.select([ip], [], [], 0.2 if "live" in workload else 0)[0]:
            if "drain" in workload or generator.poll() is not None:
                break
            continue
        try:
            count += len(ip.get())
        except OSError:
            overruns += 1
    stop(count, sent=n, overruns=overruns)


def main():
    if workload.startswith("w7"):
        name = workload.rsplit("-", 1)[1]
        return codec(decoder(name, ifinfmsg if name == "link" else ifaddrmsg))
    if workload.startswith("w6"):
        return events()
    ip = IPRoute()
    if workload == "w1":
        return one_by_one(lambda i: ip.link("add", ifname=f"v{2 * i}", kind="veth", peer=f"v{2 * i + 1}"))
    if workload == "w2":
        return one_by_one(lambda i: ip.addr("add", index=BASE + i % 1000, address=address_of(i), prefixlen=24))
    if workload.startswith("w3"):
        return dumps(lambda: len(list(ip.get_links())))
    if workload == "w4":
        return dumps(lambda: len(list(ip.get_addr())))
    if workload == "w5":
        return round_trips(lambda: list(ip.get_links(BASE)))
    raise SystemExit(f"no workload {workload}")


main()
