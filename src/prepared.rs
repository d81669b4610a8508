//! An atlas kept in a file beside the store, so that the next start has nothing to compute: the
//! packed parts as they are in memory, checked block by block, read into memory of our own on all
//! cores. The store stays the truth: the file says of which store and revision it is, what came later
//! is asked of the store, and a file that does not fit, or is damaged, is made anew.
//!
//! The file: a line that names the format; the length and the hash of a description (JSON); the
//! description; then the arrays, in blocks whose hashes the description has. Numbers are in the
//! machine's own order, which the description states.

use std::fs::{self, File};
use std::io::{self, BufWriter, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use serde::{Deserialize, Serialize};

use crate::atlas::Atlas;
use crate::atlas::geo::hilbert;
use crate::atlas::geo::position::LngLat;
use crate::atlas::index::plain::{Array, Outline};
use crate::atlas::index::{Part, RowId};
use crate::atlas::layer::Layer;
use crate::atlas::layer::aside::Aside;
use crate::atlas::model::change::Revision;
use crate::atlas::model::schema::Schema;
use crate::fresh::{self, Fresh};

/// The first line. The number is raised whenever parts are packed otherwise, or other
/// features are set aside.
const MAGIC: &[u8; 24] = b"bordermap prepared 0003\n";
/// Bytes that are hashed together and read by one thread.
const BLOCK_BYTES: usize = 16 << 20;
/// Fewer features are read from the store as fast.
const FEATURES_MIN: usize = 20_000;
/// A new file is made when so many features, one in this many, came or went since the last.
const CHANGED_SHARE: u64 = 16;
/// The largest description that is believed.
const DESCRIPTION_BYTES_MAX: u64 = 1 << 30;

/// Where an atlas is kept ready.
#[derive(Debug)]
pub struct Prepared {
    path: PathBuf,
    /// Whether a file is made where it pays.
    keeps: bool,
    /// The revision in the file, and how many features it has.
    revision: AtomicU64,
    features: AtomicU64,
    /// Held while a file is written.
    saving: Mutex<()>,
    is_closed: AtomicBool,
}

#[derive(Serialize, Deserialize)]
struct Description {
    identity: String,
    number: u64,
    committed_at_us: i64,
    /// What the machine makes of a few numbers: in another order, or with other arithmetic, the parts
    /// would be packed otherwise.
    machine: Vec<u64>,
    layers: Vec<LayerDescription>,
    /// What the store has and the layers leave out.
    aside: Aside,
}

#[derive(Serialize, Deserialize)]
struct LayerDescription {
    schema: Schema,
    parts: Vec<PartDescription>,
}

#[derive(Serialize, Deserialize)]
struct PartDescription {
    outline: Outline,
    /// The rows that are deleted. The name is that of the format, which older files have.
    #[serde(rename = "hidden")]
    deleted: Vec<RowId>,
    arrays: Vec<ArrayDescription>,
}

#[derive(Serialize, Deserialize)]
struct ArrayDescription {
    kind: u8,
    bytes: usize,
    /// Of each block.
    hashes: Vec<[u8; 32]>,
}

impl Prepared {
    /// Beside a store's file.
    pub fn beside(store: &Path) -> Self {
        Self {
            path: fresh::beside(store, ".prepared"),
            keeps: true,
            revision: AtomicU64::new(0),
            features: AtomicU64::new(0),
            saving: Mutex::new(()),
            is_closed: AtomicBool::new(false),
        }
    }

    /// Ends the use: what is being written is given up, and nothing of it stays.
    pub fn close(&self) {
        self.is_closed.store(true, Ordering::Release);
        drop(self.saving.lock());
    }

    /// Removes what processes that were killed had begun to write.
    pub fn sweep(&self) {
        fresh::sweep_beside(&self.path);
    }

    /// The same, but never written.
    #[must_use]
    pub fn for_reading(self) -> Self {
        Self {
            keeps: false,
            ..self
        }
    }

    /// Whether an atlas is so large, and so different from the one in the file, that keeping it
    /// pays.
    pub fn pays(&self, atlas: &Atlas) -> bool {
        let features: usize = atlas.layers().map(|layer| layer.len()).sum();
        let features = features as u64;
        let kept = self.features.load(Ordering::Relaxed);
        let behind = atlas
            .revision()
            .number
            .saturating_sub(self.revision.load(Ordering::Relaxed));
        self.keeps
            && features >= FEATURES_MIN as u64
            && behind > 0
            && (kept == 0 || features.abs_diff(kept).max(behind) > features.div_ceil(CHANGED_SHARE))
    }

    /// The atlas in the file; `None` if there is no file, or it is another store's or version's.
    ///
    /// # Errors
    /// If the file cannot be read or is damaged.
    pub fn load(&self, identity: &str) -> io::Result<Option<Atlas>> {
        let Some(mut file) = self.open()? else {
            return Ok(None);
        };
        let Some(description) = describe(&mut file)? else {
            return Ok(None);
        };
        if description.identity != identity || description.machine != machine() {
            return Ok(None);
        }
        let revision = Revision {
            number: description.number,
            committed_at_us: description.committed_at_us,
        };
        let start = file.stream_position()?;
        let layers = read_layers(&self.path, start, description.layers)?;
        let atlas = Atlas::of_layers(revision, layers, description.aside);
        self.remember(&atlas);
        Ok(Some(atlas))
    }

    /// The revision of a store that the file was made of; `None` if there is none of that store that
    /// can be read.
    pub fn revision_of(&self, identity: &str) -> Option<Revision> {
        let mut file = self.open().ok()??;
        let description = describe(&mut file).ok()??;
        (description.identity == identity).then_some(Revision {
            number: description.number,
            committed_at_us: description.committed_at_us,
        })
    }

    /// Writes an atlas beside its place and puts it there whole.
    ///
    /// # Errors
    /// If the disk refuses.
    pub fn save(&self, identity: &str, atlas: &Atlas) -> io::Result<()> {
        // A panic has left nothing half done: the file is put in place whole.
        let _saving = self.saving.lock().unwrap_or_else(PoisonError::into_inner);
        self.sweep();
        let mut fresh = Fresh::beside(&self.path)?;
        write(fresh.file(), identity, atlas, &self.is_closed)?;
        fresh.put(&self.path)?;
        self.remember(atlas);
        Ok(())
    }

    /// The file, if there is one.
    fn open(&self) -> io::Result<Option<File>> {
        match fs::metadata(&self.path) {
            // Whoever opens a pipe waits for its other end.
            Ok(found) if !found.is_file() => Err(damaged("it is not a file")),
            Ok(_) => File::open(&self.path).map(Some),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }

    fn remember(&self, atlas: &Atlas) {
        let features: usize = atlas.layers().map(|layer| layer.len()).sum();
        self.features.store(features as u64, Ordering::Relaxed);
        self.revision
            .store(atlas.revision().number, Ordering::Relaxed);
    }
}

/// The bits of what depends on the machine.
fn machine() -> Vec<u64> {
    let mut bits = vec![u64::from_ne_bytes([1, 2, 3, 4, 5, 6, 7, 8])];
    for step in 0..64_u32 {
        let share = f64::from(step) / 63.0;
        let at = LngLat::new(-180.0 + 360.0 * share, -89.9 + 179.8 * share);
        bits.extend(at.map(hilbert::key_of));
    }
    bits
}

fn damaged(what: &str) -> io::Error {
    io::Error::new(
        io::ErrorKind::InvalidData,
        format!("the prepared base is damaged: {what}"),
    )
}

/// Reads the file's beginning; `None` if it is of another version.
fn describe(file: &mut File) -> io::Result<Option<Description>> {
    let mut magic = [0; MAGIC.len()];
    if file.read_exact(&mut magic).is_err() || magic != *MAGIC {
        return Ok(None);
    }
    let mut head = [0; 40];
    file.read_exact(&mut head)?;
    let (length, hash) = head.split_at(8);
    let mut bytes = [0; 8];
    bytes.copy_from_slice(length);
    let length = u64::from_le_bytes(bytes);
    if length > DESCRIPTION_BYTES_MAX {
        return Err(damaged("its description has no length"));
    }
    let mut text = Vec::new();
    file.take(length).read_to_end(&mut text)?;
    if blake3::hash(&text).as_bytes() != hash {
        return Err(damaged("its description is not what was written"));
    }
    let description = serde_json::from_slice(&text);
    description
        .map(Some)
        .map_err(|error| damaged(&error.to_string()))
}

/// A block of an array that waits to be read: where it is in the file, where it belongs, its hash.
type Job<'a> = (u64, &'a mut [u8], [u8; 32]);

fn read_layers(path: &Path, mut at: u64, layers: Vec<LayerDescription>) -> io::Result<Vec<Layer>> {
    let mut arrays: Vec<(Array, Vec<[u8; 32]>)> = Vec::new();
    let parts = layers.iter().flat_map(|layer| &layer.parts);
    for array in parts.flat_map(|part| &part.arrays) {
        let zeroed = Array::zeroed(array.kind, array.bytes);
        let zeroed = zeroed.ok_or_else(|| damaged("an array has another size"))?;
        arrays.push((zeroed, array.hashes.clone()));
    }
    let mut jobs: Vec<Job<'_>> = Vec::new();
    for (array, hashes) in &mut arrays {
        let blocks = array.bytes_mut().chunks_mut(BLOCK_BYTES);
        if blocks.len() != hashes.len() {
            return Err(damaged("hashes are missing"));
        }
        for (block, hash) in blocks.zip(hashes.iter()) {
            let start = at;
            at += block.len() as u64;
            jobs.push((start, block, *hash));
        }
    }
    read_blocks(path, jobs)?;
    let mut arrays = arrays.into_iter().map(|(array, _)| array);
    let mut read = Vec::with_capacity(layers.len());
    for layer in layers {
        let mut parts = Vec::with_capacity(layer.parts.len());
        for part in layer.parts {
            let arrays = arrays.by_ref().take(part.arrays.len()).collect();
            let packed = Part::of_plain(part.outline, arrays);
            let packed = packed.ok_or_else(|| damaged("its arrays do not fit together"))?;
            parts.push((packed, part.deleted));
        }
        read.push(Layer::of_kept(Arc::new(layer.schema), parts));
    }
    Ok(read)
}

/// Reads and checks blocks on all cores.
fn read_blocks(path: &Path, jobs: Vec<Job<'_>>) -> io::Result<()> {
    let jobs = Mutex::new(jobs.into_iter());
    let threads = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let work = || -> io::Result<()> {
        let mut file = File::open(path)?;
        loop {
            let job = jobs.lock().unwrap_or_else(PoisonError::into_inner).next();
            let Some((start, block, hash)) = job else {
                return Ok(());
            };
            file.seek(SeekFrom::Start(start))?;
            file.read_exact(block)?;
            if *blake3::hash(block).as_bytes() != hash {
                return Err(damaged("a block is not what was written"));
            }
        }
    };
    std::thread::scope(|scope| {
        let workers: Vec<_> = (0..threads).map(|_| scope.spawn(work)).collect();
        let mut done = Ok(());
        for worker in workers {
            let ended = worker
                .join()
                .unwrap_or_else(|_| Err(damaged("a reader panicked")));
            done = done.and(ended);
        }
        done
    })
}

fn write(file: &mut File, identity: &str, atlas: &Atlas, is_closed: &AtomicBool) -> io::Result<()> {
    let given_up = || {
        let closed = is_closed.load(Ordering::Acquire);
        let error = || io::Error::new(io::ErrorKind::Interrupted, "it is given up");
        if closed { Err(error()) } else { Ok(()) }
    };
    let mut arrays = Vec::new();
    let mut layers = Vec::new();
    for layer in atlas.layers() {
        let mut parts = Vec::new();
        for (part, deleted) in layer.parts() {
            given_up()?;
            let (outline, lent) = part.to_plain();
            let described = lent.iter().map(|array| {
                let (kind, bytes) = array.bytes();
                let blocks = bytes.chunks(BLOCK_BYTES);
                ArrayDescription {
                    kind,
                    bytes: bytes.len(),
                    hashes: blocks
                        .map(|block| *blake3::hash(block).as_bytes())
                        .collect(),
                }
            });
            parts.push(PartDescription {
                outline,
                deleted: deleted.to_vec(),
                arrays: described.collect(),
            });
            arrays.extend(lent);
        }
        layers.push(LayerDescription {
            schema: Schema::clone(layer.schema()),
            parts,
        });
    }
    let description = Description {
        identity: identity.to_owned(),
        number: atlas.revision().number,
        committed_at_us: atlas.revision().committed_at_us,
        machine: machine(),
        layers,
        aside: atlas.aside().clone(),
    };
    let text = serde_json::to_vec(&description)?;
    let mut out = BufWriter::with_capacity(1 << 20, file);
    out.write_all(MAGIC)?;
    out.write_all(&(text.len() as u64).to_le_bytes())?;
    out.write_all(blake3::hash(&text).as_bytes())?;
    out.write_all(&text)?;
    for array in &arrays {
        for block in array.bytes().1.chunks(BLOCK_BYTES) {
            given_up()?;
            out.write_all(block)?;
        }
    }
    given_up()?;
    out.flush()
}
