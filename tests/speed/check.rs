//! Compares ratios with those of an earlier table.

/// A ratio may grow by this factor.
const GROWTH: f64 = 1.2;

/// The ratios of a table, by the names of their rows.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Ratios {
    /// The last row that stands for itself: those that begin with `…` belong to it.
    main: String,
    rows: Vec<(String, f64)>,
}

impl Ratios {
    /// Adds a row; those without a floor have no ratio.
    pub(crate) fn add(&mut self, what: &str, ratio: Option<f64>) {
        let part = what.strip_prefix("… ");
        if part.is_none() {
            what.clone_into(&mut self.main);
        }
        let name = part.map_or_else(|| what.to_owned(), |part| format!("{}, {part}", self.main));
        self.rows.extend(ratio.map(|ratio| (name, ratio)));
    }

    /// Reads the rows of a table in Markdown with the columns of the bench.
    pub(crate) fn of_table(text: &str) -> Self {
        let mut ratios = Self::default();
        for line in text.lines() {
            let cells: Vec<&str> = line.split('|').map(str::trim).collect();
            if let ["", what, _, _, _, ratio, _, _, ""] = cells[..] {
                ratios.add(what, ratio.parse().ok());
            }
        }
        ratios
    }

    /// Returns a line for each ratio that is larger than the earlier one by more than a fifth.
    pub(crate) fn slower_than(&self, earlier: &Self) -> Vec<String> {
        let slower = self.rows.iter().filter_map(|(name, ratio)| {
            let (_, before) = earlier.rows.iter().find(|(known, _)| known == name)?;
            let is_slower = *ratio > before * GROWTH;
            is_slower.then(|| format!("{name}: {ratio:.2} times the floor, {before:.2} before"))
        });
        slower.collect()
    }
}
