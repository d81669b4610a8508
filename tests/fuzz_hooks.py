"""What a generator that knows only types does not find: times, lengths, orders and filters that mean something."""

import json

import schemathesis
from hypothesis import strategies as st

numbers = st.one_of(st.integers(-200, 200), st.floats(-200, 200, allow_nan=False), st.sampled_from([1e308, -0.0, 5e-324]))
degrees = st.tuples(st.floats(43, 50), st.floats(29, 40))
days = st.dates().map(str)
instants = st.datetimes().map(lambda at: at.isoformat() + "Z")
moments = st.one_of(days, instants)
ends = st.one_of(moments, st.sampled_from(["", ".."]))
durations = st.sampled_from(["P1D", "P1M", "PT1H", "P1Y2M3DT4H5M6S", "P99999Y"])
times = st.one_of(
    moments,
    st.tuples(ends, ends).map("/".join),
    st.tuples(moments, durations).map("/".join),
    st.tuples(durations, moments).map("/".join),
)
names = st.sampled_from(
    ["category", "title", "date", "checked", "border_km", "fatalities_min", "name_en", "km_from", "id", "geometry", "status", "nothing"]
)
texts = st.one_of(st.text(max_size=12), st.sampled_from(["clash", "strike", "Iran%", "سردشت", "%_%"]))


def quoted(text):
    return "'" + text.replace("'", "''") + "'"


def point(at):
    return f"POINT({at[0]} {at[1]})"


def box(corners):
    (a, b), (c, d) = corners
    return f"BBOX({min(a, c)},{min(b, d)},{max(a, c)},{max(b, d)})"


geometries = st.one_of(
    degrees.map(point),
    st.tuples(degrees, degrees).map(box),
    st.tuples(degrees, degrees).map(lambda ends: "LINESTRING({} {},{} {})".format(*ends[0], *ends[1])),
    st.tuples(degrees, degrees, degrees).map(
        lambda ring: "POLYGON(({}))".format(",".join(f"{x} {y}" for x, y in [*ring, ring[0]]))
    ),
)
values = st.one_of(
    names,
    numbers.map(str),
    texts.map(quoted),
    days.map(lambda day: f"DATE('{day}')"),
    instants.map(lambda at: f"TIMESTAMP('{at}')"),
    st.tuples(names, names).map(lambda two: f"({two[0]} + {two[1]}) / 2"),
    degrees.map(lambda at: f"distance_m(geometry, {point(at)})"),
    st.sampled_from(["casei(title)", "accenti(title)", "border_distance_m()", "true", "1 = 1"]),
)
conditions = st.recursive(
    st.one_of(
        st.tuples(values, st.sampled_from(["=", "<>", "<", ">", "<=", ">="]), values).map(" ".join),
        st.tuples(names, texts.map(quoted)).map(" LIKE ".join),
        st.tuples(names, values, values).map(lambda of: f"{of[0]} BETWEEN {of[1]} AND {of[2]}"),
        st.tuples(names, st.lists(values, min_size=1, max_size=4)).map(lambda of: f"{of[0]} IN ({', '.join(of[1])})"),
        names.map(lambda name: f"{name} IS NOT NULL"),
        st.tuples(
            st.sampled_from(["intersects", "within", "contains", "disjoint", "crosses", "overlaps", "touches", "equals"]), geometries
        ).map(lambda of: f"s_{of[0]}(geometry, {of[1]})"),
        st.tuples(st.sampled_from(["after", "before", "during", "intersects", "meets"]), moments, moments).map(
            lambda of: f"t_{of[0]}(date, INTERVAL('{of[1]}', '{of[2]}'))"
        ),
        st.tuples(degrees, numbers).map(lambda of: f"within_m(geometry, {point(of[0])}, {of[1]})"),
    ),
    lambda inner: st.one_of(
        st.tuples(inner, st.sampled_from([" AND ", " OR "]), inner).map(lambda of: f"({of[0]}{of[1]}{of[2]})"),
        inner.map(lambda one: f"NOT ({one})"),
    ),
    max_leaves=6,
)
json_filters = st.recursive(
    st.one_of(
        names.map(lambda name: {"property": name}),
        numbers,
        texts,
        days.map(lambda day: {"date": day}),
        degrees.map(lambda at: {"type": "Point", "coordinates": list(at)}),
        st.lists(numbers, min_size=4, max_size=4).map(lambda of: {"bbox": of}),
    ),
    lambda inner: st.tuples(
        st.sampled_from(["=", "<", "and", "or", "not", "isNull", "like", "in", "between", "+", "s_intersects", "distance_m", "casei"]),
        st.lists(inner, max_size=3),
    ).map(lambda of: {"op": of[0], "args": of[1]}),
    max_leaves=8,
).map(json.dumps)

KNOWN = {
    "datetime": times,
    "at": moments,
    "window": st.one_of(durations, st.integers(-1, 40_000).map(lambda days: f"{days}d")),
    "radius": st.tuples(st.floats(-1, 3e6), st.sampled_from(["", "m", "km", "nmi"])).map(lambda of: f"{of[0]}{of[1]}"),
    "near": degrees.map(list),
    "point": degrees.map(list),
    "bbox": st.one_of(
        st.tuples(degrees, degrees).map(lambda of: [*of[0], *of[1]]), st.lists(numbers, min_size=4, max_size=4)
    ),
    "sortby": st.lists(st.tuples(st.sampled_from(["", "-", "+"]), names).map("".join), min_size=1, max_size=3),
    "properties": st.lists(names, min_size=1, max_size=3),
    "filter": st.one_of(conditions, conditions, json_filters),
    "q": st.lists(texts, min_size=1, max_size=3),
}


@schemathesis.hook
def flatmap_query(context, query):
    """Half of the parameters that are known here get a value from here."""
    known = {name: st.one_of(st.just(value), KNOWN[name]) for name, value in (query or {}).items() if name in KNOWN}
    return st.fixed_dictionaries(known).map(lambda chosen: {**query, **chosen}) if known else st.just(query)
