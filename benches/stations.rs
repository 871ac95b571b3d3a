//! What the stations cost on the medium project of `benches/project.py`: parsing, following `env.py`, replaying the chain,
//! and all of it.

#![expect(clippy::unwrap_used, reason = "without its project there is nothing to measure")]

use std::path::Path;
use std::process::Command;
use std::sync::Arc;

use criterion::Criterion;
use migguard::check::Analysis;
use migguard::git::{Comparison, Files, Kept, Repository};
use migguard::migration::history::Replay;
use migguard::migration::revision_map::RevisionMap;
use migguard::model::Metadata;
use migguard::project::{self, Settings};
use migguard::python::{Sources, parse};
use migguard::stack;

fn main() {
    let folder = tempfile::tempdir().unwrap();
    let comparison = project(&folder.path().join("repository"));
    stack::with_room(|| measure(&comparison));
}

fn project(folder: &Path) -> Comparison {
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/benches");
    let make = "import sys, project; project.make(sys.argv[1], 'medium')";
    let status = Command::new("python3").current_dir(script).args(["-c", make]).arg(folder).status().unwrap();
    assert!(status.success(), "benches/project.py made no project");
    // Nothing is kept: what is worked out is what is measured.
    Comparison { kept: Kept::default(), ..Repository::open(Some(folder)).unwrap().all().unwrap() }
}

fn measure(comparison: &Comparison) {
    let sources = || Sources::new(Files::new(comparison.after.clone()).unwrap(), Arc::default());
    let known = sources();
    let project = project::discover(&known, Settings::default());
    let environment = project.environments.first().unwrap();
    let analysis = Analysis::read(comparison).unwrap();
    let scripts = &analysis.after.environments.first().unwrap().scripts;
    let texts: Vec<String> = scripts.iter().map(|script| known.text(&script.path).unwrap().text.to_string()).collect();

    let mut criterion = Criterion::default().configure_from_args().sample_size(20);
    criterion.bench_function("parse 349 migrations", |bencher| {
        bencher.iter(|| texts.iter().map(|text| parse::parse(text).body.len()).sum::<usize>());
    });
    criterion.bench_function("follow env.py to 300 models", |bencher| {
        bencher.iter(|| Metadata::read(&sources(), environment, &project.settings).0.models.len());
    });
    criterion.bench_function("replay 349 migrations", |bencher| {
        bencher.iter(|| Replay::default().history(&RevisionMap::new(scripts), &|_, _| None).schema.tables.len());
    });
    criterion.bench_function("understand the project", |bencher| {
        bencher.iter(|| Analysis::read(comparison).unwrap().after.environments.len());
    });
    criterion.final_summary();
}
