//! The grids that vector tiles lie in: tile matrix sets (OGC 17-083r4), a tile of one, and which of its
//! tiles a layer can have something in.
//!
//! A set begins with square tiles side by side, one or two, and each zoom cuts every tile in four. A
//! point in it is told in tiles of zoom 0, right and down from the north-western corner.

use std::ops::RangeInclusive;

use geo::{Coord, Rect};

use crate::atlas::geo::position::{Bounds, LngLat, mercator, mercator_cell, mercator_place};

/// The highest zoom that there are tiles of.
pub const ZOOM_MAX: u8 = 22;
/// Units that a tile is wide and high (Vector Tile Specification 2.1 §4.1).
pub const EXTENT: u32 = 4096;
/// So many units beyond its edge a tile still shows lines and areas, so that no stroke ends at it.
pub const BUFFER: u32 = 64;

/// A tile matrix set that there are tiles in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TileMatrixSet {
    /// The Web Mercator square (17-083r4 annex D.1): what maps on the web are drawn in.
    WebMercatorQuad,
    /// Longitude and latitude as they are, two squares side by side (17-083r4 annex D.2).
    WorldCrs84Quad,
}

/// A tile of a set. There is no other way to one than [`Self::new`], so it lies within the set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TileAddress {
    set: TileMatrixSet,
    zoom: u8,
    row: u32,
    column: u32,
}

/// The tiles of a zoom that can have something in them (17-083r4 §6.2, `TileMatrixLimits`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TileMatrixLimits {
    /// The zoom.
    pub zoom: u8,
    /// Rows from the north.
    pub rows: RangeInclusive<u32>,
    /// Columns from the west.
    pub columns: RangeInclusive<u32>,
}

impl TileMatrixSet {
    /// All that there are, the most used first.
    pub const ALL: [Self; 2] = [Self::WebMercatorQuad, Self::WorldCrs84Quad];

    /// Its name in the registry of the standard, and in paths.
    pub fn id(self) -> &'static str {
        match self {
            Self::WebMercatorQuad => "WebMercatorQuad",
            Self::WorldCrs84Quad => "WorldCRS84Quad",
        }
    }

    /// The set of a name.
    pub fn of_id(id: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|set| set.id() == id)
    }

    /// Columns and rows of a zoom.
    pub fn size(self, zoom: u8) -> [u32; 2] {
        let across = match self {
            Self::WebMercatorQuad => 1,
            Self::WorldCrs84Quad => 2,
        };
        [across << zoom, 1 << zoom]
    }

    /// Whether what is straight in degrees is straight in its tiles too.
    pub fn keeps_straight(self) -> bool {
        self == Self::WorldCrs84Quad
    }

    /// The tiles of a zoom that can have something in them of what lies in a box; all without one.
    pub fn limits(self, zoom: u8, extent: Option<Bounds>) -> TileMatrixLimits {
        let [west, south, east, north] = extent.map_or([-180.0, -90.0, 180.0, 90.0], Bounds::sides);
        let tile = |x: f64, y: f64| self.tile_of(zoom, LngLat::of(Coord { x, y }));
        let [first, last] = if west > east {
            [-180.0, 180.0]
        } else {
            [west, east]
        };
        let ([left, top], [right, bottom]) = (tile(first, north), tile(last, south));
        TileMatrixLimits {
            zoom,
            rows: top..=bottom,
            columns: left..=right,
        }
    }

    /// Column and row of the tile of a zoom that a position is in.
    fn tile_of(self, zoom: u8, at: LngLat) -> [u32; 2] {
        let up = u32::from(self.cell_zoom() - zoom);
        self.cell(at).map(|cell| cell.checked_shr(up).unwrap_or(0))
    }

    /// The zoom of the cells that positions are told by: centimetres wide.
    fn cell_zoom(self) -> u8 {
        match self {
            Self::WebMercatorQuad => 32,
            // Its columns are twice as many, and count to 2^32 too.
            Self::WorldCrs84Quad => 31,
        }
    }

    /// The cell of a position: `[column, row]`. The tile of a zoom that holds it is that of the first
    /// bits: tiles are half-open, so every position is in exactly one. What lies beyond the set is in
    /// its first and last rows, longitude 180 in the last column.
    fn cell(self, at: LngLat) -> [u32; 2] {
        if self == Self::WebMercatorQuad {
            return mercator_cell(at);
        }
        let [x, y] = self.place(at);
        let cells = f64::from(1_u32 << self.cell_zoom());
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "a cast from a float ends at the bounds of the integer, as is wanted"
        )]
        [x * cells, (y * cells).min(cells - 1.0)].map(|cell| cell as u32)
    }

    /// Where a position is, in tiles of zoom 0.
    fn place(self, at: LngLat) -> [f64; 2] {
        match self {
            Self::WebMercatorQuad => mercator(at),
            Self::WorldCrs84Quad => [(at.lng() + 180.0) / 180.0, (90.0 - at.lat()) / 180.0],
        }
    }

    /// The position at a point of the square; beyond the set, the nearest of its own.
    fn position(self, [x, y]: [f64; 2]) -> LngLat {
        match self {
            Self::WebMercatorQuad => mercator_place(x, y),
            Self::WorldCrs84Quad => LngLat::of(Coord {
                x: (x * 180.0 - 180.0).clamp(-180.0, 180.0),
                y: (90.0 - y * 180.0).clamp(-90.0, 90.0),
            }),
        }
    }
}

impl TileMatrixLimits {
    /// Whether a tile of this zoom is among them.
    pub fn hold(&self, tile: TileAddress) -> bool {
        self.rows.contains(&tile.row) && self.columns.contains(&tile.column)
    }
}

impl TileAddress {
    /// The tile in a row and a column of a zoom, counted from 0 in the north-west; `None` if the set
    /// has no such tile.
    pub fn new(set: TileMatrixSet, zoom: u8, row: u32, column: u32) -> Option<Self> {
        let inside = zoom <= ZOOM_MAX && {
            let [columns, rows] = set.size(zoom);
            column < columns && row < rows
        };
        inside.then_some(Self {
            set,
            zoom,
            row,
            column,
        })
    }

    /// The set that it is of.
    pub fn set(self) -> TileMatrixSet {
        self.set
    }

    /// The zoom of the tile.
    pub fn zoom(self) -> u8 {
        self.zoom
    }

    /// The column and the row of the tile.
    pub fn square(self) -> [u32; 2] {
        [self.column, self.row]
    }

    /// Where a position lies from the tile's north-western corner in cells of the set: right, down;
    /// `None` outside of the tile.
    pub fn offset_of(self, at: LngLat) -> Option<[u32; 2]> {
        let cell = self.set.cell(at);
        let index = |cell: u32| u64::from(cell) >> (self.set.cell_zoom() - self.zoom);
        let inside = cell.map(index) == self.square().map(u64::from);
        let within = u32::MAX >> (32 - self.set.cell_zoom() + self.zoom);
        inside.then(|| cell.map(|cell| cell & within))
    }

    /// An offset within the tile in parts of which so many make the whole tile.
    pub fn in_parts(self, offset: [u32; 2], parts: u32) -> [u32; 2] {
        offset.map(|cells| {
            let part = (u64::from(cells) * u64::from(parts)) >> (self.set.cell_zoom() - self.zoom);
            u32::try_from(part).unwrap_or(parts)
        })
    }

    /// Where a position in the tile is in units, right and down; `None` outside of the tile.
    pub fn units_of(self, at: LngLat) -> Option<[u32; 2]> {
        let offset = self.offset_of(at)?;
        Some(self.in_parts(offset, EXTENT))
    }

    /// Where a position is in units from the tile's north-western corner, right and down, whether in
    /// the tile or not.
    pub fn projected(self, at: LngLat) -> [f64; 2] {
        let tiles = f64::from(1_u32 << self.zoom);
        let [x, y] = self.set.place(at);
        [
            (x * tiles - f64::from(self.column)) * f64::from(EXTENT),
            (y * tiles - f64::from(self.row)) * f64::from(EXTENT),
        ]
    }

    /// Units that a tile of zoom 0 is wide at this zoom.
    pub fn world_units(self) -> f64 {
        f64::from(EXTENT) * f64::from(1_u32 << self.zoom)
    }

    /// The tile with its buffer in degrees; it ends with the set.
    pub fn rect(self) -> Rect {
        let (tiles, buffer) = (
            f64::from(1_u32 << self.zoom),
            f64::from(BUFFER) / f64::from(EXTENT),
        );
        let corner = |by: f64| {
            let place = self.square().map(|index| (f64::from(index) + by) / tiles);
            let at = self.set.position(place);
            (at.lng(), at.lat())
        };
        Rect::new(corner(-buffer), corner(1.0 + buffer))
    }

    /// All that may have a part in the tile: its buffered box, and in the outermost rows all up to the
    /// pole, as those positions are in them.
    pub fn reach(self) -> Option<Bounds> {
        let (low, high) = (self.rect().min(), self.rect().max());
        let [_, rows] = self.set.size(self.zoom);
        let south = if self.row == rows - 1 { -90.0 } else { low.y };
        let north = if self.row == 0 { 90.0 } else { high.y };
        Bounds::new(low.x, south, high.x, north).ok()
    }
}
