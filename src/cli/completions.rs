//! `migguard completions`: what a shell needs to complete the command line.

use anyhow::Result;
use clap_complete::Shell;

use super::{Exit, terminal};

/// Print the completions of the command line for a shell
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  migguard completions bash > ~/.local/share/bash-completion/completions/migguard
  migguard completions zsh > ~/.zfunc/_migguard
  migguard completions fish > ~/.config/fish/completions/migguard.fish")]
pub struct Args {
    /// The shell that reads them
    #[arg(value_enum)]
    shell: Shell,
}

pub fn run(args: &Args) -> Result<Exit> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut super::command(), "migguard", &mut script);
    terminal::print(&String::from_utf8_lossy(&script))?;
    Ok(Exit::Clean)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_shell_learns_every_command() {
        for shell in [Shell::Bash, Shell::Elvish, Shell::Fish, Shell::PowerShell, Shell::Zsh] {
            let mut script = Vec::new();
            clap_complete::generate(shell, &mut crate::cli::command(), "migguard", &mut script);
            let script = String::from_utf8(script).unwrap();
            for command in crate::cli::command().get_subcommands() {
                assert!(script.contains(command.get_name()), "{shell}: {}", command.get_name());
            }
        }
    }
}
