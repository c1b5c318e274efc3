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
}

impl Selection {
    /// The words of a location, and behind them the selectors.
    #[must_use]
    pub fn of(self, location: &[String]) -> String {
        let labels = self.labels.map(|labels| format!("-l {labels}"));
        let fields = self.fields.map(|fields| format!("-f {fields}"));
        let words = location.iter().cloned().chain(labels).chain(fields);
        words.collect::<Vec<_>>().join(" ")
    }
}
