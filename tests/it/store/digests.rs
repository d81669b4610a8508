//! Digests: the same everywhere, and made with every commit.

use bordermap::store::digest::{
    Chain, Content, Encoder, EntryKind, LogEntry, Names, RevisionRow, Salts, genesis,
};
use geo::point;

use super::*;

fn hex(bytes: &[u8]) -> String {
    let hex = |hex: String, byte: &u8| hex + &format!("{byte:02x}");
    bytes.iter().fold(String::new(), hex)
}

/// What `docs/store.md` gives for other stores and other programs to hold themselves to; it was
/// computed by another implementation.
#[test]
#[expect(clippy::too_many_lines, reason = "one line a vector")]
fn the_test_vectors_hold() {
    let mut seed = [0; 32];
    for (byte, at) in seed.iter_mut().zip(0..) {
        *byte = at;
    }
    let mut salts = Salts::of(seed);
    let salt_0 = "73492b19995d71cdb1e9d74decc09809eb732f1b00bc95c27cb15f9dd4d6478f";
    let salt_999 = "2cb2a0a9be2d1a3f9fdd8723b158222b6167844478ca159ed3d3145aa6b04619";
    assert_eq!(hex(&salts.salt(0)), salt_0);
    assert_eq!(hex(&salts.salt(999)), salt_999);

    let fields = [
        ("f", FieldType::Json),
        ("d", FieldType::String),
        ("c", FieldType::Number),
        ("e", FieldType::String),
        ("b", FieldType::Integer),
        ("a", FieldType::Boolean),
    ];
    let names = Names::of(&schema("posts", GeometryKind::Point, &fields));
    let values = [
        Value::Json("[1]".into()),
        text("Gaz\u{fb}"),
        Value::Number(-0.0),
        Value::Null,
        Value::Integer(-1),
        Value::Boolean(true),
    ];
    let wkb = bordermap::atlas::geo::wkb::write(&point!(x: 46.0, y: -0.0).into());
    let entry = |kind, content| LogEntry {
        kind,
        layer: "posts",
        content,
    };
    let entries = [
        entry(EntryKind::Layer, Content::Description(r#"{"id":"posts"}"#)),
        entry(
            EntryKind::Add,
            Content::Feature {
                id: "p-1",
                wkb: Some(&wkb),
                names: &names,
                values: &values,
            },
        ),
        entry(EntryKind::Remove, Content::Gone { id: "p-1" }),
    ];
    let wanted = [
        (
            "010105000000706f7374730e0000007b226964223a22706f737473227d",
            "bb838832bef0ff3d7166f63e7a3c7e0865554e80bd04acf80f038aef066ccbaa",
        ),
        (
            "010305000000706f73747303000000702d31150000000101000000000000000000474000000000000000800500\
             000001000000610101010000006202ffffffffffffffff01000000630300000000000000000100000064040500\
             000047617ac3bb010000006605030000005b315d",
            "b7411ec8ac17c26e412e1c2a038d3c6606945f5e3fd5abd2f75fb915c6c8d59b",
        ),
        (
            "010505000000706f73747303000000702d31",
            "18e94365a4ec2ffa87275ffce2cca23b34c700155f194292305d5e97cb4eeb0e",
        ),
    ];
    let mut encoder = Encoder::default();
    let mut chain = Chain::default();
    for (at, (entry, (message, digest))) in entries.iter().zip(wanted).enumerate() {
        assert_eq!(hex(encoder.encode(entry)), message);
        let made = encoder.digest(&salts.salt(at), entry);
        assert_eq!(hex(&made), digest);
        chain.push(&made);
    }
    let before = genesis("00112233445566778899aabbccddeeff");
    let genesis = "d45f9964acdce41d29898810aea2bf7d31e4939e6727135da7e70c52112d6a9a";
    assert_eq!(hex(&before), genesis);
    let row = RevisionRow {
        number: 1,
        committed_at_us: 1_700_000_000_000_000,
        origin: "user",
    };
    let hash = "62aa8c6e4203730aa54f50422d5691cdaae51880a511b780e37436fe932d9b1e";
    assert_eq!(hex(&chain.hash(&before, &row)), hash);
}

/// Contents that look alike and are not the same.
#[test]
fn values_are_hashed_with_their_type() {
    let digest = |kind, value| {
        let names = Names::of(&schema("l", GeometryKind::Any, &[("v", kind)]));
        let content = Content::Feature {
            id: "a",
            wkb: None,
            names: &names,
            values: &[value],
        };
        let entry = LogEntry {
            kind: EntryKind::Add,
            layer: "l",
            content,
        };
        Encoder::default().digest(&[0; 32], &entry)
    };
    let all = [
        digest(FieldType::Integer, Value::Integer(1)),
        digest(FieldType::Number, Value::Number(1.0)),
        digest(FieldType::String, text("1")),
        digest(FieldType::Json, Value::Json("1".into())),
        digest(FieldType::Boolean, Value::Boolean(true)),
        digest(FieldType::String, Value::Null),
        digest(FieldType::String, text("")),
    ];
    for (at, one) in all.iter().enumerate() {
        assert!(!all[..at].contains(one), "{at}");
    }
    assert_eq!(
        digest(FieldType::Number, Value::Number(-0.0)),
        digest(FieldType::Number, Value::Number(0.0))
    );
}
