//! Moving the cursor, and scrolling to it.

use super::super::secret::{children, key};
use super::DocumentPane;
use crate::text;

impl DocumentPane {
    /// Moves the cursor down by a number of rows, or up by a negative number. On a wrapped line that is
    /// higher than the view, scrolls through the line first.
    pub fn move_by(&mut self, rows: i64) {
        if self.scroll_within(rows) {
            return;
        }
        let row = i64::from(self.folds.row(self.cursor)).saturating_add(rows);
        let last = self.folds.rows().saturating_sub(1);
        self.go_to_row(u32::try_from(row.max(0)).unwrap_or(u32::MAX).min(last));
    }

    /// Moves down by half pages, or up by a negative number of them.
    pub fn move_half_pages(&mut self, pages: i64) {
        self.move_by(pages.saturating_mul(i64::from(self.size.1 / 2).max(1)));
    }

    /// Moves down by pages, or up by a negative number of them.
    pub fn move_pages(&mut self, pages: i64) {
        self.move_by(pages.saturating_mul(i64::from(self.size.1).max(1)));
    }

    /// Moves to the first line.
    pub fn move_to_top(&mut self) {
        (self.above, self.left) = (0, 0);
        self.go_to_row(0);
    }

    /// Moves to the last line.
    pub fn move_to_bottom(&mut self) {
        self.go_to_row(self.folds.rows().saturating_sub(1));
    }

    /// Moves to the line at a 0-based row of the view.
    pub fn select_at(&mut self, y: u16) {
        if let Some(row) = self.rows().get(usize::from(y)) {
            self.cursor = row.line;
        }
    }

    /// Moves to a path, unfolding what hides it, or to the longest beginning of the path that exists.
    /// Returns true if the whole path exists.
    pub fn go_to_path(&mut self, path: &str) -> bool {
        let Some(document) = self.document.clone() else { return false };
        let found = super::path::find(&document.body, &document.nodes, path);
        let Some((node, whole)) = found else { return false };
        let is_revealed = self.reveal(node, false);
        // Moving to its end first brings all of it into view, if there is room.
        let format = self.format();
        for line in [document.last_line(format, node), document.line_of(format, node)] {
            self.cursor = line;
            self.clamp();
            self.follow();
        }
        if is_revealed {
            self.search_again();
        }
        whole
    }

    /// True if the document has a value at a path.
    #[must_use]
    pub fn has_path(&self, path: &str) -> bool {
        let found =
            self.document.as_ref().and_then(|it| super::path::find(&it.body, &it.nodes, path));
        found.is_some_and(|(_, whole)| whole)
    }

    /// Returns the keys of the map at a path.
    #[must_use]
    pub fn keys_of(&self, path: &str) -> Vec<String> {
        let Some(document) = self.document.as_deref() else { return Vec::new() };
        let found = super::path::find(&document.body, &document.nodes, path);
        let Some((node, true)) = found else { return Vec::new() };
        let fields = children(&document.nodes, node);
        fields.map(|field| key(&document.body, &document.nodes, field)).collect()
    }

    /// Scrolls right by a number of columns, or left by a negative number. Has no effect on wrapped
    /// lines.
    pub fn scroll_columns(&mut self, columns: i64) {
        let longest = self.rows().iter().map(|row| text::columns(&self.text(row.line))).max();
        let most = longest.unwrap_or(0).saturating_sub(self.width() / 2);
        let step = usize::try_from(columns.unsigned_abs()).unwrap_or(usize::MAX);
        self.left = if columns < 0 {
            self.left.saturating_sub(step)
        } else {
            self.left.saturating_add(step).min(most.max(self.left))
        };
    }

    fn go_to_row(&mut self, row: u32) {
        self.cursor = self.folds.line(row);
        self.follow();
    }

    /// Moves the cursor to a line that exists and is shown.
    pub(super) fn clamp(&mut self) {
        let last = self.folds.rows().saturating_sub(1);
        self.cursor = self.folds.line(self.folds.row(self.cursor).min(last));
    }

    /// Scrolls as little as possible to show the cursor.
    pub(super) fn follow(&mut self) {
        let height = usize::from(self.size.1).max(1);
        let row = self.folds.row(self.cursor);
        if !self.wraps() {
            let rows = u32::from(self.size.1).max(1);
            self.above = 0;
            let last_top = self.folds.rows().saturating_sub(rows);
            self.top = self.top.clamp((row + 1).saturating_sub(rows), row).min(last_top);
            return;
        }
        let parts = self.height(self.cursor);
        if parts >= height {
            // From below, the end of a high line is nearest.
            let from_below = row < self.top;
            self.above = match self.top == row {
                true => self.above.min(parts - height),
                false if from_below => parts - height,
                false => 0,
            };
            self.top = row;
        } else if row <= self.top {
            (self.top, self.above) = (row, 0);
        } else {
            let lowest = self.lowest_top(row, parts, height);
            if (self.top, self.above) < lowest {
                (self.top, self.above) = lowest;
            }
        }
    }

    /// Returns the first row in view, and its parts above the view, that place `row` at the bottom.
    fn lowest_top(&self, row: u32, parts: usize, height: usize) -> (u32, usize) {
        let (mut top, mut total) = (row, parts);
        while top > 0 && total < height {
            top -= 1;
            total += self.height(self.folds.line(top));
        }
        (top, total.saturating_sub(height))
    }

    /// Scrolls within the wrapped line of the cursor. Returns true if the view moved.
    fn scroll_within(&mut self, rows: i64) -> bool {
        if !self.wraps() || self.folds.row(self.cursor) != self.top {
            return false;
        }
        let most = self.height(self.cursor).saturating_sub(self.size.1.into());
        let step = usize::try_from(rows.unsigned_abs()).unwrap_or(usize::MAX);
        let above = if rows > 0 {
            self.above.saturating_add(step).min(most.max(self.above))
        } else {
            self.above.saturating_sub(step)
        };
        std::mem::replace(&mut self.above, above) != above
    }
}
