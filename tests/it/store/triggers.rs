//! Triggers that another program has put into the file: what they keep from being written is not taken for
//! written.

use super::*;

/// What cannot be done with the post `b` where a trigger passes it over, and what else is in that commit.
#[track_caller]
fn check_refused(trigger: &str, changes: Vec<Change>) {
    let (_folder, store) = empty();
    commit(&store, vec![posts(), post("a", "first")]).unwrap();
    if !trigger.contains("INSERT") {
        commit(&store, vec![post("b", "first")]).unwrap();
    }
    raw(store.path()).execute_batch(trigger).unwrap();
    let before = told(&store, 0);
    let error = commit(&store, changes).unwrap_err().to_string();
    assert!(
        error.contains("0 of 1 rows") && error.contains("trigger"),
        "{error}"
    );
    assert_eq!(told(&store, 0), before);
    let named = ["another program has put a trigger on posts (pass)"];
    assert_eq!(findings(&store), named);
}

fn passing_over(what: &str, table: &str, when: &str) -> String {
    format!(
        "CREATE TRIGGER pass BEFORE {what} ON {table} WHEN {when} BEGIN SELECT RAISE(IGNORE); END"
    )
}

#[test]
fn a_feature_that_is_not_added_is_a_fault() {
    let trigger = passing_over("INSERT", "posts", "NEW.id = 'b'");
    check_refused(&trigger, vec![post("c", "new"), post("b", "new")]);
}

#[test]
fn a_feature_that_is_not_updated_is_a_fault() {
    let trigger = passing_over("UPDATE", "posts", "NEW.id = 'b'");
    check_refused(&trigger, vec![post("a", "second"), post("b", "second")]);
}

#[test]
fn a_feature_that_is_not_removed_is_a_fault() {
    let trigger = passing_over("DELETE", "posts", "OLD.id = 'b'");
    check_refused(&trigger, vec![gone("posts", "a"), gone("posts", "b")]);
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
