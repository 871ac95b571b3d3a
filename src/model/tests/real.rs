//! Real projects, where they are unpacked on this machine.

use std::sync::Arc;

use super::{environment, verdict};
use crate::git::{Files, MemoryTree, Mode};
use crate::model::Metadata;
use crate::project::Settings;
use crate::python::{Parsed, Sources};

/// `MIGGUARD_PROJECT=folder:env.py:root,root cargo test --release real_project -- --ignored --nocapture`
#[test]
#[ignore = "needs a project outside of the repository"]
fn real_project() {
    let project = std::env::var("MIGGUARD_PROJECT").unwrap();
    let mut parts = project.split(':');
    let (folder, env) = (parts.next().unwrap(), parts.next().unwrap());
    let roots: Vec<&str> = parts.next().unwrap_or("").split(',').collect();
    let mut tree = MemoryTree::default();
    let mut folders = vec![std::path::PathBuf::from(folder)];
    while let Some(inner) = folders.pop() {
        for entry in std::fs::read_dir(&inner).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|e| ["py", "toml", "cfg", "ini"].iter().any(|x| e == *x)) {
                let relative = path.strip_prefix(folder).unwrap().to_str().unwrap().to_owned();
                tree.insert(&relative, Mode::File, &std::fs::read(&path).unwrap());
            }
        }
    }
    let sources = Sources::new(Files::new(Arc::new(tree)).unwrap(), Arc::new(Parsed::default()));
    let environment = environment(&roots, env);
    let start = std::time::Instant::now();
    let metadata = crate::stack::with_room(|| Metadata::read(&sources, &environment, &Settings::default())).unwrap();
    let time = start.elapsed();
    for model in &metadata.models {
        println!("{} {:?} cols={} {}", verdict(model), model.registered, model.columns.len(), model.location.path);
    }
    println!("{:?}\nunknowns {:#?}\nexcluded {:?}", metadata.target, metadata.unknowns, metadata.excluded);
    for registry in &metadata.registries {
        let all = registry.all.as_ref().map(|all| all.0.len());
        println!(
            "registry {} imports {} all {all:?} missing {:?}",
            registry.package,
            registry.imports.len(),
            registry.missing
        );
    }
    println!("{} models, {} files reached, {time:?}", metadata.models.len(), metadata.closure.len());
}
