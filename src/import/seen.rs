//! Which ids a file has had, and on which line.

use std::collections::HashMap;
use std::collections::hash_map::{Entry, RandomState};
use std::hash::{BuildHasher, BuildHasherDefault, Hash, Hasher};

/// The line of each id. An id is known by 128 bits of two hashes with random keys: of ten million
/// ids no two share them, and nobody can choose two that do.
#[derive(Default)]
pub(super) struct Seen {
    keys: [RandomState; 2],
    lines: HashMap<Fingerprint, u64, BuildHasherDefault<Taken>>,
}

impl Seen {
    /// Notes the line of an id; if it had one before, that.
    pub(super) fn note(&mut self, id: &str, line: u64) -> Option<u64> {
        let [one, other] = &self.keys;
        match self
            .lines
            .entry(Fingerprint(one.hash_one(id), other.hash_one(id)))
        {
            Entry::Occupied(known) => Some(*known.get()),
            Entry::Vacant(free) => {
                free.insert(line);
                None
            }
        }
    }
}

#[derive(PartialEq, Eq)]
struct Fingerprint(u64, u64);

impl Hash for Fingerprint {
    fn hash<H: Hasher>(&self, state: &mut H) {
        state.write_u64(self.0);
    }
}

/// Takes a hash for what it is.
#[derive(Default)]
struct Taken(u64);

impl Hasher for Taken {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = self.0.rotate_left(8) ^ u64::from(*byte);
        }
    }

    fn write_u64(&mut self, hash: u64) {
        self.0 = hash;
    }
}
