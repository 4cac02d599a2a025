//! What people see, in a real Chromium: the tests of `apps/chromium` on the bundle of the stage `web`, served by the
//! program that the stage `tests` built and used.

use anyhow::{Result, bail};

use super::{Context, Outcome, programs};

pub fn check(context: &mut Context) -> Result<Outcome> {
    let target = &context.workspace.target_directory;
    let app = target.join("web").join("bundle");
    let kith = format!("kith{}", std::env::consts::EXE_SUFFIX);
    let kith = target.join("debug").join(kith);
    let before = context.totals.passed;
    programs::run_in_browser(
        &mut context.totals,
        &[("KITH_APP", &app), ("KITH_BIN", &kith)],
    )?;
    if context.totals.passed == before {
        bail!("no test ran in the browser");
    }
    Ok(Outcome::Passed)
}
