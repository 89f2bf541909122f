"""Ten thousand connections that say nothing, from one address or from forty, while the server works.

    python3 benches/crowd.py HOST:PORT [--connections 10000] [--addresses 1]

Opens them as fast as the server takes them, each from an address of the loopback network, holds those that
stay, and prints how many the server closed, and how long /healthz takes meanwhile and afterwards from another
address. Needs a limit of open files (`ulimit -n`) above the number.
"""
import argparse
import http.client
import socket
import time


def health(host, port):
    """Milliseconds until /healthz has answered, or why it did not."""
    start = time.monotonic()
    try:
        line = http.client.HTTPConnection(host, port, timeout=10)
        line.request("GET", "/healthz")
        status = line.getresponse().status
        line.close()
    except OSError as error:
        return f"no answer ({type(error).__name__})"
    return f"{status} in {(time.monotonic() - start) * 1000:.0f} ms"


def is_open(line):
    line.setblocking(False)
    try:
        return line.recv(1, socket.MSG_PEEK) != b""
    except BlockingIOError:
        return True
    except OSError:
        return False


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("server")
    parser.add_argument("--connections", type=int, default=10_000)
    parser.add_argument("--addresses", type=int, default=1)
    args = parser.parse_args()
    host, port = args.server.rsplit(":", 1)
    print("before:", health(host, int(port)))
    start = time.monotonic()
    lines = [
        socket.create_connection((host, int(port)), timeout=10, source_address=(f"127.0.1.{1 + i % args.addresses}", 0))
        for i in range(args.connections)
    ]
    print(f"{len(lines)} connected in {time.monotonic() - start:.1f} s")
    print("meanwhile:", health(host, int(port)))
    time.sleep(1)
    print("kept open by the server:", sum(map(is_open, lines)))
    start = time.monotonic()
    while any(map(is_open, lines)) and time.monotonic() - start < 120:
        time.sleep(1)
    print(f"the last of them closed after {time.monotonic() - start:.0f} s")
    for line in lines:
        line.close()
    print("afterwards:", health(host, int(port)))


if __name__ == "__main__":
    main()
