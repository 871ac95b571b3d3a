//! Fuzzing on the stable toolchain: seeds make inputs, and an input makes a whole analysis and each report of it.
//!
//! `cargo test` runs a few inputs, always the same. `FUZZ_SECONDS=3600 cargo test --test fuzz -- --ignored --nocapture`
//! goes on from `FUZZ_SEED`, or from the clock, and says how many it ran. An input that breaks something is named by
//! its target and seed, and written to `target/fuzz`; `FUZZ_TARGET=sql FUZZ_ONLY=<seed>` runs it alone.

#![expect(clippy::unwrap_used, reason = "a test that cannot read its corpus has failed")]
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a long run says what it did")]

mod mutation;
mod project;

use std::env;
use std::fmt::Write as _;
use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use migguard::check::{Analysis, findings};
use migguard::git::{Change, Comparison, Kept, NoRemotes, Tree};
use migguard::plain::is_deceptive;
use migguard::report::{self, Format, Order, Style, Subject};
use migguard::{confirm, reading, stack};

use mutation::Random;
use project::{Corpus, Input, TARGETS};

/// Inputs of each target that every `cargo test` runs.
const FEW: u64 = 20;

/// No timing is measured: only what hangs is ended. Also where many others compute.
const PATIENCE: u64 = 120;

#[test]
fn a_few_inputs() {
    let corpus = Corpus::read();
    for target in TARGETS {
        for seed in 0..FEW {
            run(&corpus, target, seed).unwrap();
        }
    }
}

#[test]
#[ignore = "goes on for FUZZ_SECONDS"]
fn many_inputs() {
    let corpus = Corpus::read();
    let number = |name: &str| env::var(name).ok().map(|value| value.parse::<u64>().unwrap());
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    let first = number("FUZZ_SEED").unwrap_or(now.as_secs() << 20);
    if let Some(seed) = number("FUZZ_ONLY") {
        return run(&corpus, &env::var("FUZZ_TARGET").unwrap(), seed).unwrap();
    }
    let end = Instant::now() + Duration::from_secs(number("FUZZ_SECONDS").unwrap_or(60));
    let (mut seed, mut broken) = (first, Vec::new());
    while Instant::now() < end {
        for target in TARGETS {
            broken.extend(run(&corpus, target, seed).err());
        }
        seed += 1;
    }
    println!("{} executions from seed {first}, {} findings", (seed - first) * TARGETS.len() as u64, broken.len());
    assert!(broken.is_empty(), "{}", broken.join("\n"));
}

/// Makes an input and looks at it in every way. `Err` says what broke.
fn run(corpus: &Corpus, target: &str, seed: u64) -> Result<(), String> {
    let input = project::input(corpus, target, &mut Random::new(seed));
    let dog = Watchdog::new(target, seed, &input);
    let place = Arc::new(Mutex::new(String::new()));
    let kept = place.clone();
    // Only what panics here is of interest, and where.
    std::panic::set_hook(Box::new(move |panic| {
        let file = reading::current().unwrap_or_default();
        let mut kept = kept.lock().unwrap();
        if kept.is_empty() {
            *kept = format!("{panic} while it read {file}");
        }
    }));
    let outcome = catch_unwind(AssertUnwindSafe(|| stack::with_room(|| look_at(&input))));
    drop(std::panic::take_hook());
    drop(dog);
    let why = match outcome {
        Ok(Ok(())) => return Ok(()),
        Ok(Err(why)) => why,
        Err(_) => place.lock().unwrap().clone(),
    };
    Err(format!("FUZZ_TARGET={target} FUZZ_ONLY={seed}: {why}\n  {}", keep(target, seed, &input)))
}

fn look_at(input: &Input) -> Result<(), String> {
    let changes = changes(&input.before, &input.after);
    let before: Arc<dyn Tree> = Arc::new(input.before.clone());
    let after: Arc<dyn Tree> = Arc::new(input.after.clone());
    for (parents, changes, subject) in
        [(vec![before.clone()], changes, Subject::Commit), (Vec::new(), Vec::new(), Subject::History)]
    {
        let comparison =
            Comparison { after: after.clone(), parents, changes, remotes: Arc::new(NoRemotes), kept: Kept::default() };
        let analysis = match Analysis::read(&comparison) {
            Ok(analysis) => analysis,
            // Wrong settings are said and stop it.
            Err(error) => {
                let _ = error.to_string();
                continue;
            }
        };
        let mut found = confirm::judge(findings(&analysis), &analysis);
        report::sort(&mut found, &analysis, Order::Path);
        for format in [Format::Text, Format::Json, Format::Sarif, Format::Github] {
            let text = report::render(format, &found, &analysis, subject, Style { color: false, width: 80 });
            if let Some(bad) = text.chars().find(|c| *c != '\n' && is_deceptive(*c)) {
                let line = text.lines().find(|line| line.contains(bad)).unwrap_or_default();
                return Err(format!("{bad:?} in {format:?}: {line:?}"));
            }
        }
    }
    Ok(())
}

fn changes(before: &impl Tree, after: &impl Tree) -> Vec<Change> {
    let (old, new) = (before.entries().unwrap(), after.entries().unwrap());
    let of = |entries: &[migguard::git::Entry], path: &str| {
        let at = entries.binary_search_by(|entry| (*entry.path).cmp(path)).ok()?;
        entries.get(at).map(|entry| (entry.mode, entry.oid))
    };
    let mut paths: Vec<Arc<str>> = old.iter().chain(new).map(|entry| entry.path.clone()).collect();
    paths.sort();
    paths.dedup();
    let changes = paths.into_iter().map(|path| Change { before: of(old, &path), after: of(new, &path), path });
    changes.filter(|change| change.before != change.after).collect()
}

/// Writes an input down and says where.
fn keep(target: &str, seed: u64, input: &Input) -> String {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("fuzz");
    fs::create_dir_all(&folder).unwrap();
    let mut text = String::new();
    for entry in input.after.entries().unwrap() {
        let content = input.after.blob(&entry.oid).unwrap();
        writeln!(text, "==> {} {:?}\n{}", entry.path.escape_debug(), entry.mode, String::from_utf8_lossy(&content))
            .unwrap();
    }
    let path = folder.join(format!("{target}-{seed}.txt"));
    fs::write(&path, text).unwrap();
    path.display().to_string()
}

/// Ends the process where an input takes too long, and keeps the input.
struct Watchdog(Arc<AtomicU64>);

impl Watchdog {
    fn new(target: &str, seed: u64, input: &Input) -> Self {
        let left = Arc::new(AtomicU64::new(PATIENCE));
        let (watched, target, input) = (left.clone(), target.to_owned(), input.clone());
        std::thread::spawn(move || {
            while let Some(seconds) = watched.load(Ordering::Relaxed).checked_sub(1) {
                std::thread::park_timeout(Duration::from_secs(1));
                // What has ended meanwhile stays at zero.
                let _ = watched.compare_exchange(seconds + 1, seconds, Ordering::Relaxed, Ordering::Relaxed);
                if seconds == 0 && Arc::strong_count(&watched) > 1 {
                    eprintln!("FUZZ_TARGET={target} FUZZ_ONLY={seed} hangs: {}", keep(&target, seed, &input));
                    std::process::abort();
                }
            }
        });
        Self(left)
    }
}

impl Drop for Watchdog {
    fn drop(&mut self) {
        self.0.store(0, Ordering::Relaxed);
    }
}
