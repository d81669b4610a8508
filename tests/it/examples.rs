//! The examples print what they say that they print.

#[path = "../../examples/along_the_border.rs"]
#[expect(dead_code, reason = "its main function is of the example alone")]
mod along_the_border;
#[path = "../../examples/export_csv.rs"]
#[expect(dead_code, reason = "its main function is of the example alone")]
mod export_csv;
#[path = "../../examples/nearest_reports.rs"]
#[expect(dead_code, reason = "its main function is of the example alone")]
mod nearest_reports;

/// Holds what an example prints to the block of text in its documentation.
#[track_caller]
fn prints_what_it_says(source: &str, run: impl FnOnce(&mut Vec<u8>) -> anyhow::Result<()>) {
    let lines = source.lines().map_while(|line| line.strip_prefix("//!"));
    let lines = lines.skip_while(|line| *line != " ```text").skip(1);
    let lines = lines.take_while(|line| *line != " ```");
    let said: Vec<&str> = lines
        .map(|line| line.strip_prefix(' ').unwrap_or(line))
        .collect();
    let mut out = Vec::new();
    run(&mut out).unwrap();
    let printed = String::from_utf8(out).unwrap();
    let printed: Vec<&str> = printed.lines().collect();
    assert_eq!(printed, said);
}

#[test]
fn the_nearest_reports() {
    let source = include_str!("../../examples/nearest_reports.rs");
    prints_what_it_says(source, nearest_reports::run);
}

#[test]
fn where_positions_lie_along_the_border() {
    let source = include_str!("../../examples/along_the_border.rs");
    prints_what_it_says(source, along_the_border::run);
}

#[test]
fn an_export_as_csv() {
    let source = include_str!("../../examples/export_csv.rs");
    prints_what_it_says(source, export_csv::run);
}
