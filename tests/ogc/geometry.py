"""Geometry enough to check answers without the server's: positions, boxes, and what meets a box."""


def positions(geometry):
    """All positions of a GeoJSON geometry."""
    if geometry is None:
        return
    if geometry["type"] == "GeometryCollection":
        for part in geometry["geometries"]:
            yield from positions(part)
        return
    stack = [geometry["coordinates"]]
    while stack:
        top = stack.pop()
        if top and isinstance(top[0], (int, float)):
            yield top
        else:
            stack.extend(reversed(top))


def boxes_of(bbox):
    """A box as plain boxes: two where it crosses the antimeridian."""
    west, south, east, north = bbox
    if west <= east:
        return [bbox]
    return [(west, south, 180.0, north), (-180.0, south, east, north)]


def meets(geometry, bbox):
    """Whether a geometry and a box have a position in common. No geometry meets every box (17-069r4, 7.15.3)."""
    return geometry is None or any(_meets(geometry, box) for box in boxes_of(bbox))


def _meets(geometry, box):
    kind, at = geometry["type"], geometry.get("coordinates")
    match kind:
        case "GeometryCollection":
            return any(_meets(part, box) for part in geometry["geometries"])
        case "Point":
            return _inside(at, box)
        case "MultiPoint":
            return any(_inside(position, box) for position in at)
        case "LineString":
            return _line_meets(at, box)
        case "MultiLineString":
            return any(_line_meets(line, box) for line in at)
        case "Polygon":
            return _area_meets(at, box)
        case "MultiPolygon":
            return any(_area_meets(rings, box) for rings in at)
    raise ValueError(kind)


def _inside(position, box):
    return box[0] <= position[0] <= box[2] and box[1] <= position[1] <= box[3]


def _line_meets(line, box):
    return any(_segment_meets(a, b, box) for a, b in zip(line, line[1:]))


def _segment_meets(a, b, box):
    """Liang and Barsky: the part of the segment within all four edges is not empty."""
    begin, end = 0.0, 1.0
    for axis in (0, 1):
        step = b[axis] - a[axis]
        low, high = box[axis] - a[axis], box[axis + 2] - a[axis]
        if step == 0:
            if low > 0 or high < 0:
                return False
            continue
        first, last = sorted((low / step, high / step))
        begin, end = max(begin, first), min(end, last)
        if begin > end:
            return False
    return True


def _area_meets(rings, box):
    if any(_line_meets(ring, box) for ring in rings):
        return True
    # No edge meets the box: it is wholly inside or wholly outside.
    return _even_odd(rings, (box[0], box[1]))


def _even_odd(rings, position):
    x, y = position
    within = False
    for ring in rings:
        for a, b in zip(ring, ring[1:]):
            if (a[1] > y) != (b[1] > y) and x < a[0] + (y - a[1]) / (b[1] - a[1]) * (b[0] - a[0]):
                within = not within
    return within
