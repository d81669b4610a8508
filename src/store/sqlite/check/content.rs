//! Every entry of the log against its digest, every digest against the chain.

use rusqlite::{Connection, OptionalExtension, params};

use super::super::digests::{self, DigestReader};
use super::super::fault::StoreResult;
use super::super::read;
use super::super::replay::{self, Told};
use super::{Findings, Progress};
use crate::store::digest::{self, Chain, Content, Encoder, HASH_BYTES, Hash, LogEntry};

/// Entries between two calls of the progress.
const STEP: u64 = 2_000;

/// Replays the log from its beginning: each entry's content, as the next entry or the row has it, is
/// what its digest says, and the digests are what the revisions' hashes say.
pub(super) fn verify(
    conn: &Connection,
    findings: &mut Findings,
    progress: &mut Progress<'_>,
) -> StoreResult<()> {
    let all = entries(conn)?;
    let mut verifier = Verifier {
        conn,
        digests: DigestReader::new(conn)?,
        encoder: Encoder::default(),
        chain: Chain::default(),
        before: digest::genesis(&read::identity(conn)?),
        revision: None,
        findings,
    };
    verifier.next_revision(0)?;
    let mut done = 0;
    replay::walk(conn, &mut |seq, told| {
        done += 1;
        if done % STEP == 0 {
            progress(done, all);
        }
        verifier.entry(seq, told)
    })?;
    verifier.end()?;
    progress(all, all);
    Ok(())
}

/// How many entries the log has.
pub(super) fn entries(conn: &Connection) -> StoreResult<u64> {
    let all: i64 = conn.query_row("SELECT count(*) FROM bordermap_changes", [], |row| {
        row.get(0)
    })?;
    Ok(all.cast_unsigned())
}

struct Verifier<'c, 'f> {
    conn: &'c Connection,
    digests: DigestReader<'c>,
    encoder: Encoder,
    chain: Chain,
    /// The hash of the revision before, as it is kept.
    before: Hash,
    /// The one whose entries come.
    revision: Option<Revision>,
    findings: &'f mut Findings,
}

struct Revision {
    number: i64,
    committed_at_us: i64,
    origin: String,
    last_seq: i64,
    encoding: Option<i64>,
    hash: Option<Hash>,
}

impl Verifier<'_, '_> {
    fn entry(&mut self, seq: i64, told: Told<'_>) -> StoreResult<()> {
        let number = self.revision.as_ref().map_or(0, |revision| revision.number);
        let kept = self.digests.of(seq)?;
        match (told, &kept) {
            (Told::Wrong(detail), _) => {
                self.findings.push("log", format!("change {seq}: {detail}"));
            }
            (_, None) => {
                self.findings
                    .push("digest", format!("change {seq} has no digest"));
            }
            (Told::Entry(entry), Some(kept)) => {
                // A salt that was removed went with its content.
                let wrong = kept
                    .salt
                    .is_some_and(|salt| self.encoder.digest(&salt, &entry) != kept.digest);
                if wrong {
                    let what = named(&entry);
                    self.findings.push(
                        "digest",
                        format!("{what} is not what was written in revision {number}: its digest differs"),
                    );
                }
            }
            (Told::Lost, Some(_)) => {}
        }
        let digest = kept.map_or([0; HASH_BYTES], |kept| kept.digest);
        self.chain.push(&digest);
        match &self.revision {
            Some(revision) if revision.last_seq <= seq => self.end_revision(),
            _ => Ok(()),
        }
    }

    fn end_revision(&mut self) -> StoreResult<()> {
        let chain = std::mem::take(&mut self.chain);
        let Some(revision) = self.revision.take() else {
            return Ok(());
        };
        let row = digest::RevisionRow {
            number: revision.number.cast_unsigned(),
            committed_at_us: revision.committed_at_us,
            origin: &revision.origin,
        };
        let number = revision.number;
        let known = revision.encoding == Some(digest::ENCODING.into());
        if !known || revision.hash != Some(chain.hash(&self.before, &row)) {
            self.findings.push(
                "chain",
                format!("revision {number} or its part of the log is not what was committed: its hash differs"),
            );
        }
        self.before = revision.hash.unwrap_or_default();
        self.next_revision(number)
    }

    fn next_revision(&mut self, after: i64) -> StoreResult<()> {
        let next = self
            .conn
            .prepare(
                "SELECT number, committed_at_us, origin, last_seq, encoding, hash
                 FROM bordermap_revisions WHERE number > ?1 ORDER BY number LIMIT 1",
            )?
            .query_row(params![after], |row| {
                Ok(Revision {
                    number: row.get(0)?,
                    committed_at_us: row.get(1)?,
                    origin: row.get(2)?,
                    last_seq: row.get(3)?,
                    encoding: row.get(4)?,
                    hash: digests::hash_of(row.get_ref(5)?),
                })
            })
            .optional()?;
        self.revision = next;
        Ok(())
    }

    fn end(mut self) -> StoreResult<()> {
        if let Some(revision) = &self.revision {
            let number = revision.number;
            self.findings
                .push("chain", format!("revision {number} has lost changes"));
        }
        if let Some(seq) = self.digests.rest()? {
            self.findings.push(
                "digest",
                format!("there is a digest of change {seq}, which is not there"),
            );
        }
        Ok(())
    }
}

fn named(entry: &LogEntry<'_>) -> String {
    let layer = entry.layer;
    match entry.content {
        Content::Description(_) => format!("the description of layer {layer}"),
        Content::Feature { id, .. } => format!("feature \"{id}\" of layer {layer}"),
        Content::Gone { id } => format!("the withdrawal of feature \"{id}\" of layer {layer}"),
    }
}
