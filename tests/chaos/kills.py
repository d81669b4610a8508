"""SIGKILL in the middle of writing: of imports, removals, servers, first starts, restores and orderly stops.

A command is killed at the nth call that writes (exactly, by harm.c) or at a random moment. After each kill the store must be sound and
hold all that was acknowledged before, whole; of what was not acknowledged all or nothing.
"""

import random
import shutil
import threading
import time

from restores import Restores
from world import SEEDING, Server, write_features

LAYER = "killed"
# A lane begins with a new store beyond so many features, so that looking at all of them stays cheap.
FEATURES_MAX = 6000
# As many ids as a removal names.
REMOVED_MAX = 400
ROWS = {"import of 60": 60, "import of 2,000": 2000, "new titles": None, "removal": None}


class Lane:
    """One store, what it must hold, and what kills its writers."""

    def __init__(self, world, number):
        self.world, self.number = world, number
        self.dice = random.Random(f"{world.seed}/kills/{number}")
        self.file = world.folder / f"lane-{number}.geojsonl"
        self.calls, self.took_s, self.serial = {}, {}, 0
        self.restores = Restores(world, self.dice, f"lane-{number}")
        self.renew()

    def renew(self):
        """A new store with one group of features."""
        self.store = self.world.fresh(f"lane-{self.number}")
        self.held = {}
        self.step("import of 60", how=None)

    def pending(self, kind):
        """A command of a kind, and what the layer holds once it is done."""
        self.serial += 1
        title = f"T{self.number}-{self.serial}"
        if kind == "removal":
            ids = self.dice.sample(sorted(self.held), min(REMOVED_MAX, max(1, len(self.held) // 3)))
            gone = set(ids)
            after = {one: known for one, known in self.held.items() if one not in gone}
            return ["remove", LAYER, *ids], after
        if kind == "new titles":
            ids = sorted(self.held)[:2000]
        else:
            ids = [f"{self.number}-{self.serial}-{row}" for row in range(ROWS[kind])]
        write_features(self.file, self.dice, ids, title)
        return ["import", self.file, "--layer", LAYER, "--format", "geojsonl"], {**self.held, **dict.fromkeys(ids, title)}

    def step(self, kind, how):
        """Runs a command and kills it, or not; whether it was killed."""
        command, after = self.pending(kind)
        harm, moment = None, None
        if how == "nth":
            harm = {"HARM_CALL": "any", "HARM_AT": self.dice.randint(1, self.calls.get(kind, 40))}
        elif how is None:
            harm = {"HARM_CALL": "any", "HARM_SAID": self.world.folder / f"calls-{self.number}"}
        else:
            moment = self.dice.uniform(0, 1.05 * self.took_s.get(kind, 0.3))
        began = time.monotonic()
        process = self.world.start(*command, store=self.store, harm=harm)
        if moment is not None:
            time.sleep(moment)
            if process.poll() is None:
                process.kill()
        out, err = process.communicate(timeout=120)
        killed = process.returncode == -9
        if how is None:
            self.took_s[kind] = time.monotonic() - began
            self.calls[kind] = int(harm["HARM_SAID"].read_text())
        if process.returncode not in (0, -9):
            last = err.decode(errors="replace").strip()[-200:]
            self.world.fault("kills", f"{kind} ends with {process.returncode}: {last}")
        self.settle(f"{kind}, {how}", after, acknowledged=process.returncode == 0 or b" added," in out or b"removed" in out)
        return killed

    def settle(self, what, after, acknowledged):
        """Holds the store against what it must hold, which is then known."""
        world = self.world
        world.check("kills", self.store, what)
        found = world.titles(self.store, LAYER)
        if found == after:
            world.note("kills", "commits kept" if acknowledged else "commits whole though nobody was told")
        elif acknowledged:
            world.note("kills", "LOST")
            world.fault("kills", f"{what}: an acknowledged commit is not there")
        elif found != self.held:
            world.note("kills", "PARTIAL")
            world.fault("kills", f"{what}: neither what was nor what was to be")
        else:
            world.note("kills", "undone")
        if found is not None:
            self.held = found

    def measure(self):
        """How many calls, and how long, each kind takes when nobody harms it."""
        for kind in ROWS:
            self.step(kind, how=None)

    def kill_one(self):
        """One attempt; whether it was a kill."""
        if len(self.held) > FEATURES_MAX or len(self.held) < 20:
            self.renew()
        kind = self.dice.choice(list(ROWS))
        how = "nth" if self.dice.random() < 0.7 else "moment"
        choice = self.dice.random()
        if choice < 0.06:
            return self.first_start()
        if choice < 0.12:
            return self.served(kind)
        if choice < 0.16:
            return self.stopping()
        if choice < 0.2:
            return self.restores.kill_one()
        killed = self.step(kind, how)
        if killed:
            self.world.note("kills", f"{kind}, {'at the nth write' if how == 'nth' else 'at a moment'}")
        return killed

    def first_start(self):
        """A new store is killed while it is made; the next start makes it whole."""
        folder = self.world.folder / f"first-{self.number}"
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        store = folder / "store.gpkg"
        harm = {"HARM_CALL": "any", "HARM_AT": self.dice.randint(1, 600)}
        done = self.world.run(*SEEDING, store=store, harm=harm)
        again = self.world.run(*SEEDING, store=store)
        if again.code:
            self.world.fault("kills", f"after a first start killed at {harm['HARM_AT']} the next fails: {again.last()}")
        self.world.check("kills", store, "first start")
        if done.killed:
            self.world.note("kills", "first start, at the nth write")
        return done.killed

    def served(self, kind):
        """An import into a served store; it or the server is killed, and the server shows what the store holds."""
        world = self.world
        command, after = self.pending(kind)
        harm_server = self.dice.random() < 0.4
        with Server(world, self.store) as server:
            if not server.ready():
                world.fault("kills", f"a server does not start: {server.said()}")
                return False
            process = world.start(*command, store=self.store)
            time.sleep(self.dice.uniform(0, 1.05 * self.took_s.get(kind, 0.3)))
            victim = server.process if harm_server else process
            killed = victim.poll() is None
            if killed:
                victim.kill()
            out, err = process.communicate(timeout=120)
            if process.returncode not in (0, -9):
                world.fault("kills", f"{kind} beside a server ends with {process.returncode}: {err.decode(errors='replace')[-200:]}")
            server.process.poll()
            acknowledged = process.returncode == 0 or b" added," in out or b"removed" in out
            if harm_server:
                server.process.wait()
            else:
                self.settle(f"{kind}, served", after, acknowledged)
                self.shown(server)
        if harm_server:
            with Server(world, self.store) as server:
                if not server.ready():
                    world.fault("kills", f"after a kill a server does not start: {server.said()}")
                    return killed
                self.settle(f"{kind}, the server killed", after, acknowledged)
                self.shown(server)
        if killed:
            world.note("kills", f"{'a server beside ' if harm_server else ''}{kind}, served")
        return killed

    def shown(self, server):
        """The server shows as many features as the store holds, in a while."""
        seen = None
        for _ in range(50):
            status, _, body = server.get(f"/api/collections/{LAYER}/items?limit=1")
            seen = (status, body[:200])
            if status == 200 and f'"numberMatched":{len(self.held)}'.encode() in body.replace(b" ", b""):
                return
            time.sleep(0.1)
        self.world.fault("kills", f"the server does not show {len(self.held)} features: {seen}")

    def stopping(self):
        """A server that was told to stop is killed on its way."""
        with Server(self.world, self.store) as server:
            if not server.ready():
                self.world.fault("kills", f"a server does not start: {server.said()}")
                return False
            server.process.terminate()
            time.sleep(self.dice.uniform(0, 0.05))
            killed = server.process.poll() is None
            server.kill()
            killed = killed and server.process.returncode == -9
        self.settle("orderly stop", self.held, acknowledged=True)
        if killed:
            self.world.note("kills", "orderly stop, at a moment")
        return killed

    def left(self):
        """What is still beside the store after a server has started and stopped."""
        with Server(self.world, self.store) as server:
            if not server.ready() or server.stop() is None:
                self.world.fault("kills", f"a server does not start or stop: {server.said()}")
        names = sorted(path.name for path in self.store.parent.iterdir())
        orphans = [name for name in names if "new-" in name or "tmp" in name or name.endswith(("-wal", "-shm", "-journal"))]
        if orphans:
            self.world.fault("kills", f"left beside the store after a start and an orderly stop: {', '.join(orphans)}")


def kills(world, until, wanted=None, lanes=2):
    """Kills until a time, or until so many were; returns how many."""
    count, lock = [0], threading.Lock()

    def enough():
        with lock:
            return count[0] >= wanted if wanted else time.monotonic() > until

    def live(number):
        try:
            lane = Lane(world, number)
            lane.measure()
            while not enough():
                if lane.kill_one():
                    with lock:
                        count[0] += 1
                        if count[0] % 100 == 0:
                            print(f"{count[0]} kills, {world.counts[('kills', 'LOST')]} commits lost", flush=True)
            lane.left()
        except Exception as fault:  # a lane that breaks is a finding, not silence
            world.fault("kills", f"lane {number} broke: {fault!r}")

    threads = [threading.Thread(target=live, args=(number,)) for number in range(lanes)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    lost, partial = world.counts[("kills", "LOST")], world.counts[("kills", "PARTIAL")]
    print(f"kills: {count[0]} SIGKILLs in mid-write, {lost} commits lost, {partial} partial", flush=True)
    return count[0]
