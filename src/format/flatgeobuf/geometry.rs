//! Geometry as a `FlatGeobuf` table and back.

use flatbuffers::{FlatBufferBuilder, WIPOffset};
use flatgeobuf::{Geometry as Table, GeometryArgs, GeometryType};
use geo::{
    Coord, Geometry, GeometryCollection, MultiLineString, MultiPoint, MultiPolygon, Point, Polygon,
};

use crate::format::shape;

/// The type of a geometry.
pub(super) fn type_of(geometry: &Geometry) -> GeometryType {
    match geometry {
        Geometry::Point(_) => GeometryType::Point,
        Geometry::Line(_) | Geometry::LineString(_) => GeometryType::LineString,
        Geometry::Polygon(_) | Geometry::Rect(_) | Geometry::Triangle(_) => GeometryType::Polygon,
        Geometry::MultiPoint(_) => GeometryType::MultiPoint,
        Geometry::MultiLineString(_) => GeometryType::MultiLineString,
        Geometry::MultiPolygon(_) => GeometryType::MultiPolygon,
        Geometry::GeometryCollection(_) => GeometryType::GeometryCollection,
    }
}

/// Writes a geometry.
pub(super) fn write<'a>(
    to: &mut FlatBufferBuilder<'a>,
    geometry: &Geometry,
) -> WIPOffset<Table<'a>> {
    let kind = type_of(geometry);
    match geometry {
        Geometry::Point(point) => flat(to, kind, &[&[point.0]]),
        Geometry::Line(line) => flat(to, kind, &[&[line.start, line.end]]),
        Geometry::LineString(line) => flat(to, kind, &[&line.0]),
        Geometry::Polygon(polygon) => polygon_of(to, polygon),
        Geometry::Rect(rect) => polygon_of(to, &rect.to_polygon()),
        Geometry::Triangle(triangle) => polygon_of(to, &triangle.to_polygon()),
        Geometry::MultiPoint(points) => {
            let coords: Vec<Coord> = points.iter().map(|point| point.0).collect();
            flat(to, kind, &[&coords])
        }
        Geometry::MultiLineString(lines) => {
            let lines: Vec<&[Coord]> = lines.iter().map(|line| &line.0[..]).collect();
            flat(to, kind, &lines)
        }
        Geometry::MultiPolygon(polygons) => {
            let parts = polygons.iter().map(|polygon| polygon_of(to, polygon));
            let parts: Vec<_> = parts.collect();
            collected(to, kind, &parts)
        }
        Geometry::GeometryCollection(members) => {
            let parts: Vec<_> = members.iter().map(|member| write(to, member)).collect();
            collected(to, kind, &parts)
        }
    }
}

fn polygon_of<'a>(to: &mut FlatBufferBuilder<'a>, polygon: &Polygon) -> WIPOffset<Table<'a>> {
    let rings = std::iter::once(polygon.exterior()).chain(polygon.interiors());
    let rings: Vec<&[Coord]> = rings.map(|ring| &ring.0[..]).collect();
    flat(to, GeometryType::Polygon, &rings)
}

/// A geometry of one list of positions, cut where its lines or rings end.
fn flat<'a>(
    to: &mut FlatBufferBuilder<'a>,
    type_: GeometryType,
    lines: &[&[Coord]],
) -> WIPOffset<Table<'a>> {
    let xy: Vec<f64> = lines
        .iter()
        .flat_map(|line| line.iter())
        .flat_map(|at| [at.x, at.y])
        .collect();
    let xy = Some(to.create_vector(&xy));
    let ends = (lines.len() > 1).then(|| {
        let ends = lines.iter().scan(0, |end, line| {
            *end += u32::try_from(line.len()).expect("a feature has 1,000,000 positions at most");
            Some(*end)
        });
        let ends: Vec<u32> = ends.collect();
        to.create_vector(&ends)
    });
    let args = GeometryArgs {
        xy,
        ends,
        type_,
        ..GeometryArgs::default()
    };
    Table::create(to, &args)
}

fn collected<'a>(
    to: &mut FlatBufferBuilder<'a>,
    type_: GeometryType,
    parts: &[WIPOffset<Table<'a>>],
) -> WIPOffset<Table<'a>> {
    let parts = Some(to.create_vector(parts));
    let args = GeometryArgs {
        parts,
        type_,
        ..GeometryArgs::default()
    };
    Table::create(to, &args)
}

/// Reads a geometry; `declared` is the type that the file says all have, or unknown. `None` for an
/// empty one.
pub(super) fn read(table: Table<'_>, declared: GeometryType) -> Result<Option<Geometry>, String> {
    let kind = match declared {
        GeometryType::Unknown => table.type_(),
        declared => declared,
    };
    Ok(Some(match kind {
        GeometryType::Point => match coords(table)?.as_slice() {
            [] => return Ok(None),
            [at] => Geometry::Point(Point(*at)),
            several => return Err(format!("a point has {} positions", several.len())),
        },
        GeometryType::MultiPoint => {
            let points: Vec<Point> = coords(table)?.into_iter().map(Point).collect();
            if points.is_empty() {
                return Ok(None);
            }
            Geometry::MultiPoint(MultiPoint(points))
        }
        GeometryType::LineString => Geometry::LineString(shape::line(coords(table)?)?),
        GeometryType::MultiLineString => {
            let lines = lines(table)?.into_iter().map(shape::line);
            Geometry::MultiLineString(MultiLineString(lines.collect::<Result<_, _>>()?))
        }
        GeometryType::Polygon => Geometry::Polygon(shape::polygon(lines(table)?)?),
        GeometryType::MultiPolygon => {
            let parts = table.parts().ok_or("a MultiPolygon has no parts")?;
            let polygons = parts.iter().map(|part| Ok(shape::polygon(lines(part)?)?));
            Geometry::MultiPolygon(MultiPolygon(polygons.collect::<Result<_, String>>()?))
        }
        GeometryType::GeometryCollection => {
            let parts = table.parts().ok_or("a GeometryCollection has no parts")?;
            let mut members = Vec::new();
            for part in parts {
                if part.type_() == GeometryType::GeometryCollection {
                    return Err("a GeometryCollection within another is not taken".into());
                }
                members.extend(read(part, GeometryType::Unknown)?);
            }
            Geometry::GeometryCollection(GeometryCollection(members))
        }
        other => {
            let name = other.variant_name().unwrap_or("unknown");
            return Err(format!("a geometry of type {name} is not taken"));
        }
    }))
}

fn coords(table: Table<'_>) -> Result<Vec<Coord>, String> {
    let Some(xy) = table.xy() else {
        return Ok(Vec::new());
    };
    if xy.len() % 2 != 0 {
        return Err("a position has one coordinate only".into());
    }
    (0..xy.len() / 2)
        .map(|at| Ok(shape::coord(xy.get(2 * at), xy.get(2 * at + 1))?))
        .collect()
}

fn lines(table: Table<'_>) -> Result<Vec<Vec<Coord>>, String> {
    let coords = coords(table)?;
    let Some(ends) = table.ends().filter(|ends| !ends.is_empty()) else {
        return Ok(vec![coords]);
    };
    let mut lines = Vec::with_capacity(ends.len());
    let mut start = 0;
    for end in ends {
        let end = end as usize;
        let line = coords.get(start..end);
        lines.push(
            line.ok_or("a line's end is not among its positions")?
                .to_vec(),
        );
        start = end;
    }
    Ok(lines)
}
