//! Triggers that another program has put into the file: what they keep from being written is not taken for
//! written.

use super::*;

fn passing_over(what: &str, table: &str, when: &str) -> String {
    format!(
        "CREATE TRIGGER pass BEFORE {what} ON {table} WHEN {when} BEGIN SELECT RAISE(IGNORE); END"
    )
}

#[test]
fn a_row_that_is_not_taken_ends_the_commit() {
    let cases = [
        ("INSERT", "NEW", vec![post("c", "new"), post("b", "new")]),
        (
            "UPDATE",
            "NEW",
            vec![post("a", "second"), post("b", "second")],
        ),
        (
            "DELETE",
            "OLD",
            vec![gone("posts", "a"), gone("posts", "b")],
        ),
    ];
    for (what, row, changes) in cases {
        let (_folder, store) = empty();
        let there = ["a", "b"].map(|id| post(id, "first")).into_iter();
        let there = there.take(if what == "INSERT" { 1 } else { 2 });
        commit(&store, [posts()].into_iter().chain(there).collect()).unwrap();
        let trigger = passing_over(what, "posts", &format!("{row}.id = 'b'"));
        raw(store.path()).execute_batch(&trigger).unwrap();
        let before = told(&store, 0);
        let error = commit(&store, changes).unwrap_err().to_string();
        assert!(
            error.contains("0 of 1 rows") && error.contains("trigger"),
            "{what}: {error}"
        );
        // What else is in that commit is not done either.
        assert_eq!(told(&store, 0), before);
        let named = ["another program has put a trigger on posts (pass)"];
        assert_eq!(findings(&store), named);
    }
}

#[test]
fn what_the_log_does_not_take_is_a_fault() {
    for kind in ["add", "update", "remove"] {
        let (_folder, store) = empty();
        commit(&store, vec![posts(), post("a", "first")]).unwrap();
        let trigger = passing_over(
            "INSERT",
            "bordermap_changes",
            &format!("NEW.kind = '{kind}'"),
        );
        raw(store.path()).execute_batch(&trigger).unwrap();
        let change = match kind {
            "add" => post("b", "first"),
            "update" => post("a", "second"),
            _ => gone("posts", "a"),
        };
        let error = commit(&store, vec![change]).unwrap_err().to_string();
        assert!(error.contains("the log has taken 0 of 1 rows"), "{error}");
        assert_eq!(told(&store, 0), ["layer posts", "posts/a = first"]);
    }
}
