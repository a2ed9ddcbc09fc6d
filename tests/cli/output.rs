//! What goes where, and with which exit code.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::process::Stdio;

use crate::support::{creneau, program, school};

#[test]
fn help_explains_every_command_and_the_exit_codes() {
    let help = creneau(["--help"]);
    assert_eq!(help.code, 0);
    for told in ["Exit codes", "solve", "check", "explain", "validate", "--json"] {
        assert!(help.stdout.contains(told), "{told} in {}", help.stdout);
    }
    for command in ["solve", "check", "explain", "validate"] {
        let help = creneau([command, "--help"]);
        assert!(help.stdout.contains("Example") && help.stdout.contains(&format!("creneau {command}")));
    }
}

#[test]
fn a_command_line_that_is_not_right_exits_2_and_says_what_to_write() {
    let round = school("GR-P3-10");
    let round = round.to_str().unwrap();
    let wrong: [(&[&str], &str); 13] = [
        (&[], "Usage"),
        (&["sovle", round], "solve"),
        (&["solve"], "<ROUND>"),
        (&["solve", round, "--time-limit", "-1"], "--time-limit"),
        (&["solve", round, "--time-limit=NaN"], "a number of seconds above 0"),
        (&["solve", round, "--threads", "0"], "1..=1024"),
        (&["solve", round, "--seed", "x"], "--seed"),
        (&["solve", round, "-o", "-", "--json"], "leave --json out"),
        (&["solve", round, "--chart", "-"], ".svg"),
        (&["solve", round, "-o", "same", "--chart", "same"], "another name"),
        (&["solve", round, "--prices", "same.svg", "--chart", "same.svg"], "another name"),
        (&["solve", round, "--prices", "prices.txt"], "ends in .csv (a table) or .svg (a map)"),
        (&["check", "-", "-"], "give one of them as a file"),
    ];
    for (arguments, told) in wrong {
        let run = creneau(arguments);
        assert_eq!(run.code, 2, "{arguments:?}: {run:?}");
        assert!(run.stderr.contains(told), "{told} in {}", run.stderr);
    }
}

#[test]
fn an_output_that_cannot_be_written_is_told_before_solving() {
    let folder = tempfile::tempdir().unwrap();
    let round = school("DK-FG-12");
    let gone = folder.path().join("gone/plan.json");
    let locked = folder.path().join("locked");
    fs::create_dir(&locked).unwrap();
    fs::set_permissions(&locked, fs::Permissions::from_mode(0o555)).unwrap();
    let mut targets = vec![(gone, "create the folder first"), (folder.path().into(), "give a file name in it")];
    if fs::write(locked.join("probe"), "").is_err() {
        // Root may write anywhere.
        targets.push((locked.join("plan.json"), "choose a folder that you may write to"));
    }
    for (target, action) in targets {
        for option in ["-o", "--chart"] {
            let run = creneau([
                "solve".as_ref(),
                round.as_os_str(),
                option.as_ref(),
                target.as_os_str(),
                "--time-limit".as_ref(),
                "600".as_ref(),
            ]);
            assert_eq!(run.code, 3, "{run:?}");
            assert!(run.stderr.contains("error[file-unwritable]") && run.stderr.contains(action), "{}", run.stderr);
        }
    }
}

#[test]
fn a_reader_may_stop_in_a_text_and_loses_no_plan_unheard() {
    for (options, code, told) in [(["-o", "-"], 3, "error[output] stdout"), (["--explain", "all"], 0, "")] {
        let mut command = program();
        command.args(["solve".as_ref(), school("GR-P3-10").as_os_str()]).args(options);
        command.args(["--iterations", "10"]).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        drop(child.stdout.take());
        let output = child.wait_with_output().unwrap();
        assert_eq!(output.status.code(), Some(code), "{output:?}");
        assert!(String::from_utf8_lossy(&output.stderr).contains(told), "{output:?}");
        assert!(!String::from_utf8_lossy(&output.stderr).contains("panicked"), "{output:?}");
    }
}
