//! Digests: what was written, in 32 bytes, the same in every kind of store.
//!
//! Every entry of the log has a digest of its own, and every revision a hash over the digests of its
//! entries and over the hash of the revision before. Who holds a revision's hash can tell whether
//! anything up to that revision has become another. What is hashed is what an entry means, not how
//! a store keeps it: so a store in SQLite and one in another database make the same digests.
//!
//! # The digest of an entry, encoding 1
//!
//! `digest = BLAKE3 in keyed mode (key: the entry's salt, message: the entry)`, 32 bytes. The
//! message, where an integer is little-endian and a *text* is its length in bytes (u32) and then its
//! UTF-8:
//!
//! | bytes | what |
//! | --- | --- |
//! | u8 | the encoding, 1 |
//! | u8 | the kind: 1 layer, 2 fields, 3 add, 4 update, 5 remove, 6 discard |
//! | text | the layer's id |
//! | text | kinds 1 and 2: the layer's new description, JSON exactly as the store keeps it; the entry ends here. Others: the feature's id; kinds 5 and 6 end here |
//! | u32, bytes | the geometry as well-known binary (OGC 06-103r4 §8: little-endian, two dimensions, coordinates as the bits of their doubles, so −0.0 is not 0.0); length 0 for none |
//! | u32 | how many of its values are not null |
//! | … | each of these in ascending order of the bytes of the field's name: the name (text), then the value |
//!
//! A value is a u8 and what it says follows: 1 boolean (u8: 0 or 1), 2 integer (i64), 3 number (the
//! bits of a double as u64; −0.0 is written as 0.0, which not every store can tell apart; there is no
//! NaN and no infinity), 4 text (text; dates and instants too, as they were written), 5 JSON (text,
//! exactly as it was written). So 1, 1.0 and "1" differ. What is null is not written: a layer that
//! gets another field, or its fields in another order, has the digests that it had.
//!
//! # Salts
//!
//! Content may have to be removed from a store for good, while its digest stays for the chain. A
//! digest without a salt would tell the content to whoever can guess it. An entry's salt is 32 random
//! bytes that are kept beside the digest. Up to [`RUN_ENTRIES_MAX`] entries of one commit, one
//! after another, form a run with one random seed of 32 bytes, and the salt of entry n (from 0) is
//! the bytes 32 n to 32 n + 31 of BLAKE3's extended output in keyed mode (key: the seed, message:
//! nothing). To remove the salt of one entry a store replaces the seed by the salts themselves, one
//! after another, with 32 zero bytes in that entry's place: the others tell nothing of it.
//!
//! # The hash of a revision, encoding 1
//!
//! `hash = BLAKE3 (the hash before, u8: the encoding, u64: the number, i64: the time of the commit in
//! microseconds since 1970-01-01 UTC, text: the origin, u64: how many entries, BLAKE3 (the digests of
//! all entries in the order of the log))`. Before revision 1 it is `BLAKE3 ("bordermap chain", text:
//! the store's identity)`. What may later be known of a commit makes another encoding, with another
//! number.
//!
//! A chain proves nothing against somebody who can write the whole store and computes it anew. It
//! shows every other change, and that one too to whoever has kept a hash elsewhere.

use crate::atlas::model::schema::{Schema, Value};

/// A digest, or the hash of a revision.
pub type Hash = [u8; HASH_BYTES];

/// Bytes of a hash, of a salt and of a seed.
pub const HASH_BYTES: usize = 32;

/// The encoding that is written.
pub const ENCODING: u8 = 1;

/// Entries that share a seed, at most.
pub const RUN_ENTRIES_MAX: usize = 1_000;

/// What the log calls a change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EntryKind {
    /// A layer appears or is described in other words.
    Layer = 1,
    /// A layer's features have other fields from now on.
    Fields = 2,
    /// A feature appears.
    Add = 3,
    /// A feature has another content.
    Update = 4,
    /// A feature is withdrawn.
    Remove = 5,
    /// A feature is withdrawn whose content was damaged, so that the log cannot tell what it was.
    Discard = 6,
}

impl EntryKind {
    const ALL: [Self; 6] = [
        Self::Layer,
        Self::Fields,
        Self::Add,
        Self::Update,
        Self::Remove,
        Self::Discard,
    ];

    /// Its name in the log.
    pub fn text(self) -> &'static str {
        match self {
            Self::Layer => "layer",
            Self::Fields => "fields",
            Self::Add => "add",
            Self::Update => "update",
            Self::Remove => "remove",
            Self::Discard => "discard",
        }
    }

    /// The kind of a name.
    pub fn of_text(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.text() == text)
    }
}

/// One entry of the log, as it is hashed.
#[derive(Clone, Copy, Debug)]
pub struct LogEntry<'a> {
    /// What kind of change.
    pub kind: EntryKind,
    /// The layer's id.
    pub layer: &'a str,
    /// What is from now on.
    pub content: Content<'a>,
}

/// What an entry says.
#[derive(Clone, Copy, Debug)]
pub enum Content<'a> {
    /// A layer's description, as the store keeps it.
    Description(&'a str),
    /// A feature.
    Feature {
        /// Its id.
        id: &'a str,
        /// Its geometry as well-known binary.
        wkb: Option<&'a [u8]>,
        /// The fields of its values.
        names: &'a Names,
        /// Its values in the order of the fields.
        values: &'a [Value],
    },
    /// A feature that is no more.
    Gone {
        /// Its id.
        id: &'a str,
    },
}

/// The names of a layer's fields in the order in which values are hashed.
#[derive(Clone, Debug, Default)]
pub struct Names(Vec<(usize, Box<[u8]>)>);

impl Names {
    /// The names of a layer's fields.
    pub fn of(schema: &Schema) -> Self {
        let mut order: Vec<(usize, &str)> = schema
            .fields
            .iter()
            .enumerate()
            .map(|(at, field)| (at, &*field.name))
            .collect();
        order.sort_unstable_by_key(|(_, name)| name.as_bytes());
        let written = order.into_iter().map(|(at, name)| {
            let mut bytes = Vec::with_capacity(4 + name.len());
            put_text(&mut bytes, name);
            (at, bytes.into_boxed_slice())
        });
        Self(written.collect())
    }
}

/// Writes entries as bytes and hashes them; what it needs for that is used again.
#[derive(Debug, Default)]
pub struct Encoder {
    bytes: Vec<u8>,
}

impl Encoder {
    /// The digest of an entry with a salt.
    pub fn digest(&mut self, salt: &Hash, entry: &LogEntry<'_>) -> Hash {
        *blake3::keyed_hash(salt, self.encode(entry)).as_bytes()
    }

    /// An entry as it is hashed.
    pub fn encode(&mut self, entry: &LogEntry<'_>) -> &[u8] {
        let out = &mut self.bytes;
        out.clear();
        out.extend_from_slice(&[ENCODING, entry.kind as u8]);
        put_text(out, entry.layer);
        match entry.content {
            Content::Description(json) => put_text(out, json),
            Content::Gone { id } => put_text(out, id),
            Content::Feature {
                id,
                wkb,
                names,
                values,
            } => {
                put_text(out, id);
                put_bytes(out, wkb.unwrap_or_default());
                put_values(out, names, values);
            }
        }
        out
    }
}

fn put_values(out: &mut Vec<u8>, names: &Names, values: &[Value]) {
    let known = values.iter().filter(|value| **value != Value::Null);
    put_length(out, known.count());
    for (at, name) in &names.0 {
        let Some(value) = values.get(*at).filter(|value| **value != Value::Null) else {
            continue;
        };
        out.extend_from_slice(name);
        match value {
            Value::Null => {}
            Value::Boolean(flag) => out.extend_from_slice(&[1, u8::from(*flag)]),
            Value::Integer(number) => {
                out.push(2);
                out.extend_from_slice(&number.to_le_bytes());
            }
            Value::Number(number) => {
                out.push(3);
                // Adding zero makes 0.0 of -0.0 and nothing of any other number.
                out.extend_from_slice(&(number + 0.0).to_bits().to_le_bytes());
            }
            Value::Text(text) => {
                out.push(4);
                put_text(out, text);
            }
            Value::Json(json) => {
                out.push(5);
                put_text(out, json);
            }
        }
    }
}

fn put_text(out: &mut Vec<u8>, text: &str) {
    put_bytes(out, text.as_bytes());
}

fn put_bytes(out: &mut Vec<u8>, bytes: &[u8]) {
    put_length(out, bytes.len());
    out.extend_from_slice(bytes);
}

fn put_length(out: &mut Vec<u8>, length: usize) {
    let length = u32::try_from(length).expect("no store keeps a value of 4 GiB");
    out.extend_from_slice(&length.to_le_bytes());
}

/// The salts of a run, from its seed.
#[derive(Clone, Debug)]
pub struct Salts {
    seed: Hash,
    /// As many as were made together, and which is the first of them.
    made: Vec<u8>,
    first: usize,
}

/// Salts that are made together.
const MADE_TOGETHER: usize = 32;

impl Salts {
    /// The salts of a seed.
    pub fn of(seed: Hash) -> Self {
        Self {
            seed,
            made: Vec::new(),
            first: 0,
        }
    }

    /// The salt of an entry, by its place in the run.
    pub fn salt(&mut self, at: usize) -> Hash {
        let first = at - at % MADE_TOGETHER;
        if self.made.is_empty() || first != self.first {
            self.made.resize(MADE_TOGETHER * HASH_BYTES, 0);
            self.first = first;
            let mut output = blake3::Hasher::new_keyed(&self.seed).finalize_xof();
            output.set_position((first * HASH_BYTES) as u64);
            output.fill(&mut self.made);
        }
        let start = (at - first) * HASH_BYTES;
        let mut salt = [0; HASH_BYTES];
        salt.copy_from_slice(&self.made[start..start + HASH_BYTES]);
        salt
    }
}

/// What the chain holds of a revision beside its entries.
#[derive(Clone, Copy, Debug)]
pub struct RevisionRow<'a> {
    /// Its number.
    pub number: u64,
    /// When it was committed, in microseconds since 1970-01-01 UTC.
    pub committed_at_us: i64,
    /// Who made it, in the log's word.
    pub origin: &'a str,
}

/// The hash before revision 1.
pub fn genesis(identity: &str) -> Hash {
    let mut message = b"bordermap chain".to_vec();
    put_text(&mut message, identity);
    *blake3::hash(&message).as_bytes()
}

/// A revision's digests on their way into its hash.
#[derive(Clone, Debug, Default)]
pub struct Chain {
    digests: blake3::Hasher,
    entries: u64,
}

impl Chain {
    /// Takes the next digests of the log, one after another.
    pub fn push(&mut self, digests: &[u8]) {
        self.digests.update(digests);
        self.entries += (digests.len() / HASH_BYTES) as u64;
    }

    /// The revision's hash.
    pub fn hash(&self, before: &Hash, row: &RevisionRow<'_>) -> Hash {
        let mut message = before.to_vec();
        message.push(ENCODING);
        message.extend_from_slice(&row.number.to_le_bytes());
        message.extend_from_slice(&row.committed_at_us.to_le_bytes());
        put_text(&mut message, row.origin);
        message.extend_from_slice(&self.entries.to_le_bytes());
        message.extend_from_slice(self.digests.finalize().as_bytes());
        *blake3::hash(&message).as_bytes()
    }
}
