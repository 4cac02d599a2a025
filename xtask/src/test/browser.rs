//! What people see, in a real Chromium: the tests of `apps/chromium` on the bundle of the stage before, served by the
//! program that the tests before used.

use anyhow::{Result, bail};

use super::{Context, Outcome, suites};
use crate::process;

pub fn check(context: &mut Context) -> Result<Outcome> {
    let target = &context.workspace.target_directory;
    process::run(&mut process::cargo(["build", "--package", "kith"]))?;
    let kith = format!("kith{}", std::env::consts::EXE_SUFFIX);
    let mut tests = process::cargo(["test", "--package", "chromium", "--features", "chromium"]);
    tests.args(["--no-fail-fast", "--tests"]);
    tests.env("KITH_APP", target.join("web").join("bundle"));
    tests.env("KITH_BIN", target.join("debug").join(kith));
    let before = context.totals.passed;
    suites::run_counted(&mut tests, &mut context.totals)?;
    if context.totals.passed == before {
        bail!("no test ran in the browser");
    }
    Ok(Outcome::Passed)
}
