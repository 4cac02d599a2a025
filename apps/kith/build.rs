//! Puts the app that browsers load into the program: the bundle that `KITH_WEB` names, an absolute
//! path, as `cargo xtask start` has it; without it the program is the same but for the app.

use std::error::Error;
use std::fmt::Write as _;
use std::io::Write as _;
use std::path::{Path, PathBuf};

const VARIABLE: &str = "KITH_WEB";
/// What `apps/web_build` calls the list of what is in a bundle, and writes last.
const LIST: &str = "bundle.json";

fn main() -> Result<(), Box<dyn Error>> {
    let mut cargo = std::io::stdout();
    writeln!(cargo, "cargo::rerun-if-changed=build.rs")?;
    writeln!(cargo, "cargo::rerun-if-env-changed={VARIABLE}")?;
    let code = match std::env::var_os(VARIABLE).filter(|folder| !folder.is_empty()) {
        Some(folder) => embedded(Path::new(&folder))?,
        None => "None".to_owned(),
    };
    let out = std::env::var_os("OUT_DIR").ok_or("cargo names no OUT_DIR")?;
    std::fs::write(PathBuf::from(out).join("app.rs"), code)?;
    Ok(())
}

/// An expression of the type `Option<Embedded>` (`src/home/app/bundle.rs`).
fn embedded(folder: &Path) -> Result<String, Box<dyn Error>> {
    if folder.is_relative() {
        return Err(format!("{VARIABLE} must be an absolute path").into());
    }
    let list = folder.join(LIST);
    writeln!(
        std::io::stdout(),
        "cargo::rerun-if-changed={}",
        list.display()
    )?;
    if !list.is_file() {
        return Err(format!("{} is missing; type: cargo xtask web", list.display()).into());
    }
    let mut files = String::new();
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        let name = path.file_name().and_then(|name| name.to_str());
        let name = name.ok_or("a file's name is no text")?;
        // The compressed forms alone: whoever takes neither gets the second unpacked.
        if name.ends_with(".br") || name.ends_with(".gz") {
            write!(files, "({name:?}, include_bytes!({path:?})), ")?;
        }
    }
    Ok(format!(
        "Some(Embedded {{ list: include_str!({list:?}), files: &[{files}] }})"
    ))
}
