//! How features' texts are kept: as they are, or compressed by zstd in blocks of neighbours. Prints, for
//! each way, bytes a feature and the time to copy the hundred features of a near answer out of it.
//! `cargo bench --bench texts`. The program keeps them as they are; docs/performance.md says why.

#[path = "../tests/it/oracle/scene.rs"]
mod scene;

use std::collections::{BTreeMap, HashMap};
use std::hint::black_box;
use std::time::Instant;

use bordermap::atlas::geo::hilbert;
use bordermap::atlas::layer::Layer;
use bordermap::atlas::query::question::{ItemsQuery, Near};

const COUNT: usize = 200_000;
const QUESTIONS: usize = 300;
/// Bytes of texts that the compressor is given as examples: keys and frequent values.
const EXAMPLES_BYTES: usize = 64 * 1024;

fn run() {
    let folder = tempfile::tempdir().expect("a folder");
    let live = scene::shipped(folder.path());
    let schema = scene::generated_schema(&live);
    let generated = scene::features(&live, &schema, COUNT);
    let changes = generated.map(|feature| (feature.id.clone(), Some(feature)));
    let layer = Layer::new(schema.clone()).with(changes.collect());
    let mut features: Vec<_> = layer.features().collect();
    features.sort_by_key(|feature| feature.position().map(hilbert::key_of));
    let places: BTreeMap<_, usize> = features
        .iter()
        .enumerate()
        .map(|(at, feature)| (feature.address(), at))
        .collect();
    let answers: Vec<Vec<usize>> = scene::positions(&live, QUESTIONS)
        .into_iter()
        .map(|at| {
            let near = Some(Near { at, radius_m: None });
            let query = ItemsQuery {
                near,
                count: false,
                ..ItemsQuery::default()
            };
            let hits = layer.items(&query).hits;
            hits.iter()
                .map(|hit| places[&hit.feature.address()])
                .collect()
        })
        .collect();
    let texts: Vec<&str> = features.iter().map(|feature| feature.geojson()).collect();
    let bytes: usize = texts.iter().map(|text| text.len()).sum();
    println!("| kept | bytes a feature | us for 100 features of an answer |");
    println!("| --- | --- | --- |");
    let raw_us = timed(&answers, |answer, out| {
        for at in answer {
            out.extend_from_slice(texts[*at].as_bytes());
        }
    });
    println!("| as they are | {} | {raw_us:.1} |", bytes / COUNT);
    for block in [1, 4, 16, 64] {
        compressed(&texts, &answers, block);
    }
}

fn compressed(texts: &[&str], answers: &[Vec<usize>], block: usize) {
    let mut examples = String::new();
    let step = texts.len() / 97;
    for text in texts.iter().step_by(step) {
        if examples.len() + text.len() < EXAMPLES_BYTES {
            examples.push_str(text);
        }
    }
    let mut compressor =
        zstd::bulk::Compressor::with_dictionary(3, examples.as_bytes()).expect("a compressor");
    let blocks: Vec<(Vec<u8>, usize)> = texts
        .chunks(block)
        .map(|texts| {
            let text = texts.concat();
            (
                compressor.compress(text.as_bytes()).expect("a block"),
                text.len(),
            )
        })
        .collect();
    let ends: Vec<usize> = texts
        .chunks(block)
        .flat_map(|texts| {
            texts.iter().scan(0, |end, text| {
                *end += text.len();
                Some(*end)
            })
        })
        .collect();
    let bytes: usize = blocks.iter().map(|(packed, _)| packed.len()).sum();
    let mut decompressor =
        zstd::bulk::Decompressor::with_dictionary(examples.as_bytes()).expect("a decompressor");
    let us = timed(answers, |answer, out| {
        let mut opened: HashMap<usize, Vec<u8>> = HashMap::new();
        for at in answer {
            let (packed, length) = &blocks[at / block];
            let text = opened
                .entry(at / block)
                .or_insert_with(|| decompressor.decompress(packed, *length).expect("its text"));
            let start = if at % block == 0 { 0 } else { ends[at - 1] };
            out.extend_from_slice(&text[start..ends[*at]]);
        }
    });
    println!(
        "| zstd, blocks of {block} | {} | {us:.1} |",
        bytes / texts.len()
    );
}

/// The median over questions, of three rounds.
fn timed(answers: &[Vec<usize>], mut write: impl FnMut(&[usize], &mut Vec<u8>)) -> f64 {
    let mut times = Vec::new();
    for _ in 0..3 {
        for answer in answers {
            let mut out = Vec::with_capacity(128 * 1024);
            let started = Instant::now();
            write(answer, &mut out);
            times.push(started.elapsed().as_secs_f64() * 1e6);
            black_box(out);
        }
    }
    times.sort_by(f64::total_cmp);
    times[times.len() / 2]
}

/// The program's allocator.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() {
    if !std::env::args().any(|argument| argument == "--test" || argument == "--list") {
        run();
    }
}
