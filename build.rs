//! How the binary is linked: what a hook waits for first is the dynamic linker.

use std::env;
use std::path::Path;
use std::process::Command;

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    let target = |what: &str| env::var(format!("CARGO_CFG_TARGET_{what}")).unwrap_or_default();
    // The unwinder of gcc linked in is a library less to find and load: a sixth of the time until `main`. Where the
    // compiler does not tell where its archive is, the shared one does the same.
    let is_gnu = target("OS") == "linux" && target("ENV") == "gnu" && env::var("TARGET") == env::var("HOST");
    if is_gnu && let Some(folder) = folder_of("libgcc_eh.a") {
        println!("cargo::rustc-link-search=native={folder}");
        println!("cargo::rustc-link-lib=static:-bundle=gcc_eh");
    }
}

/// Where the C compiler has an archive of its own.
fn folder_of(archive: &str) -> Option<String> {
    let compiler = env::var("CC").unwrap_or_else(|_| "cc".to_owned());
    let output = Command::new(compiler).arg(format!("-print-file-name={archive}")).output().ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    // A name without a folder says that there is none.
    let path = Path::new(text.trim());
    (path.is_absolute() && path.is_file()).then(|| Some(path.parent()?.to_str()?.to_owned()))?
}
