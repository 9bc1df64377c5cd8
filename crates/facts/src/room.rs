//! How much room a part of a source will want: what the part before it took.

use crate::column::Column;
use crate::symbols::Symbols;
use crate::table::Table;

/// Room for the facts of a part.
#[derive(Debug, Default)]
pub(crate) struct Room {
    /// By noun, where the part before had any.
    pub(crate) tables: Vec<Option<TableRoom>>,
    pub(crate) texts: TextRoom,
}

/// Room for the texts of a part.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct TextRoom {
    pub(crate) count: usize,
    pub(crate) bytes: usize,
}

/// Room for the records of a noun.
#[derive(Debug)]
pub(crate) struct TableRoom {
    pub(crate) rows: usize,
    pub(crate) parents: usize,
    pub(crate) references: usize,
    columns: Vec<ColumnRoom>,
}

/// Room for the values of an attribute.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ColumnRoom {
    pub(crate) rows: usize,
    pub(crate) targets: usize,
    pub(crate) target_places: usize,
    pub(crate) items: usize,
}

impl Room {
    /// As much as these take, and a little more: no two parts are alike.
    pub(crate) fn like<'t>(tables: impl Iterator<Item = Option<&'t Table>>, symbols: &Symbols) -> Room {
        Room { tables: tables.map(|table| table.map(Table::room)).collect(), texts: symbols.room() }
    }
}

impl TableRoom {
    pub(crate) fn new(rows: usize, parents: usize, references: usize, columns: &[Column]) -> TableRoom {
        let columns = columns.iter().map(Column::room).collect();
        TableRoom { rows: with_slack(rows), parents: with_slack(parents), references: with_slack(references), columns }
    }

    pub(crate) fn columns(&self) -> impl Iterator<Item = ColumnRoom> {
        self.columns.iter().copied()
    }
}

/// An eighth more.
pub(crate) fn with_slack(count: usize) -> usize {
    count + count / 8
}
