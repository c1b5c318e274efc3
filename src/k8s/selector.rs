//! Label and field selectors in kubectl's syntax. The server applies them.

use std::fmt;

use super::failure::{Failure, FailureKind};
use super::request::Request;

/// The selectors of a collection; none selects all objects. They are not parsed: the server explains
/// what is wrong with one.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Selector {
    /// `app=web,tier in (a, b)`.
    pub labels: Option<String>,
    /// `status.phase=Running`.
    pub fields: Option<String>,
}

impl Selector {
    /// True if there is no selector.
    #[must_use]
    pub fn is_everything(&self) -> bool {
        *self == Self::default()
    }

    /// True if a line begins with a selector, as in `-l app=web`.
    #[must_use]
    pub fn begins(line: &str) -> bool {
        line.split_whitespace().next().is_some_and(|word| Flag::read(word).is_some())
    }

    /// Splits a line into its selectors and its other words. Several selectors of one kind are joined by
    /// commas, so all must match.
    ///
    /// # Errors
    ///
    /// A flag without a selector.
    pub fn take(line: &str) -> Result<(Self, String), Failure> {
        let mut selector = Self::default();
        let (mut others, mut words) = (Vec::new(), line.split_whitespace().peekable());
        while let Some(word) = words.next() {
            let Some((flag, first)) = Flag::read(word) else {
                others.push(word);
                continue;
            };
            let first = if first.is_empty() { words.next().unwrap_or_default() } else { first };
            if first.is_empty() {
                let text = format!("a selector is missing after {word}");
                let hint = "Write it as -l app=web, or -f status.phase=Running";
                return Err(Failure::new(FailureKind::Input, text, hint));
            }
            let mut value = first.to_owned();
            while let Some(next) = words.next_if(|next| is_continued(&value, next)) {
                value = format!("{value} {next}");
            }
            let of_kind = match flag {
                Flag::Labels => &mut selector.labels,
                Flag::Fields => &mut selector.fields,
            };
            *of_kind = Some(match of_kind.take() {
                Some(before) => format!("{before},{value}"),
                None => value,
            });
        }
        Ok((selector, others.join(" ")))
    }

    /// Returns the selectors of a query.
    #[must_use]
    pub fn of_query(query: Vec<(String, String)>) -> Self {
        let mut selector = Self::default();
        for (name, value) in query {
            match name.as_str() {
                "labelSelector" => selector.labels = Some(value),
                "fieldSelector" => selector.fields = Some(value),
                _ => {}
            }
        }
        selector
    }

    /// Returns the selectors of both: an object must match all of them.
    #[must_use]
    pub fn and(&self, other: &Self) -> Self {
        let join = |one: &Option<String>, two: &Option<String>| match (one, two) {
            (Some(one), Some(two)) => Some(format!("{one},{two}")),
            (one, two) => one.clone().or_else(|| two.clone()),
        };
        Self {
            labels: join(&self.labels, &other.labels),
            fields: join(&self.fields, &other.fields),
        }
    }

    /// Returns the request with these selectors.
    #[must_use]
    pub fn of(&self, request: Request) -> Request {
        self.parameters().fold(request, |request, (name, value)| request.with(name, value))
    }

    /// The query parameters of the selectors.
    pub fn parameters(&self) -> impl Iterator<Item = (&'static str, &str)> {
        let labels = self.labels.as_deref().map(|value| ("labelSelector", value));
        let fields = self.fields.as_deref().map(|value| ("fieldSelector", value));
        labels.into_iter().chain(fields)
    }
}

impl fmt::Display for Selector {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let labels = self.labels.iter().map(|value| format!("-l {value}"));
        let fields = self.fields.iter().map(|value| format!("-f {value}"));
        f.write_str(&labels.chain(fields).collect::<Vec<_>>().join(" "))
    }
}

#[derive(Clone, Copy)]
enum Flag {
    Labels,
    Fields,
}

impl Flag {
    /// Parses the flag of a word, and the beginning of the selector in the same word.
    fn read(word: &str) -> Option<(Self, &str)> {
        let names = [
            ("--selector", Self::Labels),
            ("--field-selector", Self::Fields),
            ("-l", Self::Labels),
            ("-f", Self::Fields),
        ];
        names.into_iter().find_map(|(name, flag)| {
            let rest = word.strip_prefix(name)?;
            let is_long = name.starts_with("--");
            let value = rest.strip_prefix('=').unwrap_or(rest);
            (!is_long || rest.is_empty() || rest.starts_with('=')).then_some((flag, value))
        })
    }
}

/// True if the next word continues the selector, as in `env in (a, b)`.
fn is_continued(value: &str, next: &str) -> bool {
    const BETWEEN: [&str; 5] = ["in", "notin", "=", "==", "!="];
    let last = value.rsplit(' ').next().unwrap_or_default();
    let is_open = value.matches('(').count() > value.matches(')').count();
    is_open
        || value.ends_with([',', '='])
        || BETWEEN.contains(&last)
        || BETWEEN.contains(&next)
        || next.starts_with([',', '('])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn taken(line: &str) -> (String, String) {
        let (selector, rest) = Selector::take(line).unwrap();
        (selector.to_string(), rest)
    }

    #[test]
    fn selectors_are_split_from_a_line_as_by_kubectl() {
        for (line, selector, rest) in [
            ("po -n shop", "", "po -n shop"),
            ("po -l app=web -n shop", "-l app=web", "po -n shop"),
            ("-lapp=web po", "-l app=web", "po"),
            ("--selector=a --field-selector b=c po", "-l a -f b=c", "po"),
            ("-l env in (a, b),!c po/x", "-l env in (a, b),!c", "po/x"),
            ("po -l a = b , c -A", "-l a = b , c", "po -A"),
            ("-l a -l b", "-l a,b", ""),
            ("po -f status.phase!=Running db", "-f status.phase!=Running", "po db"),
        ] {
            assert_eq!(taken(line), (selector.to_owned(), rest.to_owned()), "{line}");
        }
        assert!(Selector::begins("-l") && Selector::begins(" -f x") && !Selector::begins("x -l"));
        assert!(!Selector::begins("--selectors") && !Selector::begins("!-l"));
    }

    #[test]
    fn a_flag_without_a_selector_is_refused() {
        let failure = Selector::take("po -l").unwrap_err();
        assert_eq!(failure.message, "a selector is missing after -l");
        assert!(Selector::take("-f").is_err());
    }
}
