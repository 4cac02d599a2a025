//! What `cargo metadata` says about the workspace, reduced to what the checks ask for.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use serde_json::Value;

use crate::process;

/// The crates of this workspace and the folder that cargo builds into.
#[derive(Debug, Clone)]
pub struct Workspace {
    /// Where cargo builds; follows `CARGO_TARGET_DIR`.
    pub target_directory: PathBuf,
    /// The members, in the order of their names.
    pub crates: Vec<Crate>,
}

/// A member of the workspace.
#[derive(Debug, Clone, Default)]
pub struct Crate {
    /// The package name.
    pub name: String,
    /// Its folder below the root, with `/` between the parts: `crates/protocol`.
    pub folder: String,
    /// Everything it declares a dependency on.
    pub dependencies: Vec<Dependency>,
    /// The features it declares, `default` included.
    pub features: Vec<String>,
    /// Dependencies exempt from the search for unused ones (`package.metadata.cargo-machete`).
    pub ignored: Vec<String>,
}

/// One declared dependency.
#[derive(Debug, Clone)]
pub struct Dependency {
    /// The package's name, also where the manifest renames it.
    pub name: String,
    /// The identifier by which sources name it.
    pub identifier: String,
    /// Whether only tests, examples and benches see it.
    pub dev: bool,
}

/// A package of the whole graph with its licence.
#[derive(Debug, Clone)]
pub struct Licensed {
    /// Package name.
    pub name: String,
    /// Package version.
    pub version: String,
    /// The SPDX expression, where the manifest has one.
    pub licence: Option<String>,
}

impl Workspace {
    /// The path at which cargo leaves a release build of the `kith` binary.
    pub fn kith(&self) -> PathBuf {
        let name = format!("kith{}", std::env::consts::EXE_SUFFIX);
        self.target_directory.join("release").join(name)
    }
}

/// Reads the workspace; needs no network.
///
/// # Errors
/// When a manifest cannot be read.
pub fn workspace() -> Result<Workspace> {
    let json = metadata(&["--no-deps"])?;
    let root = path(&json, "workspace_root")?;
    let packages = list(&json, "packages");
    let mut crates = packages
        .map(|package| member(package, &root))
        .collect::<Result<Vec<Crate>>>()?;
    crates.sort_by(|one, other| one.name.cmp(&other.name));
    Ok(Workspace {
        target_directory: path(&json, "target_directory")?,
        crates,
    })
}

/// Every package that the lock file names and that is not ours, for all platforms.
///
/// # Errors
/// When the graph cannot be resolved, for example because a crate cannot be downloaded.
pub fn foreign_packages() -> Result<Vec<Licensed>> {
    let json = metadata(&[])?;
    let foreign = list(&json, "packages").filter(|package| !package["source"].is_null());
    foreign
        .map(|package| {
            Ok(Licensed {
                name: text(package, "name")?,
                version: text(package, "version")?,
                licence: package["license"].as_str().map(str::to_owned),
            })
        })
        .collect()
}

fn metadata(arguments: &[&str]) -> Result<Value> {
    let mut command = process::cargo(["metadata", "--format-version", "1", "--quiet"]);
    let json = process::output(command.args(arguments))?;
    serde_json::from_str(&json).context("`cargo metadata` printed no JSON")
}

fn member(package: &Value, root: &Path) -> Result<Crate> {
    let manifest = path(package, "manifest_path")?;
    let folder = manifest.parent().unwrap_or(&manifest);
    let folder = folder.strip_prefix(root).unwrap_or(folder);
    let parts = folder
        .components()
        .map(|part| part.as_os_str().to_string_lossy().into_owned());
    let features = package["features"].as_object().into_iter().flatten();
    let ignored = package.pointer("/metadata/cargo-machete");
    let ignored = ignored
        .into_iter()
        .flat_map(|settings| list(settings, "ignored"));
    Ok(Crate {
        name: text(package, "name")?,
        folder: parts.collect::<Vec<_>>().join("/"),
        dependencies: list(package, "dependencies")
            .map(dependency)
            .collect::<Result<_>>()?,
        features: features.map(|(name, _)| name.clone()).collect(),
        ignored: ignored
            .filter_map(Value::as_str)
            .map(str::to_owned)
            .collect(),
    })
}

fn dependency(json: &Value) -> Result<Dependency> {
    let name = text(json, "name")?;
    let identifier = json["rename"].as_str().unwrap_or(&name).replace('-', "_");
    Ok(Dependency {
        identifier,
        dev: json["kind"].as_str() == Some("dev"),
        name,
    })
}

fn list<'a>(json: &'a Value, key: &str) -> impl Iterator<Item = &'a Value> {
    json[key].as_array().into_iter().flatten()
}

fn text(json: &Value, key: &str) -> Result<String> {
    let text = json[key]
        .as_str()
        .with_context(|| format!("`cargo metadata` names no `{key}`"))?;
    Ok(text.to_owned())
}

fn path(json: &Value, key: &str) -> Result<PathBuf> {
    text(json, key).map(PathBuf::from)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_workspace_names_this_crate_its_folder_and_its_dependencies() {
        let workspace = workspace().unwrap();
        let xtask = workspace
            .crates
            .iter()
            .find(|member| member.name == "xtask")
            .unwrap();
        assert_eq!(xtask.folder, "xtask");
        assert!(
            xtask
                .dependencies
                .iter()
                .any(|one| one.identifier == "serde_json" && !one.dev)
        );
        assert!(workspace.kith().starts_with(&workspace.target_directory));
    }

    #[test]
    fn a_renamed_development_dependency_keeps_both_names() {
        let json = serde_json::json!({ "name": "old-name", "rename": "new-name", "kind": "dev" });
        let dependency = dependency(&json).unwrap();
        assert_eq!(
            (
                dependency.name.as_str(),
                dependency.identifier.as_str(),
                dependency.dev
            ),
            ("old-name", "new_name", true)
        );
    }
}
