//! The `wenlu` command. The library [`wenlu`] is the map of what it does.

#![forbid(unsafe_code)]

mod cli;

use std::process::ExitCode;

fn main() -> ExitCode {
    cli::main()
}
