//! Builds the map page into the program, and names the sources that the program is made from.
//!
//! The page's sources are copied to `OUT_DIR` and built there: nothing is written into the source
//! tree, and two builds at once have two directories. A build whose sources are those of the last
//! one does nothing.
//!
//! Without Node a debug build goes on without the page, with a warning, so that whoever works on the
//! service needs no Node: `/` then says why there is no map, and the test of the page is reported as
//! ignored. A release build stops instead. It is what people install and serve, and a warning scrolls
//! by: a server without its map is made only by whoever says `--no-default-features`.

use std::env;
use std::fs;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};
use std::process::Command;

/// What the map page is made from, under `web/`.
const MAP_SOURCES: [&str; 8] = [
    "index.html",
    "package.json",
    "package-lock.json",
    "public",
    "src",
    "tsconfig.json",
    "vite.config.ts",
    "vite.config.js",
];

/// How to go on where the page can't be built.
const HELP: &str = "Install Node (https://nodejs.org, or your system's package manager) and build again, or build \
    without the map: cargo build --release --no-default-features";

fn main() {
    let out = PathBuf::from(env::var_os("OUT_DIR").expect("cargo sets OUT_DIR"));
    let mut hasher = DefaultHasher::new();
    for source in ["build.rs", "Cargo.toml", "src", "templates"] {
        watch(Path::new(source));
        hash_files(Path::new(source), &mut hasher);
    }
    println!("cargo:rustc-env=BORDERMAP_BUILD={:016x}", hasher.finish());

    println!("cargo:rustc-check-cfg=cfg(has_map)");
    let built = if env::var_os("CARGO_FEATURE_MAP").is_some() {
        build_map(Path::new("web"), &out)
    } else {
        Err("it was built with --no-default-features".to_owned())
    };
    if built.is_ok() {
        println!("cargo:rustc-cfg=has_map");
    }
    write_list(&out, built);
}

/// Has this script run again when a source changes. One that is not there would always count as
/// changed.
fn watch(source: &Path) {
    if source.exists() {
        println!("cargo:rerun-if-changed={}", source.display());
    }
}

/// Builds the page, unless the last build had the same sources, and gives the entries of its files;
/// or, in a debug build, why there is no page.
fn build_map(web: &Path, out: &Path) -> Result<Vec<String>, String> {
    let mut hasher = DefaultHasher::new();
    for source in MAP_SOURCES.map(|name| web.join(name)) {
        watch(&source);
        hash_files(&source, &mut hasher);
    }
    let stamp = format!("{:016x}", hasher.finish());
    let stamp_file = out.join("map.stamp");
    let dist = out.join("map");
    if fs::read_to_string(&stamp_file).ok().as_ref() != Some(&stamp) {
        if let Err(missing) = find_node(web) {
            go_on_without(&missing);
            return Err(format!("{missing} when it was built"));
        }
        let work = out.join("web");
        for source in MAP_SOURCES {
            let _ = fs::remove_dir_all(work.join(source));
            copy(&web.join(source), &work.join(source));
        }
        npm(
            &work,
            &[
                "ci",
                // A package's own scripts would run with the rights of whoever builds.
                "--ignore-scripts",
                "--omit=dev",
                "--no-audit",
                "--no-fund",
                "--prefer-offline",
            ],
        );
        let dist_text = dist.to_str().expect("OUT_DIR is UTF-8");
        npm(
            &work,
            &[
                "exec",
                "--",
                "vite",
                "build",
                "--outDir",
                dist_text,
                "--emptyOutDir",
            ],
        );
        compress(&work, &dist);
        fs::write(&stamp_file, &stamp).expect("OUT_DIR can be written");
    }
    let mut files = Vec::new();
    list(&dist, &mut files);
    Ok(files.iter().map(|file| entry(&dist, file)).collect())
}

/// Looks for Node and npm, as new as the page's `package.json` asks for; or says what is missing.
fn find_node(web: &Path) -> Result<(), String> {
    let package = fs::read_to_string(web.join("package.json"))
        .map_err(|_| "web/, the sources of the map page, was missing".to_owned())?;
    let needed = package
        .split_once("\"node\": \">=")
        .and_then(|(_, rest)| rest.split_once('"'))
        .expect("web/package.json says which Node it needs")
        .0;
    let found = version_of("node").ok_or_else(|| format!("Node {needed} or newer was missing"))?;
    if release(&found) < release(needed) {
        return Err(format!(
            "Node {needed} or newer was missing (Node {found} was there)"
        ));
    }
    match version_of("npm") {
        Some(_) => Ok(()),
        None => Err("npm, which comes with Node, was missing".to_owned()),
    }
}

/// What a program says its version is, without the `v`.
fn version_of(program: &str) -> Option<String> {
    let told = Command::new(program).arg("--version").output().ok()?;
    let text = String::from_utf8(told.stdout).ok()?;
    told.status
        .success()
        .then(|| text.trim().trim_start_matches('v').to_owned())
}

/// The major and the minor number of a version.
fn release(version: &str) -> (u32, u32) {
    let mut numbers = version.split('.').map(|part| part.parse().unwrap_or(0));
    (numbers.next().unwrap_or(0), numbers.next().unwrap_or(0))
}

/// Warns that the page is left out; ends a release build, which must not lose it silently.
fn go_on_without(missing: &str) {
    if env::var("PROFILE").is_ok_and(|profile| profile == "release") {
        fail(&format!("The map page can't be built: {missing}. {HELP}"));
    }
    println!("cargo:warning=the map page is left out and its test ignored: {missing}. {HELP}");
    // Node somewhere else on the PATH is found by the next build; after an install, this is touched.
    println!("cargo:rerun-if-env-changed=PATH");
}

fn npm(work: &Path, arguments: &[&str]) {
    let done = Command::new("npm")
        .args(arguments)
        .current_dir(work)
        .output()
        .expect("npm was found");
    if !done.status.success() {
        let told = [done.stdout, done.stderr].concat();
        fail(&format!(
            "The map page can't be built: `npm {}` did not succeed. To build without the map: cargo build \
             --no-default-features\n{}",
            arguments.join(" "),
            String::from_utf8_lossy(&told)
        ));
    }
}

/// Compresses what gains by it, well, because it happens once. Node has the compressor.
fn compress(work: &Path, dist: &Path) {
    const SCRIPT: &str = "const fs=require('fs'),path=require('path'),zlib=require('zlib');\
        (function walk(d){for(const n of fs.readdirSync(d)){const p=path.join(d,n);\
        if(fs.statSync(p).isDirectory())walk(p);\
        else if(/\\.(html|css|m?js|json|geojson|svg|txt|webmanifest|map)$/.test(n)){\
        const b=fs.readFileSync(p),z=zlib.gzipSync(b,{level:9});\
        if(z.length<b.length*0.9)fs.writeFileSync(p+'.gz',z)}}})(process.argv[1])";
    let done = Command::new("node")
        .arg("-e")
        .arg(SCRIPT)
        .arg(dist)
        .current_dir(work)
        .status();
    if !done.is_ok_and(|status| status.success()) {
        fail("The files of the map page can't be compressed: `node` did not succeed.");
    }
}

/// One entry of the list: path, media type, bytes, compressed bytes.
fn entry(dist: &Path, file: &Path) -> String {
    let name = file.strip_prefix(dist).expect("it was found there");
    let name = name.to_str().expect("vite writes UTF-8 names");
    let gzip = PathBuf::from(format!("{}.gz", file.display()));
    let gzip = if gzip.is_file() {
        include_of(&gzip)
    } else {
        "&[]".to_owned()
    };
    format!(
        "    File {{ path: {:?}, media: {:?}, plain: {}, gzip: {gzip} }},\n",
        format!("/{name}"),
        media_of(name),
        include_of(file),
    )
}

/// The expression that is a file's bytes.
fn include_of(file: &Path) -> String {
    format!(
        "include_bytes!({:?})",
        file.to_str().expect("OUT_DIR is UTF-8")
    )
}

fn media_of(name: &str) -> &'static str {
    match name.rsplit('.').next().unwrap_or_default() {
        "html" => "text/html; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "js" | "mjs" => "text/javascript; charset=utf-8",
        "json" | "map" => "application/json",
        "geojson" => "application/geo+json",
        "webmanifest" => "application/manifest+json",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "jpg" | "jpeg" => "image/jpeg",
        "webp" => "image/webp",
        "ico" => "image/x-icon",
        "woff2" => "font/woff2",
        "woff" => "font/woff",
        "txt" => "text/plain; charset=utf-8",
        "wasm" => "application/wasm",
        _ => "application/octet-stream",
    }
}

/// Writes what the program includes: the files of the page, and why there are none.
fn write_list(out: &Path, built: Result<Vec<String>, String>) {
    let why = built.as_ref().err().cloned();
    let files = built.unwrap_or_default().concat();
    let text = format!(
        "/// Every file of the built map.\nstatic FILES: &[File] = &[\n{files}];\n\
         /// Why this build has no map page, if it has none: the end of a sentence.\n\
         pub const NO_MAP: Option<&str> = {why:?};\n"
    );
    fs::write(out.join("map_files.rs"), text).expect("OUT_DIR can be written");
}

/// The files under a directory in the order of their names, without the compressed ones.
fn list(path: &Path, files: &mut Vec<PathBuf>) {
    let Ok(entries) = fs::read_dir(path) else {
        if path.is_file() && path.extension().is_none_or(|extension| extension != "gz") {
            files.push(path.to_owned());
        }
        return;
    };
    let mut entries: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
    entries.sort();
    for entry in entries {
        list(&entry, files);
    }
}

fn hash_files(path: &Path, hasher: &mut DefaultHasher) {
    let mut files = Vec::new();
    list(path, &mut files);
    for file in files {
        file.hash(hasher);
        fs::read(&file).unwrap_or_default().hash(hasher);
    }
}

fn copy(from: &Path, to: &Path) {
    let mut files = Vec::new();
    list(from, &mut files);
    for file in files {
        let target = match file.strip_prefix(from) {
            Ok(rest) if rest.as_os_str().is_empty() => to.to_owned(),
            Ok(rest) => to.join(rest),
            Err(_) => continue,
        };
        let parent = target.parent().expect("it lies in OUT_DIR");
        fs::create_dir_all(parent).expect("OUT_DIR can be written");
        fs::copy(&file, &target).expect("OUT_DIR can be written");
    }
}

fn fail(message: &str) -> ! {
    eprintln!("\n{message}\n");
    std::process::exit(1);
}
