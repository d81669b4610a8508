"""What every part of the chaos ring stands on: the program, stores, servers, and what went wrong."""

import http.client
import json
import os
import resource
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from pathlib import Path

HERE = Path(__file__).resolve().parent
# What a command or a server may have of address space, in bytes: whoever wants more is stopped, not the machine.
MEMORY_MAX = 6 << 30
# A command that has not ended by then hangs.
COMMAND_MAX_S = 120

CATEGORIES = "clash shelling protest strike explosion smuggling displacement other".split()
WORDS = "river ridge patrol crossing convoy village market drone mine shepherd tower fence night dawn".split()


class Done:
    """A command that has ended."""

    def __init__(self, code, out, err):
        self.code, self.out, self.err = code, out, err

    @property
    def killed(self):
        return self.code == -signal.SIGKILL

    @property
    def panicked(self):
        return b"panicked" in self.err or self.code in (101, 134, -signal.SIGABRT, -signal.SIGSEGV)

    def last(self):
        """The last line that it said."""
        lines = (self.err or self.out).decode(errors="replace").strip().splitlines()
        return lines[-1][:300] if lines else ""


# Makes a store with the shipped data, and adds nothing to it.
SEEDING = ("import", HERE.parent.parent / "data" / "lakes.geojson", "--layer", "lakes")


class World:
    """The program under test and a folder of its own."""

    def __init__(self, program, folder, seed):
        self.program, self.folder, self.seed = str(Path(program).resolve()), Path(folder), seed
        self.faults, self.counts, self.lock = [], Counter(), threading.Lock()
        self.harm = self.folder / "harm.so"
        subprocess.run(["cc", "-shared", "-fPIC", "-O1", "-o", self.harm, HERE / "harm.c", "-ldl"], check=True)
        self.seeded = self.folder / "seeded"
        self.seeded.mkdir()
        done = self.run(*SEEDING, store=self.seeded / "store.gpkg")
        if done.code:
            raise RuntimeError(f"no store could be made: {done.last()}")
        self.knows = self.run("--help").out.decode()

    def fault(self, ring, text):
        """Something that must not be."""
        with self.lock:
            self.faults.append((ring, text))
        print(f"FAULT in {ring}: {text}", flush=True)

    def note(self, ring, what, by=1):
        with self.lock:
            self.counts[(ring, what)] += by

    def fresh(self, name):
        """The path of a new store with the shipped data, in a folder of its own."""
        folder = self.folder / name
        shutil.rmtree(folder, ignore_errors=True)
        shutil.copytree(self.seeded, folder)
        return folder / "store.gpkg"

    def environment(self, store=None, harm=None):
        chosen = dict(os.environ)
        if store:
            chosen["BORDERMAP_STORE"] = str(store)
        if harm:
            chosen.update({name: str(value) for name, value in harm.items()})
            chosen["LD_PRELOAD"] = str(self.harm)
        return chosen

    def start(self, *arguments, store=None, harm=None, limits=None, out=subprocess.PIPE, err=subprocess.PIPE):
        """Starts a command; `limits` are resource limits by name."""
        wanted = {"AS": MEMORY_MAX, **(limits or {})}

        def limited():
            for name, value in wanted.items():
                resource.setrlimit(getattr(resource, f"RLIMIT_{name}"), (value, value))
            signal.signal(signal.SIGXFSZ, signal.SIG_IGN)

        command = [self.program, *map(str, arguments)]
        environment = self.environment(store, harm)
        return subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=out, stderr=err, env=environment, preexec_fn=limited)

    def run(self, *arguments, timeout=COMMAND_MAX_S, **how):
        """Runs a command to its end. One that hangs is killed, and its code is "hangs"."""
        process = self.start(*arguments, **how)
        try:
            out, err = process.communicate(timeout=timeout)
        except subprocess.TimeoutExpired:
            process.kill()
            out, err = process.communicate()
            return Done("hangs", out, err)
        return Done(process.returncode, out, err)

    def measured(self, *arguments, timeout=COMMAND_MAX_S, **how):
        """Runs a command; what it said, its seconds, and its peak of memory in megabytes."""
        began = time.monotonic()
        with tempfile.TemporaryFile(dir=self.folder) as out, tempfile.TemporaryFile(dir=self.folder) as err:
            process = self.start(*arguments, out=out, err=err, **how)
            killer = threading.Timer(timeout, process.kill)
            killer.start()
            _, status, use = os.wait4(process.pid, 0)
            process.returncode = os.waitstatus_to_exitcode(status)
            hangs = not killer.is_alive()
            killer.cancel()
            out.seek(0)
            err.seek(0)
            done = Done("hangs" if hangs else process.returncode, out.read(), err.read())
        return done, time.monotonic() - began, use.ru_maxrss // 1024

    def check(self, ring, store, what):
        """Whether a store is sound; a fault if not."""
        done = self.run("check", store=store)
        if done.code != 0:
            self.fault(ring, f"{what}: check ends with {done.code}: {done.out.decode(errors='replace')[:300]} {done.last()}")
        return done.code == 0

    def titles(self, store, layer):
        """Each feature's title by its id, as an export tells them; nothing if there is no such layer; None if it cannot be told."""
        done = self.run("export", layer, "--format", "geojsonl", store=store)
        if done.code:
            return {} if b"there is no layer" in done.err else None
        features = [json.loads(line) for line in done.out.splitlines()]
        titles = {feature["id"]: feature["properties"]["title"] for feature in features}
        return titles if len(titles) == len(features) else None


def write_features(path, dice, ids, title):
    """A file of reports with these ids, all with one title."""
    with open(path, "w", encoding="utf-8") as out:
        for number, one in enumerate(ids):
            out.write(json.dumps(feature(dice, one, title, number)) + "\n")


def feature(dice, one, title, number):
    share = dice.random()
    place = [round(44.8 + 3.6 * share + dice.gauss(0, 0.4), 6), round(37.1 - 7.0 * share + dice.gauss(0, 0.4), 6)]
    return {
        "type": "Feature",
        "id": one,
        "geometry": {"type": "Point", "coordinates": place},
        "properties": {
            "title": title,
            "summary": " ".join(dice.choice(WORDS) for _ in range(20)) + f" {number}",
            "category": dice.choice(CATEGORIES),
            "date": f"20{dice.randint(18, 25)}-{dice.randint(1, 12):02d}-{dice.randint(1, 28):02d}",
            "date_precision": "day",
            "place": f"Place {number % 977}",
            "country": dice.choice(["IQ", "IR"]),
            "position_precision": "district",
            "status": "reported",
            "sources": [{"name": "generated", "ref": "generated"}],
        },
    }


class Server:
    """A server until it is stopped or killed."""

    def __init__(self, world, store, *options, harm=None, limits=None):
        self.world = world
        with socket.socket() as listener:
            listener.bind(("127.0.0.1", 0))
            self.port = listener.getsockname()[1]
        self.log = tempfile.TemporaryFile(dir=world.folder)
        address = f"127.0.0.1:{self.port}"
        started = ("serve", "--listen", address, "--log", "warn", *options)
        self.process = world.start(*started, store=store, harm=harm, limits=limits, out=self.log, err=self.log)
        self.pid = self.process.pid

    def ready(self, within_s=60):
        """Whether it says within a time that it is ready."""
        until = time.monotonic() + within_s
        while time.monotonic() < until and self.process.poll() is None:
            try:
                if self.get("/health/ready", 2)[0] == 200:
                    return True
            except OSError:
                pass
            time.sleep(0.05)
        return False

    def get(self, path, timeout=10, headers=None):
        """Status, headers and body."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=timeout)
        try:
            connection.request("GET", path, headers=headers or {})
            answer = connection.getresponse()
            return answer.status, answer.headers, answer.read()
        except http.client.HTTPException as fault:
            raise OSError(repr(fault)) from fault
        finally:
            connection.close()

    def asks(self, path):
        """A connection on which a question was sent and nothing is read."""
        connection = socket.socket()
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        connection.settimeout(5)
        connection.connect(("127.0.0.1", self.port))
        connection.sendall(f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{self.port}\r\n\r\n".encode())
        return connection

    def use(self):
        """What it uses: resident and peak megabytes, threads, descriptors, seconds of CPU."""
        status = Path(f"/proc/{self.pid}/status").read_text()
        fields = dict(line.split(":", 1) for line in status.splitlines())
        times = Path(f"/proc/{self.pid}/stat").read_text().rsplit(")", 1)[1].split()
        return {
            "resident_mb": int(fields["VmRSS"].split()[0]) // 1024,
            "peak_mb": int(fields["VmHWM"].split()[0]) // 1024,
            "threads": int(fields["Threads"]),
            "descriptors": len(os.listdir(f"/proc/{self.pid}/fd")),
            "cpu_s": (int(times[11]) + int(times[12])) / os.sysconf("SC_CLK_TCK"),
        }

    def stop(self, within_s=30):
        """Asks it to stop; seconds until it has, or None if it has not and was killed."""
        began = time.monotonic()
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(within_s)
            except subprocess.TimeoutExpired:
                self.kill()
                return None
        return time.monotonic() - began

    def kill(self):
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()

    def said(self):
        """The end of its log."""
        self.log.seek(0)
        return self.log.read().decode(errors="replace")[-2000:]

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.kill()


class Watch:
    """A light near question and /health/live, asked all the while from a process of its own."""

    def __init__(self, server, seconds):
        command = [sys.executable, HERE / "watch.py", str(server.port), str(seconds)]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE)

    def seen(self):
        """What it saw, once its time is over."""
        return json.loads(self.process.communicate()[0])
