//! Coordinates in other systems are those of PROJ.

use bordermap::atlas::geo::crs::Crs;

#[test]
#[expect(
    clippy::too_many_lines,
    reason = "one line a position of the reference"
)]
fn coordinates_are_those_of_proj() {
    // gdaltransform 3.6 (PROJ 9.1), EPSG:4326 to each.
    let check = |crs: Crs, [lng, lat]: [f64; 2], expected: [f64; 2]| {
        let [x, y] = crs.coordinates(lng, lat).unwrap();
        assert!(
            (x - expected[0]).hypot(y - expected[1]) < 1e-5,
            "{crs:?} {x} {y}"
        );
        let back = crs.position(expected).unwrap();
        assert!(
            (back.lng() - lng).hypot(back.lat() - lat) < 1e-10,
            "{crs:?} {back}"
        );
    };
    check(
        Crs::WebMercator,
        [46.18, 35.52],
        [5_140_734.084_83, 4_234_773.537_49],
    );
    check(
        Crs::WebMercator,
        [44.1, 39.4],
        [4_909_189.543_98, 4_779_131.181_23],
    );
    check(
        Crs::WebMercator,
        [48.5, 29.93],
        [5_398_995.303_47, 3_494_555.165_85],
    );
    check(
        Crs::WebMercator,
        [45.0, 33.0],
        [5_009_377.085_70, 3_895_303.963_39],
    );
    check(
        Crs::WebMercator,
        [51.3, 35.7],
        [5_710_689.877_69, 4_259_419.965_55],
    );
    check(
        Crs::Utm38,
        [46.18, 35.52],
        [606_993.803_07, 3_931_351.730_70],
    );
    check(Crs::Utm38, [44.1, 39.4], [422_507.493_33, 4_361_552.870_90]);
    check(
        Crs::Utm38,
        [48.5, 29.93],
        [837_909.826_88, 3_316_182.390_29],
    );
    check(Crs::Utm38, [45.0, 33.0], [500_000.000_00, 3_651_286.943_96]);
    check(
        Crs::Utm38,
        [51.3, 35.7],
        [1_070_315.178_82, 3_969_014.911_66],
    );
    check(
        Crs::Utm39,
        [46.18, 35.52],
        [62_798.956_48, 3_941_410.572_90],
    );
    check(Crs::Utm39, [44.1, 39.4], [-94_384.256_37, 4_383_944.534_07]);
    check(
        Crs::Utm39,
        [48.5, 29.93],
        [258_673.012_70, 3_313_656.777_70],
    );
    check(Crs::Utm39, [45.0, 33.0], [-60_914.394_97, 3_667_318.285_50]);
    check(Crs::Utm39, [51.3, 35.7], [527_140.361_05, 3_950_716.363_84]);
}

#[test]
fn a_system_is_named_by_its_address() {
    let check = |text: &str, expected: Option<Crs>| {
        assert_eq!(Crs::parse(text).ok(), expected, "{text}");
    };
    for crs in Crs::ALL {
        check(crs.uri(), Some(crs));
    }
    check("[EPSG:32638]", Some(Crs::Utm38));
    check("EPSG:4326", Some(Crs::LatLng));
    check("OGC:CRS84", Some(Crs::Crs84));
    for wrong in [
        "",
        "EPSG:",
        "EPSG:8",
        "EPSG:CRS84",
        "OGC:4326",
        "[EPSG:32638",
        "http://www.opengis.net/def/crs/EPSG/0/32640",
    ] {
        check(wrong, None);
    }
}
