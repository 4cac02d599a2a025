//! A folder of backups in memory: what `crates/client` does around the same rows, chunks and manifests.

use crate::world::Random;
use backup::chunk::{self, Chunk, ChunkName};
use backup::manifest::{Manifest, Table};
use backup::rows::{Rows, encode_row};
use backup::{Keys, Phrase};
use client_core::{BegunAnew, Now, begin_anew};
use client_store::backed_up::{BACKED_UP, BackedUpTable};
use client_store::{Restoring, Store, StoreError};
use std::collections::BTreeMap;
use std::path::Path;

/// Somebody's backups.
pub struct Folder {
    phrase: Phrase,
    chunks: BTreeMap<ChunkName, Vec<u8>>,
    manifests: BTreeMap<u64, Vec<u8>>,
}

/// What one backup wrote.
pub struct Written {
    /// Chunks that it names.
    pub chunks: usize,
    /// Those that were not there before.
    pub new: usize,
}

fn nonce(random: &mut Random) -> [u8; 24] {
    let bytes = random.bytes();
    *bytes.first_chunk().expect("32 bytes hold 24")
}

impl Folder {
    /// An empty one under a phrase.
    pub fn new(phrase: Phrase) -> Self {
        Self {
            phrase,
            chunks: BTreeMap::new(),
            manifests: BTreeMap::new(),
        }
    }

    /// One more backup of everything that is in the store.
    pub fn back_up(&mut self, store: &Store, now: Now, random: &mut Random) -> Written {
        let keys = Keys::of(&self.phrase);
        let before = self.chunks.len();
        store.begin().unwrap();
        let tables = BACKED_UP.iter();
        let tables: Vec<_> = tables
            .map(|table| self.write_table(store, table, &keys, random))
            .collect();
        store.rollback().unwrap();
        let manifest = Manifest {
            made_s: now.unix_s(),
            schema: store.schema_version().unwrap(),
            tables,
        };
        let number = self.manifests.len() as u64 + 1;
        let sealed = manifest.seal(&keys, number, &nonce(random)).unwrap();
        self.manifests.insert(number, sealed);
        Written {
            chunks: manifest.chunks().count(),
            new: self.chunks.len() - before,
        }
    }

    fn write_table(
        &mut self,
        store: &Store,
        table: &BackedUpTable,
        keys: &Keys,
        random: &mut Random,
    ) -> Table {
        let columns = table.columns.iter();
        let mut written = Table {
            name: table.name.to_owned(),
            columns: columns.map(|one| (*one).to_owned()).collect(),
            rows: 0,
            chunks: Vec::new(),
        };
        let (mut rows, mut last_range) = (Rows::default(), 0);
        store
            .each_backed_up(table, |range, row| {
                let row = encode_row(row);
                if !rows.is_empty() && (range != last_range || !rows.has_room(row.len())) {
                    self.write_chunk(&mut rows, &mut written, keys, random);
                }
                last_range = range;
                rows.push(&row);
                Ok::<_, StoreError>(())
            })
            .unwrap();
        if !rows.is_empty() {
            self.write_chunk(&mut rows, &mut written, keys, random);
        }
        written
    }

    fn write_chunk(
        &mut self,
        rows: &mut Rows,
        table: &mut Table,
        keys: &Keys,
        random: &mut Random,
    ) {
        table.rows += rows.count();
        let chunk = Chunk::new(keys, &rows.take()).unwrap();
        table.chunks.push(*chunk.name());
        let nonce = nonce(random);
        self.chunks
            .entry(*chunk.name())
            .or_insert_with(|| chunk.seal(keys, &nonce).unwrap());
    }

    /// Makes a profile out of the newest backup, in a file that is empty.
    pub fn restore(&self, path: &Path, seed: [u8; 32], now: Now) -> BegunAnew {
        let keys = Keys::of(&self.phrase);
        let (number, file) = self.manifests.last_key_value().unwrap();
        let manifest = Manifest::open(&keys, *number, file).unwrap();
        let restoring = Restoring::begin(path, None, manifest.schema).unwrap();
        for table in &manifest.tables {
            let mut rows = 0;
            for name in &table.chunks {
                let content = chunk::open(&keys, name, &self.chunks[name]).unwrap();
                rows += restoring
                    .insert(&table.name, &table.columns, &content)
                    .unwrap();
            }
            assert_eq!(rows, table.rows, "{}", table.name);
        }
        let store = restoring.finish(path, None).unwrap();
        let begun = begin_anew(&store, seed, now).unwrap();
        store.insert_phrase(&self.phrase, true).unwrap();
        store.read_through().unwrap();
        store.close().unwrap();
        begun
    }
}
