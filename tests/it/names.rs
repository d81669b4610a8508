//! One name, one thing: the names of the types that files share.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use crate::walls::{code, module, sources};

/// The name of the type that a line declares for others than its own file.
fn declared(line: &str) -> Option<&str> {
    let after = line.trim_start().strip_prefix("pub")?;
    let after = match after.strip_prefix('(') {
        Some(restricted) => restricted.split_once(')')?.1,
        None => after,
    };
    let (kind, rest) = after.trim_start().split_once(' ')?;
    let is_type = ["struct", "enum", "trait", "type", "union"].contains(&kind);
    let end = rest.find(|c: char| !c.is_alphanumeric() && c != '_');
    is_type.then(|| &rest[..end.unwrap_or(rest.len())])
}

#[test]
fn no_public_type_name_stands_twice() {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut by_name: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for path in sources(&src) {
        for name in code(&path).lines().filter_map(declared) {
            let files = by_name.entry(name.to_owned()).or_default();
            files.insert(module(&path));
        }
    }
    assert!(by_name.len() > 100, "the types were not found");
    by_name.retain(|_, files| files.len() > 1);
    assert!(by_name.is_empty(), "{by_name:#?}");
}

#[test]
fn declarations_are_recognised() {
    for (line, name) in [
        ("pub struct Layer {", Some("Layer")),
        ("    pub(super) enum Kind<'a> {", Some("Kind")),
        ("pub(in crate::atlas) type Row = u32;", Some("Row")),
        ("pub trait Source: Sync {", Some("Source")),
        ("struct Private;", None),
        ("pub fn struct_of() {", None),
        ("pub use other::Type;", None),
    ] {
        assert_eq!(declared(line), name, "{line}");
    }
}
