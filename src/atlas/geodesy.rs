//! Exact distance on the ellipsoid between a position and a geometry, and the bounds that prune.
