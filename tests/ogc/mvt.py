"""Vector tiles, decoded: Protocol Buffers and the geometry of the Mapbox Vector Tile specification 2.1."""

import gzip


def layers(body):
    """The layers of a tile: names to their extent and features, each a geometry type and rings of tile units."""
    if body[:2] == b"\x1f\x8b":
        body = gzip.decompress(body)
    found = {}
    for number, layer in _fields(body):
        if number != 3:
            raise ValueError(f"field {number} in a tile")
        name, extent, version, features = None, 4096, 1, []
        for field, value in _fields(layer):
            if field == 1:
                name = value.decode()
            elif field == 2:
                features.append(_feature(value))
            elif field == 5:
                extent = value
            elif field == 15:
                version = value
        if name is None or name in found or version != 2:
            raise ValueError(f"layer {name} of version {version}")
        found[name] = (extent, features)
    return found


def _fields(data):
    at = 0
    while at < len(data):
        key, at = _varint(data, at)
        match key & 7:
            case 0:
                value, at = _varint(data, at)
            case 1:
                value, at = data[at : at + 8], at + 8
            case 2:
                size, at = _varint(data, at)
                value, at = data[at : at + size], at + size
                if len(value) != size:
                    raise ValueError("a tile ends too early")
            case 5:
                value, at = data[at : at + 4], at + 4
            case kind:
                raise ValueError(f"wire type {kind}")
        yield key >> 3, value


def _varint(data, at):
    value = shift = 0
    while True:
        byte = data[at]
        value |= (byte & 127) << shift
        at, shift = at + 1, shift + 7
        if byte < 128:
            return value, at


def _feature(data):
    kind, commands = 0, []
    for field, value in _fields(data):
        if field == 3:
            kind = value
        elif field == 4:
            at = 0
            while at < len(value):
                command, at = _varint(value, at)
                commands.append(command)
    if kind not in (1, 2, 3) or not commands:
        raise ValueError(f"a feature of type {kind} with {len(commands)} commands")
    return kind, _paths(commands)


def _paths(commands):
    """Points, lines or rings, in tile units."""
    paths, x, y, at = [], 0, 0, 0
    while at < len(commands):
        command, count = commands[at] & 7, commands[at] >> 3
        at += 1
        if command == 7:
            paths[-1].append(paths[-1][0])
            continue
        if command not in (1, 2) or count == 0:
            raise ValueError(f"command {command}, {count} times")
        for _ in range(count):
            x, y = x + _signed(commands[at]), y + _signed(commands[at + 1])
            at += 2
            if command == 1:
                paths.append([(x, y)])
            else:
                paths[-1].append((x, y))
    return paths


def _signed(number):
    return (number >> 1) ^ -(number & 1)
