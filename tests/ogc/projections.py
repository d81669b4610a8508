"""The coordinate systems that the suite knows: to and from degrees, by other formulas than the server's.

Transverse Mercator after Krüger's series in the third flattening, as EPSG guidance note 7-2 gives it.
"""

from math import asin, asinh, atan, atan2, atanh, cos, cosh, degrees, exp, pi, radians, sin, sinh, sqrt, tan

CRS84 = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
CRS84H = "http://www.opengis.net/def/crs/OGC/0/CRS84h"
EPSG = "http://www.opengis.net/def/crs/EPSG/0/"

MAJOR_M, FLATTENING = 6378137.0, 1 / 298.257223563
ECCENTRICITY = sqrt(FLATTENING * (2 - FLATTENING))
N = FLATTENING / (2 - FLATTENING)
RADIUS_M = MAJOR_M / (1 + N) * (1 + N**2 / 4 + N**4 / 64)
FORWARD = (
    N / 2 - 2 * N**2 / 3 + 5 * N**3 / 16 + 41 * N**4 / 180,
    13 * N**2 / 48 - 3 * N**3 / 5 + 557 * N**4 / 1440,
    61 * N**3 / 240 - 103 * N**4 / 140,
    49561 * N**4 / 161280,
)
BACKWARD = (
    N / 2 - 2 * N**2 / 3 + 37 * N**3 / 96 - N**4 / 360,
    N**2 / 48 + N**3 / 15 - 437 * N**4 / 1440,
    17 * N**3 / 480 - 37 * N**4 / 840,
    4397 * N**4 / 161280,
)
SCALE, FALSE_EASTING_M = 0.9996, 500_000.0


def known(crs):
    """Whether the suite can convert to and from a system."""
    return crs in _SYSTEMS


def from_degrees(crs, lng, lat):
    """Coordinates in the order of the system's axes."""
    return _SYSTEMS[crs][0](lng, lat)


def to_degrees(crs, first, second):
    """Longitude and latitude."""
    return _SYSTEMS[crs][1](first, second)


def _to_mercator(lng, lat):
    return MAJOR_M * radians(lng), MAJOR_M * asinh(tan(radians(lat)))


def _from_mercator(x, y):
    return degrees(x / MAJOR_M), degrees(2 * atan(exp(y / MAJOR_M)) - pi / 2)


def _utm(zone):
    middle = radians(6 * zone - 183)

    def forward(lng, lat):
        conformal = asinh(tan(radians(lat))) - ECCENTRICITY * atanh(ECCENTRICITY * sin(radians(lat)))
        beta, east = atan(sinh(conformal)), atanh(sin(radians(lng) - middle) / cosh(conformal))
        xi, eta = asin(sin(beta) * cosh(east)), east
        u = xi + sum(h * sin(2 * k * xi) * cosh(2 * k * eta) for k, h in enumerate(FORWARD, 1))
        v = eta + sum(h * cos(2 * k * xi) * sinh(2 * k * eta) for k, h in enumerate(FORWARD, 1))
        return FALSE_EASTING_M + SCALE * RADIUS_M * v, SCALE * RADIUS_M * u

    def backward(easting, northing):
        u, v = northing / (SCALE * RADIUS_M), (easting - FALSE_EASTING_M) / (SCALE * RADIUS_M)
        xi = u - sum(h * sin(2 * k * u) * cosh(2 * k * v) for k, h in enumerate(BACKWARD, 1))
        eta = v - sum(h * cos(2 * k * u) * sinh(2 * k * v) for k, h in enumerate(BACKWARD, 1))
        beta = asin(sin(xi) / cosh(eta))
        lng = middle + atan2(sinh(eta), cos(xi))
        conformal = asinh(tan(beta))
        lat = conformal
        for _ in range(6):
            lat = conformal + ECCENTRICITY * atanh(ECCENTRICITY * sin(atan(sinh(lat))))
        return degrees(lng), degrees(atan(sinh(lat)))

    return forward, backward


_SYSTEMS = {
    CRS84: (lambda lng, lat: (lng, lat), lambda lng, lat: (lng, lat)),
    EPSG + "4326": (lambda lng, lat: (lat, lng), lambda lat, lng: (lng, lat)),
    EPSG + "3857": (_to_mercator, _from_mercator),
    EPSG + "32638": _utm(38),
    EPSG + "32639": _utm(39),
}
