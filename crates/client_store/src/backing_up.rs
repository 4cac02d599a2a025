//! Everything that is backed up, cut into what chunks hold, and the manifest that names them. Where the chunks go is for
//! whoever keeps them.

use backup::chunk::ChunkName;
use backup::manifest::{Manifest, Table};
use backup::rows::{Rows, encode_row};

use crate::backed_up::{BACKED_UP, BackedUpTable};
use crate::error::StoreError;
use crate::store::Store;

impl Store {
    /// Gives `keep` the content of each chunk of a backup, in the manifest's order, which has them kept and says their
    /// names; the manifest. `made_s`: now, Unix seconds. As long as rows are as they were, so are contents, and one chunk's
    /// rows are held at a time.
    ///
    /// # Errors
    /// What SQLite and `keep` say; [`StoreError::Damaged`] if a value is none that a profile has.
    pub fn back_up<E: From<StoreError>>(
        &self,
        made_s: u64,
        mut keep: impl FnMut(&[u8]) -> Result<ChunkName, E>,
    ) -> Result<Manifest, E> {
        Ok(Manifest {
            made_s,
            schema: self.schema_version()?,
            tables: BACKED_UP
                .iter()
                .map(|table| self.back_up_table(table, &mut keep))
                .collect::<Result<_, _>>()?,
        })
    }

    fn back_up_table<E: From<StoreError>>(
        &self,
        table: &BackedUpTable,
        keep: &mut impl FnMut(&[u8]) -> Result<ChunkName, E>,
    ) -> Result<Table, E> {
        let mut backed_up = Table {
            name: table.name.to_owned(),
            columns: table.columns.iter().map(|one| (*one).to_owned()).collect(),
            rows: 0,
            chunks: Vec::new(),
        };
        let mut end_chunk = |rows: &mut Rows| {
            backed_up.rows += rows.count();
            backed_up.chunks.push(keep(&rows.take())?);
            Ok::<_, E>(())
        };
        let (mut rows, mut last_range) = (Rows::default(), 0);
        self.each_backed_up(table, |range, row| {
            let row = encode_row(row);
            if !rows.is_empty() && (range != last_range || !rows.has_room(row.len())) {
                end_chunk(&mut rows)?;
            }
            last_range = range;
            rows.push(&row);
            Ok::<_, E>(())
        })?;
        if !rows.is_empty() {
            end_chunk(&mut rows)?;
        }
        Ok(backed_up)
    }
}
