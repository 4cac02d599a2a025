//! The page: draws what its worker knows, and asks it for what the person wants.
//!
//! It knows the types of `view` and nothing below them: engine, store and keys are the worker's alone, and what the
//! person types goes there and nowhere else. What is shown is decided by how the profile stands (`page/screens`), by the
//! fragment of the address ([`route`]), and by what the worker answers. Nothing is kept by the page itself.
//!
//! | file | what it decides |
//! |---|---|
//! | [`route`] | which place an address means, and which invitation it holds |
//! | [`language`] | which languages there are, and which one a person reads |
//! | [`timeline`] | where a day and where one author's run begins |
//! | [`restarts`] | whether a worker that failed is started again |
//! | `page` | all of it that needs a browser; `page/words` says everything, from `words/LANG/AREA.ftl` |

pub mod language;
pub mod restarts;
pub mod route;
pub mod timeline;

#[cfg(all(target_family = "wasm", target_os = "unknown"))]
mod page;
