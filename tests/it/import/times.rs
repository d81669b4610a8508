//! When the features of a new layer were.

use crate::program::Program;

fn ids(program: &Program, datetime: &str) -> String {
    let args = ["export", "t", "--format", "csv", "--datetime", datetime];
    let found = program.ok(&args);
    found.lines().skip(1).map(|row| &row[..1]).collect()
}

#[test]
fn two_dates_say_from_when_until_when() {
    let program = Program::new();
    program.file(
        "t.csv",
        "id,date_start,date_end,lat,lon\na,2014-03-01,2014-03-10,35.5,46.1\nb,2019-03-01,,35.5,46.1\n",
    );
    let said = program.run(&["import", "t.csv", "--layer", "t"]);
    assert!(
        said.err.contains("time: from date_start until date_end"),
        "{said:?}"
    );
    assert_eq!(ids(&program, "2014-03-05"), "a");
    assert_eq!(ids(&program, "2014-01-01/2014-12-31"), "a");
    assert_eq!(ids(&program, "2019-03-01"), "b");
    assert_eq!(ids(&program, "2019-03-02"), "");
    assert_eq!(ids(&program, "2014-03-11/.."), "b");
    for filter in [
        "date_start = DATE('2014-03-01')",
        "date_end > DATE('2014-03-05')",
    ] {
        let found = program.ok(&["export", "t", "--format", "csv", "--filter", filter]);
        assert_eq!(found.lines().count(), 2, "{filter}");
    }
}

#[test]
fn of_several_dates_it_is_said_that_none_is_the_time_or_which() {
    let program = Program::new();
    program.file(
        "t.csv",
        "id,seen,told,lat,lon,name\na,2014-03-01,2014-03-10,35.5,46.1,x\n",
    );
    let said = program.run(&["import", "t.csv", "--layer", "none"]);
    assert!(
        said.err
            .contains("no time: each of seen, told may say when"),
        "{said:?}"
    );
    program.ok(&["import", "t.csv", "--layer", "t", "--time", "told"]);
    assert_eq!(ids(&program, "2014-03-10"), "a");
    program.ok(&["remove", "t", "a"]);
    let args = |time| ["import", "t.csv", "--layer", "new", "--time", time];
    program.fails(
        &args("name"),
        1,
        "--time: column \"name\" has string, not dates",
    );
    program.fails(&args("seen/when"), 1, "--time: there is no column \"when\"");
}

#[test]
fn times_as_databases_write_them_are_read_and_what_was_assumed_is_said() {
    let program = Program::new();
    program.file(
        "days.csv",
        "id,day,lat,lon\na,2018-07-21 00:00:00.000,35.5,46.1\nb,2018-07-22 00:00:00.000,35.5,46.1\n",
    );
    let said = program.run(&["import", "days.csv", "--layer", "t"]);
    assert!(!said.err.contains("UTC"), "{said:?}");
    assert_eq!(ids(&program, "2018-07-21"), "a");
    assert_eq!(program.features("t")[0]["properties"]["day"], "2018-07-21");
    program.file(
        "times.csv",
        "id,seen,lat,lon\na,2018-07-21T10:00:00,35.5,46.1\nb,2018-07-21 11:00:00,35.5,46.1\n",
    );
    for layer in ["new", "new"] {
        let said = program.run(&["import", "times.csv", "--layer", layer]);
        let assumed = "2 features have a time without a zone, which was taken as UTC";
        assert!(said.err.contains(assumed), "{said:?}");
    }
    let seen = |at: usize| program.features("new")[at]["properties"]["seen"].clone();
    assert_eq!(
        [seen(0), seen(1)],
        ["2018-07-21T10:00:00Z", "2018-07-21T11:00:00Z"]
    );
}
