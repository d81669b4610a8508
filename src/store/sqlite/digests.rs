//! The digests of the log's entries, kept in runs beside the log, and the chain of the revisions.

use rusqlite::types::ValueRef;
use rusqlite::{Connection, OptionalExtension, Statement, params};

use super::fault::{StoreFault, StoreResult};
use super::replay::{self, Told};
use crate::store::digest::{
    self, Chain, Encoder, HASH_BYTES, Hash, LogEntry, RUN_ENTRIES_MAX, Salts,
};

/// Makes the digests of a commit, entry by entry, and keeps them.
pub(super) struct DigestWriter<'c> {
    draw: Statement<'c>,
    insert: Statement<'c>,
    encoder: Encoder,
    salts: Salts,
    seed: Hash,
    /// The entry that the first digest of the run is of.
    first_seq: i64,
    /// Of the run, one after another.
    digests: Vec<u8>,
    chain: Chain,
}

impl<'c> DigestWriter<'c> {
    pub(super) fn new(conn: &'c Connection) -> StoreResult<Self> {
        Ok(Self {
            // Out of a generator that SQLite seeds from the operating system's.
            draw: conn.prepare("SELECT randomblob(32)")?,
            insert: conn.prepare(
                "INSERT INTO bordermap_digests (first_seq, seed, digests) VALUES (?1, ?2, ?3)",
            )?,
            encoder: Encoder::default(),
            salts: Salts::of([0; HASH_BYTES]),
            seed: [0; HASH_BYTES],
            first_seq: 0,
            digests: Vec::new(),
            chain: Chain::default(),
        })
    }

    /// Takes the entry that the log has, or gets, as that number; they come in order, without a gap.
    pub(super) fn push(&mut self, seq: i64, entry: &LogEntry<'_>) -> StoreResult<()> {
        let salt = self.salt(seq)?;
        let digest = self.encoder.digest(&salt, entry);
        self.keep(&digest)
    }

    /// The same for an entry whose content cannot be read: a digest that nothing has.
    pub(super) fn push_unknown(&mut self, seq: i64) -> StoreResult<()> {
        self.salt(seq)?;
        self.keep(&[0; HASH_BYTES])
    }

    fn salt(&mut self, seq: i64) -> StoreResult<Hash> {
        if self.digests.is_empty() {
            self.seed = self.draw.query_row([], |row| row.get(0))?;
            self.salts = Salts::of(self.seed);
            self.first_seq = seq;
        }
        Ok(self.salts.salt(self.digests.len() / HASH_BYTES))
    }

    fn keep(&mut self, digest: &Hash) -> StoreResult<()> {
        self.digests.extend_from_slice(digest);
        if self.digests.len() == RUN_ENTRIES_MAX * HASH_BYTES {
            self.end_run()?;
        }
        Ok(())
    }

    fn end_run(&mut self) -> StoreResult<()> {
        if !self.digests.is_empty() {
            self.chain.push(&self.digests);
            self.insert
                .execute(params![self.first_seq, self.seed, self.digests])?;
            self.digests.clear();
        }
        Ok(())
    }

    /// Ends a revision: its hash. The next entry belongs to the next one.
    pub(super) fn end_revision(
        &mut self,
        before: &Hash,
        row: &digest::RevisionRow<'_>,
    ) -> StoreResult<Hash> {
        self.end_run()?;
        Ok(std::mem::take(&mut self.chain).hash(before, row))
    }
}

/// Makes the digests of a log that has none, and the chain of its revisions.
pub(super) fn make_all(conn: &Connection) -> StoreResult<()> {
    let mut revisions = conn.prepare(
        "SELECT number, committed_at_us, origin, last_seq FROM bordermap_revisions ORDER BY number",
    )?;
    let revisions = revisions
        .query_map([], |row| {
            Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?))
        })?
        .collect::<Result<Vec<(i64, i64, String, i64)>, _>>()?;
    let mut set =
        conn.prepare("UPDATE bordermap_revisions SET encoding = ?2, hash = ?3 WHERE number = ?1")?;
    let mut writer = DigestWriter::new(conn)?;
    let mut head = digest::genesis(&super::read::identity(conn)?);
    let mut rows = revisions.iter();
    let mut current = rows.next();
    let mut last_seq = 0;
    replay::walk(conn, &mut |seq, told| {
        let Some((number, at_us, origin, end)) = current else {
            return Err(StoreFault::Damaged(format!(
                "change {seq} is in no revision"
            )));
        };
        if seq != last_seq + 1 {
            return Err(StoreFault::Damaged(format!(
                "change {} is missing",
                last_seq + 1
            )));
        }
        last_seq = seq;
        match told {
            Told::Entry(entry) => writer.push(seq, &entry)?,
            Told::Lost | Told::Wrong(_) => writer.push_unknown(seq)?,
        }
        if seq == *end {
            let row = digest::RevisionRow {
                number: number.cast_unsigned(),
                committed_at_us: *at_us,
                origin,
            };
            head = writer.end_revision(&head, &row)?;
            set.execute(params![number, digest::ENCODING, head])?;
            current = rows.next();
        }
        Ok(())
    })?;
    match current {
        None => Ok(()),
        Some((number, ..)) => Err(StoreFault::Damaged(format!(
            "revision {number} has lost changes"
        ))),
    }
}

/// Reads the digests in the order of the log.
pub(super) struct DigestReader<'c> {
    next: Statement<'c>,
    run: Option<Run>,
    /// The last entry that a digest was asked of.
    last_seq: i64,
}

struct Run {
    first_seq: i64,
    salts: RunSalts,
    digests: Vec<u8>,
}

/// Where a run's salts come from.
enum RunSalts {
    Seed(Salts),
    /// One after another; of one that was removed, zeros.
    Each(Vec<u8>),
}

/// What is kept of an entry.
pub(super) struct KeptDigest {
    pub(super) digest: Hash,
    /// `None` if it was removed with the content.
    pub(super) salt: Option<Hash>,
}

impl<'c> DigestReader<'c> {
    pub(super) fn new(conn: &'c Connection) -> StoreResult<Self> {
        Ok(Self {
            next: conn.prepare(
                "SELECT first_seq, seed, salts, digests FROM bordermap_digests
                 WHERE first_seq > ?1 ORDER BY first_seq LIMIT 1",
            )?,
            run: None,
            last_seq: 0,
        })
    }

    /// The digest of an entry, if there is one. Entries are asked for in their order.
    pub(super) fn of(&mut self, seq: i64) -> StoreResult<Option<KeptDigest>> {
        self.last_seq = seq;
        while self.run.as_ref().is_none_or(|run| run.end() < seq) {
            let after = self.run.as_ref().map_or(0, |run| run.first_seq);
            let Some(run) = self.run_after(after)? else {
                return Ok(None);
            };
            self.run = Some(run);
        }
        Ok(self.run.as_mut().and_then(|run| run.kept(seq)))
    }

    /// The first entry after the last one asked for that has a digest.
    pub(super) fn rest(&mut self) -> StoreResult<Option<i64>> {
        if self
            .run
            .as_ref()
            .is_some_and(|run| run.end() > self.last_seq)
        {
            return Ok(Some(self.last_seq + 1));
        }
        let after = self.run.as_ref().map_or(0, |run| run.first_seq);
        Ok(self.run_after(after)?.map(|run| run.first_seq))
    }

    fn run_after(&mut self, after: i64) -> StoreResult<Option<Run>> {
        let mut found = self.next.query([after])?;
        let Some(row) = found.next()? else {
            return Ok(None);
        };
        let first_seq = row.get(0)?;
        let digests: Vec<u8> = row.get(3)?;
        let salts = match (hash_of(row.get_ref(1)?), row.get::<_, Option<Vec<u8>>>(2)?) {
            (Some(seed), None) => RunSalts::Seed(Salts::of(seed)),
            (None, Some(salts)) if salts.len() == digests.len() => RunSalts::Each(salts),
            _ => {
                let detail = format!("the digests from change {first_seq} on have no salts");
                return Err(StoreFault::Damaged(detail));
            }
        };
        if digests.is_empty() || !digests.len().is_multiple_of(HASH_BYTES) {
            let detail = format!("the digests from change {first_seq} on are not whole");
            return Err(StoreFault::Damaged(detail));
        }
        Ok(Some(Run {
            first_seq,
            salts,
            digests,
        }))
    }
}

impl Run {
    /// The last entry of it.
    fn end(&self) -> i64 {
        let entries = i64::try_from(self.digests.len() / HASH_BYTES);
        self.first_seq + entries.expect("a run has RUN_ENTRIES_MAX entries at most") - 1
    }

    fn kept(&mut self, seq: i64) -> Option<KeptDigest> {
        let at = usize::try_from(seq.checked_sub(self.first_seq)?).ok()?;
        let digest = hash_at(&self.digests, at)?;
        let salt = match &mut self.salts {
            RunSalts::Seed(salts) => Some(salts.salt(at)),
            RunSalts::Each(salts) => hash_at(salts, at).filter(|salt| *salt != [0; HASH_BYTES]),
        };
        Some(KeptDigest { digest, salt })
    }
}

fn hash_at(hashes: &[u8], at: usize) -> Option<Hash> {
    let start = at.checked_mul(HASH_BYTES)?;
    hashes.get(start..start + HASH_BYTES)?.try_into().ok()
}

/// The hash of the newest revision, or of none.
pub(super) fn head(conn: &Connection) -> StoreResult<Hash> {
    let newest = conn
        .query_row(
            "SELECT hash FROM bordermap_revisions ORDER BY number DESC LIMIT 1",
            [],
            |row| Ok(hash_of(row.get_ref(0)?)),
        )
        .optional()?;
    match newest {
        Some(hash) => {
            hash.ok_or_else(|| StoreFault::Damaged("its newest revision has no hash".into()))
        }
        None => Ok(digest::genesis(&super::read::identity(conn)?)),
    }
}

/// A hash as it is kept.
pub(super) fn hash_of(stored: ValueRef<'_>) -> Option<Hash> {
    match stored {
        ValueRef::Blob(bytes) => bytes.try_into().ok(),
        _ => None,
    }
}

/// The hash of the newest revision in hexadecimal digits, as the head record has it.
pub(super) fn newest_hash(conn: &Connection) -> StoreResult<Option<String>> {
    let hash = conn
        .query_row(
            "SELECT lower(hex(hash)) FROM bordermap_revisions ORDER BY number DESC LIMIT 1",
            [],
            |row| row.get(0),
        )
        .optional()?;
    Ok(hash)
}

/// Whether a revision has a hash; also if nothing is known of it.
pub(super) fn has_hash(
    conn: &Connection,
    revision: crate::atlas::model::change::Revision,
    hash: &str,
) -> bool {
    let found = conn.query_row(
        "SELECT lower(hex(hash)) FROM bordermap_revisions WHERE number = ?1",
        [revision.number.cast_signed()],
        |row| row.get::<_, String>(0),
    );
    found.is_ok_and(|found| found == hash)
}
