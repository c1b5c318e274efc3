//! The flags that select objects of a collection.

use clap::Args;

/// The selectors that the server evaluates.
#[derive(Args, Clone, Debug, Default, PartialEq, Eq)]
pub struct Selection {
    /// With labels: app=web, !app, tier in (a, b)
    #[arg(short = 'l', long = "selector", value_name = "LABELS")]
    pub labels: Option<String>,
    /// With fields: status.phase=Running
    #[arg(short = 'f', long = "field-selector", value_name = "FIELDS")]
    pub fields: Option<String>,
    /// In all namespaces
    #[arg(short = 'A', long)]
    pub all_namespaces: bool,
}

impl Selection {
    /// Returns the words of a location followed by the selectors.
    #[must_use]
    pub fn of(self, location: &[String]) -> String {
        let labels = self.labels.map(|labels| format!("-l {labels}"));
        let fields = self.fields.map(|fields| format!("-f {fields}"));
        let all = self.all_namespaces.then(|| "-A".to_owned());
        let words = location.iter().cloned().chain(labels).chain(fields).chain(all);
        words.collect::<Vec<_>>().join(" ")
    }
}
