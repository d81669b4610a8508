"""SIGKILL in the middle of restoring: a restore is killed at a call that writes, perhaps several times, and then done again. What was
acknowledged in the store that it replaces is found whole beside it.
"""

import shutil
import sqlite3

from world import write_features

LAYER = "restored"
ROWS = [40, 5]
# The moves are among the last calls that write; those before copy and verify.
LAST_CALLS = 30


class Restores:
    """A copy, and a later store whose last commit is in its log alone, as a killed process leaves it."""

    def __init__(self, world, dice, name):
        self.world, self.dice = world, dice
        self.left = world.folder / f"{name}-left"
        self.folder = world.folder / f"{name}-restored"
        made = world.fresh(f"{name}-made")
        rows = world.folder / f"{name}.geojsonl"
        write_features(rows, dice, [f"copied-{n}" for n in range(ROWS[0])], "copied")
        command = ["import", rows, "--layer", LAYER, "--format", "geojsonl"]
        world.run(*command, store=made)
        shutil.rmtree(self.left, ignore_errors=True)
        self.left.mkdir()
        world.run("backup", self.left / "copy.gpkg", store=made)
        self.copied = world.titles(made, LAYER)
        write_features(rows, dice, [f"later-{n}" for n in range(ROWS[1])], "later")
        # Who reads an earlier state keeps the log from being brought in.
        reader = sqlite3.connect(f"file:{made}?mode=ro", uri=True)
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM bordermap_revisions").fetchall()
        world.run(*command, store=made)
        for part in ("", "-wal", ".head"):
            shutil.copyfile(f"{made}{part}", self.left / f"store.gpkg{part}")
        reader.close()
        self.all = world.titles(made, LAYER)
        said = world.folder / f"{name}-calls"
        self.restore({"HARM_CALL": "any", "HARM_SAID": said}, anew=True)
        self.calls = int(said.read_text())

    def restore(self, harm=None, anew=False):
        """Restores the copy; what that said, and how it ended."""
        if anew:
            shutil.rmtree(self.folder, ignore_errors=True)
            shutil.copytree(self.left, self.folder)
        return self.world.run("restore", self.folder / "copy.gpkg", store=self.folder / "store.gpkg", harm=harm)

    def kill_one(self):
        """One restore, killed up to three times."""
        world, store = self.world, self.folder / "store.gpkg"
        where = []
        for kill in range(self.dice.randint(1, 3)):
            first = self.calls - LAST_CALLS if self.dice.random() < 0.8 else 1
            where.append(self.dice.randint(max(1, first), self.calls))
            done = self.restore({"HARM_CALL": "any", "HARM_AT": where[-1]}, anew=kill == 0)
            if self.dice.random() < 0.5:
                done = world.run("check", store=store)
                if done.code not in (0, 7):
                    world.fault("kills", f"after a restore killed at {where} check ends with {done.code}: {done.last()}")
        done = self.restore()
        if done.code:
            world.fault("kills", f"after a restore killed at {where} the next ends with {done.code}: {done.last()}")
            return True
        world.check("kills", store, f"restore killed at {where}")
        if world.titles(store, LAYER) != self.copied:
            world.fault("kills", f"a restore killed at {where}, done again, is not what the copy holds")
        parts = ("-wal", "-shm", "-journal", ".head", ".prepared")
        kept = [path for path in self.folder.glob("store.gpkg.before-*") if not path.name.endswith(parts)]
        if not any(world.titles(path, LAYER) == self.all for path in kept):
            world.note("kills", "LOST")
            world.fault("kills", f"a restore killed at {where} has lost what was there: {sorted(self.folder.iterdir())}")
        world.note("kills", "restore, at the nth write")
        return True
