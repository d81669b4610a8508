//! The one integration binary.

#[test]
fn nothing_yet() {}
