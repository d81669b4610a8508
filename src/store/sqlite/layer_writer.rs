//! What a commit keeps ready for one layer: its statements and its box.

use std::ops::RangeInclusive;

use geo::CoordsIter;
use rusqlite::types::ToSqlOutput;
use rusqlite::{Connection, Statement, params};

use super::fault::{StoreFault, StoreResult, took};
use super::layers::{self, StoredLayer};
use super::reshape;
use super::rows::{self, Cell};
use crate::atlas::geo::boxes::{self, Sides};
use crate::atlas::geo::position::LngLat;
use crate::atlas::model::feature::Feature;
use crate::geopackage::contents;
use crate::geopackage::geometry;
use crate::geopackage::names::quoted;
use crate::store::digest::{self, EntryKind, Names};

/// Writes the features of a layer.
pub(super) struct LayerWriter<'c> {
    conn: &'c Connection,
    pub(super) stored: StoredLayer,
    names: Names,
    /// Whether this commit has changed anything of the layer.
    pub(super) changed: bool,
    statements: Statements<'c>,
    sides: Option<Sides>,
    /// Something at the box's edge has gone: it may be smaller now.
    may_shrink: bool,
    /// Whether the next feature is most likely not there yet.
    expects_new: bool,
}

struct Statements<'c> {
    find: Statement<'c>,
    insert: Statement<'c>,
    log_added: Statement<'c>,
    update: Statement<'c>,
    remove: Statement<'c>,
    write_form: Statement<'c>,
    clear_forms: Statement<'c>,
}

/// A feature, ready to be written.
pub(super) struct RowContent<'a> {
    feature: &'a Feature,
    geom: Option<Vec<u8>>,
    sides: Option<Sides>,
    cells: Vec<Cell<'a>>,
}

/// What a layer has under a feature's id.
pub(super) enum Found {
    Nothing,
    Same,
    Other(Undone),
}

/// What a change has taken away, for the log.
pub(super) struct Undone {
    fid: i64,
    /// `None` if it cannot be read.
    pub(super) values: Option<String>,
    pub(super) geom: Option<Vec<u8>>,
    sides: Option<Sides>,
}

impl Undone {
    /// A row of which nothing can be told.
    pub(super) fn damaged(fid: i64) -> Self {
        Self {
            fid,
            values: None,
            geom: None,
            sides: None,
        }
    }

    /// Whether what was there cannot be told.
    pub(super) fn is_damaged(&self) -> bool {
        self.values.is_none()
    }
}

impl<'c> LayerWriter<'c> {
    pub(super) fn new(conn: &'c Connection, stored: StoredLayer) -> StoreResult<Self> {
        Ok(Self {
            conn,
            statements: Statements::new(conn, &stored)?,
            sides: contents::sides(conn, &stored.table)?,
            may_shrink: false,
            names: Names::of(&stored.schema),
            changed: false,
            expects_new: is_empty(conn, &stored)?,
            stored,
        })
    }

    /// A feature as this layer keeps it; an error if it is not one of the layer's.
    pub(super) fn content<'a>(&mut self, feature: &'a Feature) -> StoreResult<RowContent<'a>> {
        let fields = &self.stored.schema.fields;
        let refuse = |detail: String| {
            let detail = format!("feature \"{}\": {detail}", feature.id);
            StoreFault::schema(&self.stored.schema.id, detail)
        };
        if fields.len() != feature.values.len() {
            let (found, wanted) = (feature.values.len(), fields.len());
            return Err(refuse(format!("it has {found} values for {wanted} fields")));
        }
        let cells = fields
            .iter()
            .zip(&feature.values)
            .map(|(field, value)| rows::cell(field, value).map_err(refuse))
            .collect::<Result<_, _>>()?;
        let mut content = RowContent {
            feature,
            geom: None,
            sides: None,
            cells,
        };
        let Some(geometry) = &feature.geometry else {
            return Ok(content);
        };
        let kind = self.stored.schema.geometry;
        if !layers::fits(kind, geometry) {
            return Err(refuse(format!("its geometry is not a {kind:?}")));
        }
        if reshape::make_room(self.conn, &mut self.stored, geometry)? {
            self.statements = Statements::new(self.conn, &self.stored)?;
        }
        content.geom = Some(geometry::encode(geometry, geometry::SRS_ID));
        content.sides = boxes::sides_of(geometry);
        Ok(content)
    }

    /// Holds a feature against its row.
    pub(super) fn compare(&mut self, new: &RowContent<'_>) -> StoreResult<Found> {
        let mut found = self.statements.find.query([&*new.feature.id])?;
        let row = found.next()?;
        self.expects_new = row.is_none();
        let Some(row) = row else {
            return Ok(Found::Nothing);
        };
        if rows::same(row, new.geom.as_deref(), &new.feature.values)? {
            return Ok(Found::Same);
        }
        undone(row, &self.stored).map(Found::Other)
    }

    /// A feature's entry in the log, as it is hashed.
    pub(super) fn entry<'a>(
        &'a self,
        kind: EntryKind,
        new: &'a RowContent<'_>,
    ) -> digest::LogEntry<'a> {
        digest::LogEntry {
            kind,
            layer: &self.stored.schema.id,
            content: digest::Content::Feature {
                id: &new.feature.id,
                wkb: new.geom.as_deref().and_then(geometry::body),
                names: &self.names,
                values: &new.feature.values,
            },
        }
    }

    pub(super) fn find(&mut self, id: &str) -> StoreResult<Option<Undone>> {
        let mut found = self.statements.find.query([id])?;
        found
            .next()?
            .map(|row| undone(row, &self.stored))
            .transpose()
    }

    /// Inserts a feature without looking for it first, which costs as much as inserting, if it is
    /// most likely new. `None` if it was not tried, or is there.
    pub(super) fn insert_if_new(&mut self, new: &RowContent<'_>) -> StoreResult<Option<i64>> {
        if self.expects_new {
            self.insert(new)
        } else {
            Ok(None)
        }
    }

    /// Inserts a feature: its row, or `None` if it is there.
    pub(super) fn insert(&mut self, new: &RowContent<'_>) -> StoreResult<Option<i64>> {
        bind(&mut self.statements.insert, &self.stored, new)?;
        if self.statements.insert.raw_execute()? == 0 {
            return Ok(None);
        }
        let fid = self.conn.last_insert_rowid();
        self.write_forms(fid, new)?;
        self.grow(new.sides);
        Ok(Some(fid))
    }

    /// Enters rows into the log as added, the first of them as that entry of that revision.
    pub(super) fn log_added(
        &mut self,
        fids: RangeInclusive<i64>,
        first_seq: i64,
        revision: i64,
    ) -> StoreResult<()> {
        let (first, last) = fids.into_inner();
        let layer = self.stored.number;
        let rows = self.statements.log_added.execute(params![
            first_seq - first,
            revision,
            layer,
            first,
            last
        ])?;
        let wanted = usize::try_from(last - first + 1).unwrap_or_default();
        took(rows, wanted, "the log")
    }

    pub(super) fn update(&mut self, old: &Undone, new: &RowContent<'_>) -> StoreResult<()> {
        let next = bind(&mut self.statements.update, &self.stored, new)?;
        self.statements.update.raw_bind_parameter(next, old.fid)?;
        let rows = self.statements.update.raw_execute()?;
        took(rows, 1, &self.stored.table)?;
        self.clear_forms(old.fid)?;
        self.write_forms(old.fid, new)?;
        self.shrink(old.sides, new.sides);
        self.grow(new.sides);
        Ok(())
    }

    pub(super) fn remove(&mut self, old: &Undone) -> StoreResult<()> {
        let rows = self.statements.remove.execute([old.fid])?;
        took(rows, 1, &self.stored.table)?;
        self.clear_forms(old.fid)?;
        self.shrink(old.sides, None);
        self.may_shrink |= old.is_damaged();
        Ok(())
    }

    fn write_forms(&mut self, fid: i64, new: &RowContent<'_>) -> StoreResult<()> {
        if new.cells.iter().all(|cell| cell.written.is_none()) {
            return Ok(());
        }
        if !self.stored.has_forms {
            self.stored.has_forms = true;
            self.statements = Statements::new(self.conn, &self.stored)?;
        }
        for (cell, column) in new.cells.iter().zip(&self.stored.columns) {
            if let Some(text) = cell.written {
                let layer = self.stored.number;
                self.statements
                    .write_form
                    .execute(params![layer, fid, column, text])?;
            }
        }
        Ok(())
    }

    fn clear_forms(&mut self, fid: i64) -> StoreResult<()> {
        if self.stored.has_forms {
            let layer = self.stored.number;
            self.statements.clear_forms.execute(params![layer, fid])?;
        }
        Ok(())
    }

    /// Takes note that the layer has a new description; earlier changes of this commit to its box
    /// are not in the contents table yet.
    pub(super) fn redescribed(&mut self, measure: bool) {
        self.changed = true;
        self.may_shrink = measure;
    }

    fn grow(&mut self, new: Option<Sides>) {
        self.changed = true;
        self.sides = boxes::widened(self.sides, new);
    }

    fn shrink(&mut self, old: Option<Sides>, new: Option<Sides>) {
        self.changed = true;
        if let (Some(all), Some(old)) = (self.sides, old) {
            // A feature that stays at the edge takes nothing from it: measuring reads every row.
            let goes = |side: usize| {
                new.is_none_or(|new| new[side].to_bits() != old[side].to_bits())
                    && all[side].to_bits() == old[side].to_bits()
            };
            self.may_shrink |= (0..4).any(goes);
        }
    }

    /// The box of all that the layer holds now.
    pub(super) fn sides(&mut self, conn: &Connection) -> StoreResult<Option<Sides>> {
        if self.may_shrink {
            self.sides = measured(conn, &self.stored)?;
            self.may_shrink = false;
        }
        Ok(self.sides)
    }
}

impl<'c> Statements<'c> {
    fn new(conn: &'c Connection, layer: &StoredLayer) -> StoreResult<Self> {
        let table = quoted(&layer.table);
        let mut names = vec!["id".to_owned()];
        names.extend(layer.geometry.as_ref().map(|_| "geom".to_owned()));
        names.extend(layer.columns.iter().map(|column| quoted(column)));
        let count = names.len();
        let marks: Vec<_> = (1..=count).map(|at| format!("?{at}")).collect();
        let pairs: Vec<_> = names
            .iter()
            .zip(&marks)
            .map(|(name, mark)| format!("{name} = {mark}"))
            .collect();
        Ok(Self {
            find: conn.prepare(&format!(
                "SELECT {} FROM {table} t WHERE t.id = ?1",
                rows::select_list(layer)
            ))?,
            insert: conn.prepare(&format!(
                "INSERT INTO {table} ({}) VALUES ({}) ON CONFLICT (id) DO NOTHING",
                names.join(", "),
                marks.join(", ")
            ))?,
            log_added: conn.prepare(&format!(
                "INSERT INTO bordermap_changes (seq, revision, layer, id, kind)
                 SELECT fid + ?1, ?2, ?3, id, '{}' FROM {table} WHERE fid BETWEEN ?4 AND ?5",
                EntryKind::Add.text()
            ))?,
            update: conn.prepare(&format!(
                "UPDATE {table} SET {} WHERE fid = ?{}",
                pairs.join(", "),
                count + 1
            ))?,
            remove: conn.prepare(&format!("DELETE FROM {table} WHERE fid = ?1"))?,
            write_form: conn.prepare("INSERT INTO bordermap_written VALUES (?1, ?2, ?3, ?4)")?,
            clear_forms: conn
                .prepare("DELETE FROM bordermap_written WHERE layer = ?1 AND fid = ?2")?,
        })
    }
}

fn is_empty(conn: &Connection, layer: &StoredLayer) -> StoreResult<bool> {
    let any = format!("SELECT EXISTS (SELECT 1 FROM {})", quoted(&layer.table));
    let any: bool = conn.query_row(&any, [], |row| row.get(0))?;
    Ok(!any)
}

/// Binds a feature in the order of [`Statements::new`]; the next parameter's number.
fn bind(
    statement: &mut Statement<'_>,
    layer: &StoredLayer,
    new: &RowContent<'_>,
) -> StoreResult<usize> {
    statement.raw_bind_parameter(1, &*new.feature.id)?;
    let mut next = 2;
    if layer.geometry.is_some() {
        statement.raw_bind_parameter(next, new.geom.as_deref())?;
        next += 1;
    }
    for cell in &new.cells {
        let stored: &ToSqlOutput<'_> = &cell.stored;
        statement.raw_bind_parameter(next, stored)?;
        next += 1;
    }
    Ok(next)
}

fn undone(row: &rusqlite::Row<'_>, layer: &StoredLayer) -> StoreResult<Undone> {
    let fid = rows::fid(row, 0, layer)?;
    Ok(match rows::feature(row, 0, layer) {
        // What is not on earth was never written.
        Ok(feature) if feature.geometry.as_ref().is_none_or(is_on_earth) => Undone {
            fid,
            values: Some(rows::history(layer, &feature.values)),
            geom: row.get(1)?,
            sides: feature.geometry.as_ref().and_then(boxes::sides_of),
        },
        Ok(_) | Err(StoreFault::Row { .. }) => Undone::damaged(fid),
        Err(other) => return Err(other),
    })
}

fn is_on_earth(geometry: &geo::Geometry) -> bool {
    let mut all = geometry.coords_iter();
    all.all(|at| LngLat::new(at.x, at.y).is_ok())
}

/// The box of a layer's geometries as they are in the table.
pub(super) fn measured(conn: &Connection, layer: &StoredLayer) -> StoreResult<Option<Sides>> {
    let mut sides = None;
    rows::each_geometry(conn, layer, &mut |geometry| {
        sides = boxes::widened(sides, boxes::sides_of(geometry));
        Ok(())
    })?;
    Ok(sides)
}
