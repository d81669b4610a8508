//! A geometry comes back bit for bit, and bytes that are none are refused.

use bordermap::geopackage::geometry::{SRS_ID, decode, encode};
use geo::{
    Coord, Geometry, GeometryCollection, LineString, MultiLineString, MultiPoint, MultiPolygon,
    Point, Polygon, Rect, line_string, point, polygon,
};
use proptest::collection::vec;
use proptest::prelude::*;

fn coord() -> impl Strategy<Value = Coord> {
    (-180.0..=180.0, -90.0..=90.0).prop_map(|(x, y)| Coord { x, y })
}

fn line() -> impl Strategy<Value = LineString> {
    vec(coord(), 0..6).prop_map(LineString)
}

fn polygon() -> impl Strategy<Value = Polygon> {
    (line(), vec(line(), 0..3)).prop_map(|(outer, inner)| Polygon::new(outer, inner))
}

fn geometry() -> impl Strategy<Value = Geometry> {
    let single = prop_oneof![
        coord().prop_map(|coord| Point(coord).into()),
        line().prop_map(Geometry::from),
        polygon().prop_map(Geometry::from),
        vec(coord(), 0..5).prop_map(|all| MultiPoint(all.into_iter().map(Point).collect()).into()),
        vec(line(), 0..4).prop_map(|all| MultiLineString(all).into()),
        vec(polygon(), 0..4).prop_map(|all| MultiPolygon(all).into()),
    ];
    single.prop_recursive(3, 12, 4, |inner| {
        vec(inner, 0..4).prop_map(|all| Geometry::GeometryCollection(GeometryCollection(all)))
    })
}

proptest! {
    #[test]
    fn every_geometry_comes_back_bit_for_bit(geometry in geometry()) {
        let blob = encode(&geometry, SRS_ID);
        let back = decode(&blob).unwrap();
        prop_assert_eq!(&back, &geometry);
        prop_assert_eq!(encode(&back, SRS_ID), blob);
    }

    #[test]
    fn damaged_bytes_are_refused_or_read_but_never_panic(
        geometry in geometry(), cut in 0_usize..400, at in 0_usize..400, byte: u8,
    ) {
        let mut blob = encode(&geometry, SRS_ID);
        if cut < blob.len() {
            prop_assert!(decode(&blob[..cut]).is_err());
        }
        let at = at % blob.len();
        blob[at] = byte;
        let _ = decode(&blob);
    }

    #[test]
    fn garbage_never_panics(bytes in vec(any::<u8>(), 0..200)) {
        let _ = decode(&bytes);
        let _ = decode(&[b"GP\0\x01\0\0\0\0".as_slice(), &bytes].concat());
    }
}

#[test]
fn shapes_without_a_form_of_their_own_become_what_they_are() {
    let rect = Rect::new((44.0, 30.0), (48.0, 39.0));
    assert_eq!(
        decode(&encode(&rect.into(), SRS_ID)),
        Ok(rect.to_polygon().into())
    );
    let line = geo::Line::new((44.0, 37.0), (45.0, 36.0));
    assert_eq!(
        decode(&encode(&line.into(), SRS_ID)),
        Ok(line_string![(x: 44.0, y: 37.0), (x: 45.0, y: 36.0)].into())
    );
}

#[test]
fn the_header_says_what_the_standard_says() {
    let blob = encode(&point!(x: 46.0, y: 35.0).into(), SRS_ID);
    assert_eq!(blob[..8], *b"GP\0\x01\xe6\x10\0\0");
    assert_eq!(blob.len(), 8 + 21);
    let square = polygon![(x: 0.0, y: 1.0), (x: 2.0, y: 1.0), (x: 2.0, y: 3.0)];
    let blob = encode(&square.into(), SRS_ID);
    assert_eq!(blob[3], 0b0000_0011);
    let side = |i: usize| f64::from_le_bytes(blob[8 + 8 * i..16 + 8 * i].try_into().unwrap());
    assert_eq!([0, 1, 2, 3].map(side), [0.0, 2.0, 1.0, 3.0]);
    assert_eq!(encode(&LineString::empty().into(), SRS_ID)[3], 0b0001_0001);
}

#[test]
fn other_writers_forms_are_read() {
    let two = |code: u32, extra: usize| {
        let mut blob = b"GP\0\0\0\0\x10\xe6\0".to_vec();
        blob.extend_from_slice(&code.to_be_bytes());
        for ordinate in [46.0_f64, 35.0].into_iter().chain(vec![900.0; extra]) {
            blob.extend_from_slice(&ordinate.to_be_bytes());
        }
        blob
    };
    let expected = Geometry::from(point!(x: 46.0, y: 35.0));
    for (code, extra) in [(1, 0), (1001, 1), (2001, 1), (3001, 2), (0x8000_0001, 1)] {
        assert_eq!(decode(&two(code, extra)), Ok(expected.clone()), "{code}");
    }
    for code in [0, 8, 17, 4001, 0xC000_03E9] {
        assert!(decode(&two(code, 0)).is_err(), "{code}");
    }
}

#[test]
fn an_empty_point_is_no_point() {
    let mut blob = b"GP\0\x11\xe6\x10\0\0\x01\x01\0\0\0".to_vec();
    blob.extend_from_slice(&f64::NAN.to_le_bytes());
    blob.extend_from_slice(&f64::NAN.to_le_bytes());
    assert_eq!(decode(&blob), Ok(MultiPoint(Vec::new()).into()));
}

#[test]
fn a_forged_count_or_depth_is_refused() {
    let huge = b"GP\0\x01\0\0\0\0\x01\x02\0\0\0\xff\xff\xff\xff".to_vec();
    assert!(decode(&huge).is_err());
    let mut deep = b"GP\0\x01\0\0\0\0".to_vec();
    for _ in 0..100_000 {
        deep.extend_from_slice(b"\x01\x07\0\0\0\x01\0\0\0");
    }
    assert!(decode(&deep).is_err());
}
