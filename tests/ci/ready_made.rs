//! The jobs to copy from `docs/ci/`: the commands in them, run as the CI would.

use std::env;
use std::fs;
use std::path::Path;

use crate::world::{Answer, World};

/// The shell lines of a job, in their order, but for the installation.
fn lines(job: &str) -> Vec<String> {
    let text = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/ci").join(job)).unwrap();
    let commands = text.lines().map(|line| line.trim_start().trim_start_matches("- ").trim_start_matches("run: "));
    commands.filter(|line| line.starts_with("migguard ") || line.starts_with("git ")).map(str::to_owned).collect()
}

impl World {
    /// A clone at the pull request, with the program on PATH.
    fn run_job(&self, job: &str, clone: &[&str], variables: &[(&str, &str)]) -> Answer {
        let url = format!("file://{}", self.project().display());
        self.git(self.path(""), &[&["clone", "-q"], clone, &[&url, "ci"]].concat());
        let programs = Path::new(env!("CARGO_BIN_EXE_migguard")).parent().unwrap();
        let path = env::join_paths(
            std::iter::once(programs.to_owned()).chain(env::split_paths(&env::var_os("PATH").unwrap())),
        );
        let script = format!("set -e\n{}\n", lines(job).join("\n"));
        let mut shell = self.command("sh");
        shell.args(["-c", &script]).current_dir(self.path("ci")).env("PATH", path.unwrap()).env("CI", "true");
        shell.envs(variables.iter().copied()).output().unwrap().into()
    }
}

#[test]
fn the_workflow_for_github_stops_the_pull_request() {
    let world = World::with_accident();
    let answer = world.run_job("github.yml", &["-b", "topic"], &[("BASE", "main")]);
    assert_eq!(answer.status, Some(1), "{answer:?}");
    assert!(answer.stdout.starts_with("::error file=backend/alembic/versions/29672f48c359"), "{answer:?}");
}

#[test]
fn the_job_for_gitlab_stops_the_merge_request() {
    let world = World::with_accident();
    let variables = [("CI_MERGE_REQUEST_TARGET_BRANCH_NAME", "main")];
    // The runner fetches nothing but the merge request.
    let answer = world.run_job("gitlab.yml", &["--single-branch", "-b", "topic"], &variables);
    assert_eq!(answer.status, Some(1), "{answer:?}");
    assert!(answer.stdout.contains("dropped-live-table"), "{answer:?}");
}
