//! Makes functions of English's words, and the table that is compiled in (`src/page/words.rs` includes both).

use phrases_build::{Words, rust};
use std::error::Error;
use std::path::Path;

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=words");
    let words = Words::read_folder(Path::new("words"))?;
    let folder = std::env::var("OUT_DIR")?;
    let folder = Path::new(&folder);
    std::fs::write(folder.join("words.rs"), rust::functions(&words))?;
    let table = words.table(&words.source).encode()?;
    std::fs::write(folder.join("en.words"), table)?;
    Ok(())
}
