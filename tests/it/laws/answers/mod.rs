//! Every kind of question, on random layers of points, lines and areas, equals brute force.

mod brute;
mod random;

use std::collections::{HashMap, HashSet};

use bordermap::atlas::geo::geodesy::covers;
use bordermap::atlas::geo::position::LngLat;
use bordermap::atlas::layer::Layer;
use bordermap::atlas::model::feature::Feature;
use bordermap::atlas::model::schema::Value;
use bordermap::atlas::query::cursor::Cursor;
use bordermap::atlas::query::question::{ItemsQuery, Near};
use proptest::prelude::*;
use proptest::sample::Index;

use self::brute::{Found, brute, in_order};
use self::random::{LARGE, coord, feature, layer, query};

/// All pages of a question, one after the other.
fn pages(layer: &Layer, query: &ItemsQuery) -> (Vec<Found>, Option<u64>) {
    let mut query = query.clone();
    let (mut all, mut matched) = (Vec::new(), None);
    loop {
        let answer = layer.items(&query);
        assert!(answer.hits.len() <= query.limit);
        if query.count {
            assert!(
                all.is_empty() || matched == answer.matched,
                "pages agree on the count"
            );
        }
        matched = answer.matched;
        all.extend(
            answer
                .hits
                .iter()
                .map(|hit| (hit.feature.id().into(), hit.distance_m)),
        );
        match answer.next {
            Some(next) => query.cursor = Cursor::decode(&next.encode()),
            None => return (all, matched),
        }
    }
}

fn tolerance_m(distance_m: f64) -> f64 {
    distance_m * 1e-4 + 0.01
}

fn check(layer: &Layer, features: &[Feature], query: &ItemsQuery) {
    let (ours, matched) = pages(layer, query);
    let radius_m = query
        .near
        .and_then(|near| near.radius_m)
        .unwrap_or(f64::INFINITY);
    let brute = brute(features, query);
    let by_id: HashMap<&str, Option<f64>> = brute.iter().map(|(id, m)| (&**id, *m)).collect();
    let looked = |id: &str| by_id.get(id).copied();
    let found: HashSet<&str> = ours.iter().map(|(id, _)| &**id).collect();
    assert_eq!(matched.is_some(), query.count);
    if let Some(matched) = matched {
        assert_eq!(matched, ours.len() as u64, "numberMatched");
    }
    if query.near.is_none() {
        assert_eq!(ours, brute, "{query:?}");
        return;
    }
    let values: HashMap<&str, &[Value]> = features.iter().map(|f| (&*f.id, &*f.values)).collect();
    for pair in ours.windows(2) {
        if let Some(sort) = &query.sort {
            let [a, b] = [&*pair[0].0, &*pair[1].0];
            assert!(
                in_order(sort, (a, values[a]), (b, values[b])).is_lt(),
                "{query:?}"
            );
            continue;
        }
        assert!(
            (pair[0].1, &pair[0].0) < (pair[1].1, &pair[1].0),
            "order of (distance, id)"
        );
    }
    for (id, distance) in &ours {
        let (ours_m, looked_m) = (distance.unwrap(), looked(id).expect("a match").unwrap());
        assert!(ours_m <= radius_m, "{id} within the radius");
        let wrong_m = (ours_m - looked_m).abs();
        assert!(
            wrong_m <= tolerance_m(looked_m),
            "{id}: {ours_m} instead of {looked_m}"
        );
    }
    for (id, distance) in &brute {
        let surely_inside = distance.unwrap() + tolerance_m(distance.unwrap()) < radius_m;
        assert!(!surely_inside || found.contains(&**id), "{id} is missing");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    #[test]
    fn large_layers_answer_alike(query in query()) {
        let (layer, features) = &*LARGE;
        prop_assert_eq!(layer.len(), features.len());
        // Pages of a few would be a thousand.
        let query = ItemsQuery { limit: query.limit * 150, ..query };
        check(layer, features, &query);
        check(&layer.compacted(), features, &query);
        let (counted, _) = layer.count(&query);
        let (_, matched) = pages(layer, &ItemsQuery { count: true, ..query });
        prop_assert_eq!(Some(counted), matched);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn every_question_equals_brute_force((layer, features) in layer(), query in query()) {
        check(&layer, &features, &query);
        check(&layer.compacted(), &features, &query);
    }

    #[test]
    fn a_layer_holds_what_was_put((layer, features) in layer()) {
        prop_assert_eq!(layer.len(), features.len());
        let ids: Vec<_> = layer.features().map(|feature| feature.id().into_owned()).collect();
        let expected: Vec<_> = features.iter().map(|feature| feature.id.to_string()).collect();
        prop_assert_eq!(ids, expected);
        for feature in &features {
            let found = layer.feature(&feature.id).unwrap();
            prop_assert_eq!(found.geometry().map(std::borrow::Cow::into_owned), feature.geometry.clone());
            prop_assert_eq!(&found.values(), &feature.values);
        }
        prop_assert!(layer.feature("f99").is_none());
    }

    /// A merge takes a while; what is published meanwhile is laid over it.
    #[test]
    fn a_merge_changes_no_answer(
        (layer, features) in layer(),
        later in prop::collection::vec((any::<Index>(), prop::option::of(feature())), 0..8),
        query in query(),
    ) {
        let compaction = layer.compact_all();
        let mut expected: std::collections::BTreeMap<Box<str>, Feature> =
            features.into_iter().map(|feature| (feature.id.clone(), feature)).collect();
        let mut layer = layer;
        for (index, change) in later {
            let id: Box<str> = format!("f{:02}", index.index(50)).into();
            let change = change.map(|(geometry, values)| Feature { id: id.clone(), geometry, values });
            match &change {
                Some(feature) => expected.insert(id.clone(), feature.clone()),
                None => expected.remove(&id),
            };
            layer = layer.with(vec![(id, change)]);
        }
        let over = layer.rebased_on(&compaction);
        let features: Vec<Feature> = expected.into_values().collect();
        prop_assert_eq!(over.len(), features.len());
        check(&over, &features, &query);
    }

    #[test]
    fn a_position_in_an_area_is_at_no_distance((layer, features) in layer(), at in coord()) {
        let at = LngLat::new(at.x, at.y).unwrap();
        let near = Some(Near { at, radius_m: None });
        let answer = layer.items(&ItemsQuery { near, limit: 100, ..ItemsQuery::default() });
        for hit in answer.hits {
            let feature = features.iter().find(|f| *f.id == *hit.feature.id()).unwrap();
            if covers(feature.geometry.as_ref().unwrap(), at) {
                prop_assert_eq!(hit.distance_m, Some(0.0));
            }
        }
    }
}
