//! The command line: one file a command, listed here.
//!
//! To add a command, write its file (arguments as a struct with `clap::Args`, its work as [`Run`]) and name it in
//! [`commands`].

mod capacity;
mod check;
mod ended;
mod explain;
mod failure;
pub mod forecast;
mod input;
mod interrupt;
mod language;
mod output;
mod prices;
mod progress;
mod replay;
mod scenario;
mod service;
mod solve;
mod validate;
mod what_if;

pub mod bounce;
pub mod demo;
pub mod erase;
pub mod import;
pub mod load;
pub mod migrate;
pub mod openapi;
pub mod retention;
pub mod serve;
pub mod token;
pub mod worker;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

pub use failure::Failure;
pub use output::Console;

/// Finds times for virtual classes so that no platform is overrun.
#[derive(Debug, Parser)]
#[command(name = "creneau", version, after_help = EXIT_CODES, max_term_width = 100)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

const EXIT_CODES: &str = "\
Exit codes:
  0  done; what was checked is right
  1  an input is not right: every finding is listed
  2  the command line is not right
  3  a file could not be read or written, or the program failed
130  a second Ctrl-C ended it before it could keep anything

Errors are written to stderr. With --json, stdout holds one JSON document and nothing else.";

/// What a command does once its arguments are read.
pub trait Run {
    /// Works and prints; the outcome decides the exit code.
    fn run(self, console: &Console) -> Result<Outcome, Failure>;
}

/// How a command ended that could do its work.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Done; what was checked is right.
    Fine,
    /// The thing checked is not right.
    NotRight,
}

/// The commands as clap's enum, and the way from each to its work.
macro_rules! commands {
    ($($file:ident :: $name:ident),+ $(,)?) => {
        #[derive(Debug, Subcommand)]
        enum Command {
            $($name($file::$name)),+
        }

        impl Run for Command {
            fn run(self, console: &Console) -> Result<Outcome, Failure> {
                match self {
                    $(Self::$name(command) => command.run(console)),+
                }
            }
        }
    };
}

commands! {
    solve::Solve,
    check::Check,
    explain::Explain,
    validate::Validate,
    what_if::WhatIf,
    capacity::Capacity,
    replay::Replay,
    serve::Serve,
    migrate::Migrate,
    openapi::Openapi,
    token::Token,
    worker::Worker,
    bounce::Bounce,
    erase::Erase,
    retention::Retention,
    import::Import,
    load::Load,
    demo::Demo,
    forecast::Forecast,
}

/// Reads the command line, does what it says and tells the exit code.
pub fn run() -> ExitCode {
    let arguments = Arguments::parse();
    let console = Console::new();
    match arguments.command.run(&console) {
        Ok(Outcome::Fine) => ExitCode::SUCCESS,
        Ok(Outcome::NotRight) => ExitCode::from(1),
        Err(failure) => failure.report(&console),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn every_command_has_help_with_an_example() {
        let root = Arguments::command();
        root.clone().debug_assert();
        for command in root.get_subcommands() {
            command.clone().debug_assert();
            let name = command.get_name();
            assert!(command.get_about().is_some(), "{name} says what it does");
            let example = command.get_after_help().map(ToString::to_string).unwrap_or_default();
            assert!(example.contains(&format!("creneau {name}")), "{name} shows an example");
            for argument in command.get_arguments() {
                assert!(argument.get_help().is_some(), "{name}: {} says what it is", argument.get_id());
            }
        }
    }
}
