//! The flags that choose from a collection.

use clap::Args;

/// Which objects of a collection the server is asked for.
#[derive(Args, Clone, Debug, Default, PartialEq, Eq)]
pub struct Selection {
    /// Only objects with such labels: app=web, app!=web, app, !app, tier in (a, b)
    #[arg(short = 'l', long = "selector", value_name = "LABELS")]
    pub labels: Option<String>,
    /// Only objects with such fields: status.phase=Running, metadata.name!=db-0
    #[arg(short = 'f', long = "field-selector", value_name = "FIELDS")]
    pub fields: Option<String>,
    /// In all namespaces, whichever is chosen
    #[arg(short = 'A', long)]
    pub all_namespaces: bool,
}

impl Selection {
    /// The words of a location, and behind them the selectors and whether they are of all namespaces.
    #[must_use]
    pub fn of(self, location: &[String]) -> String {
        let labels = self.labels.map(|labels| format!("-l {labels}"));
        let fields = self.fields.map(|fields| format!("-f {fields}"));
        let all = self.all_namespaces.then(|| "-A".to_owned());
        let words = location.iter().cloned().chain(labels).chain(fields).chain(all);
        words.collect::<Vec<_>>().join(" ")
    }
}
