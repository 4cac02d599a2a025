//! `fuzzing unpack|pack TARGET DIR`: between `fuzz/corpus` and the folders of libFuzzer, for
//! `cargo xtask fuzz`. `fuzzing try TARGET FILE`: what becomes of one file.

use fuzzing::corpus;
use std::path::Path;
use std::process::ExitCode;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [act, name, path] = arguments.as_slice() else {
        return ExitCode::from(2);
    };
    let Some(target) = fuzzing::target(name) else {
        return ExitCode::from(2);
    };
    let path = Path::new(path);
    match act.as_str() {
        "unpack" => corpus::unpack(target, path),
        "pack" => corpus::pack(target, path),
        "try" => match std::fs::read(path) {
            Ok(bytes) => drop((target.run)(&bytes)),
            Err(_) => return ExitCode::from(2),
        },
        _ => return ExitCode::from(2),
    }
    ExitCode::SUCCESS
}
