//! Placeholder.
use std::path::Path;

use serde::Serialize;

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct State {
    pub folder: String,
    pub version: u32,
    pub hooks_path: Option<String>,
    pub hooks: Vec<HookState>,
}
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct HookState {
    pub name: &'static str,
    pub path: String,
    #[serde(flatten)]
    pub condition: Condition,
    pub previous: Option<String>,
}
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "state", rename_all = "kebab-case")]
pub enum Condition {
    Installed,
    Missing,
}
impl Condition {
    pub fn guards(&self) -> bool {
        *self == Self::Installed
    }
    pub fn trouble(&self) -> Option<String> {
        (*self == Self::Missing).then(|| "is not installed: run `migguard install`".to_owned())
    }
}
pub fn state(_: &Path) -> anyhow::Result<State> {
    todo!()
}
pub fn renewal(version: u32) -> Option<String> {
    (version != 1).then(|| "run `migguard install` to renew it".to_owned())
}
