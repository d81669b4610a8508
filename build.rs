//! Builds the map page into the program, and names the sources that the program is made from.
//!
//! The page's sources are copied to `OUT_DIR` and built there: nothing is written into the source
//! tree, and two builds at once have two directories. A build whose sources are those of the last
//! one does nothing.

use std::env;
use std::fmt::Write as _;
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

const NO_NODE: &str = "Node 20 or newer, with npm, is needed to build the map page. Install it, or build \
    without the map: cargo build --no-default-features";

fn main() {
    let out = PathBuf::from(env::var_os("OUT_DIR").expect("cargo sets OUT_DIR"));
    let mut hasher = DefaultHasher::new();
    for source in ["build.rs", "Cargo.toml", "src", "templates"] {
        watch(Path::new(source));
        hash_files(Path::new(source), &mut hasher);
    }
    println!("cargo:rustc-env=BORDERMAP_BUILD={:016x}", hasher.finish());

    let web = Path::new("web");
    let wanted = env::var_os("CARGO_FEATURE_MAP").is_some();
    if wanted && web.join("package.json").is_file() {
        build_map(web, &out);
    } else {
        write_list(&out, &[]);
    }
}

/// Has this script run again when a source changes. One that is not there would always count as
/// changed.
fn watch(source: &Path) {
    if source.exists() {
        println!("cargo:rerun-if-changed={}", source.display());
    }
}

/// Builds the page, unless the last build had the same sources, and writes the list of its files.
fn build_map(web: &Path, out: &Path) {
    let mut hasher = DefaultHasher::new();
    for source in MAP_SOURCES.map(|name| web.join(name)) {
        watch(&source);
        hash_files(&source, &mut hasher);
    }
    let stamp = format!("{:016x}", hasher.finish());
    let stamp_file = out.join("map.stamp");
    let dist = out.join("map");
    if fs::read_to_string(&stamp_file).ok().as_ref() != Some(&stamp) {
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
    write_list(
        out,
        &files
            .iter()
            .map(|file| entry(&dist, file))
            .collect::<Vec<_>>(),
    );
}

fn npm(work: &Path, arguments: &[&str]) {
    let program = if cfg!(windows) { "npm.cmd" } else { "npm" };
    match Command::new(program)
        .args(arguments)
        .current_dir(work)
        .output()
    {
        Err(_) => fail(NO_NODE),
        Ok(done) if !done.status.success() => {
            let told = [done.stdout, done.stderr].concat();
            fail(&format!(
                "`npm {}` did not succeed. {NO_NODE}\n{}",
                arguments.join(" "),
                String::from_utf8_lossy(&told)
            ));
        }
        Ok(_) => {}
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
        fail(NO_NODE);
    }
}

/// One entry of the list: path, media type, bytes, compressed bytes.
fn entry(dist: &Path, file: &Path) -> String {
    let name = file.strip_prefix(dist).expect("it was found there");
    let name = name
        .to_str()
        .expect("vite writes UTF-8 names")
        .replace('\\', "/");
    let gzip = PathBuf::from(format!("{}.gz", file.display()));
    let gzip = if gzip.is_file() {
        include_of(&gzip)
    } else {
        "&[]".to_owned()
    };
    format!(
        "    File {{ path: {:?}, media: {:?}, plain: {}, gzip: {gzip} }},\n",
        format!("/{name}"),
        media_of(&name),
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

fn write_list(out: &Path, entries: &[String]) {
    let mut text = String::from("/// Every file of the built map.\nstatic FILES: &[File] = &[\n");
    for entry in entries {
        let _ = write!(text, "{entry}");
    }
    text.push_str("];\n");
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
