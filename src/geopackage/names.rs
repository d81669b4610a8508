//! Names of tables and columns: users' layers and fields may be called anything.

/// An identifier as SQL writes it, whatever it contains.
pub fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

/// The wanted name, made one that SQL and GIS programs can hold and that is not taken. SQLite
/// ignores the case of ASCII letters in names, so does `taken`.
pub fn free(wanted: &str, taken: impl Fn(&str) -> bool) -> String {
    let clean: String = wanted
        .chars()
        .map(|c| if c.is_control() { '_' } else { c })
        .take(100)
        .collect();
    let clean = match clean.trim() {
        "" => "unnamed",
        trimmed => trimmed,
    };
    let mut name = clean.to_owned();
    let mut n = 1;
    while taken(&name) {
        n += 1;
        name = format!("{clean}_{n}");
    }
    name
}

/// The table of a layer: called as the layer, unless that name means something in SQLite or a
/// GeoPackage.
pub fn table(layer: &str, taken: impl Fn(&str) -> bool) -> String {
    const RESERVED: [&str; 6] = ["sqlite_", "gpkg_", "vgpkg_", "rtree_", "bordermap_", "ogr_"];
    const HIDDEN: [&str; 4] = [
        "spatial_ref_sys",
        "geometry_columns",
        "st_spatial_ref_sys",
        "st_geometry_columns",
    ];
    let lower = layer.to_ascii_lowercase();
    let special =
        RESERVED.iter().any(|start| lower.starts_with(start)) || HIDDEN.contains(&lower.as_str());
    if special {
        free(&format!("layer_{layer}"), taken)
    } else {
        free(layer, taken)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_become_free_and_harmless() {
        let taken = |name: &str| ["fid", "name"].contains(&name.to_ascii_lowercase().as_str());
        assert_eq!(free("Name", taken), "Name_2");
        assert_eq!(free("\0", taken), "_");
        assert_eq!(free(" ", taken), "unnamed");
        assert_eq!(quoted(r#"a"b"#), r#""a""b""#);
        assert_eq!(table("gpkg_contents", taken), "layer_gpkg_contents");
        assert_eq!(table("border-25m", taken), "border-25m");
    }
}
