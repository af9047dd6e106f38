//! Tables as Flux prints them: cells padded to their column and parted by tabs. Nothing trails the last cell, which may be long.

/// Rows under headings.
pub struct Table {
    columns: Vec<&'static str>,
    rows: Vec<Vec<String>>,
}

impl Table {
    /// An empty table.
    pub fn new(columns: Vec<&'static str>) -> Table {
        Table { columns, rows: Vec::new() }
    }

    /// Adds a row: a cell for each column. Line breaks in cells become spaces.
    pub fn push(&mut self, cells: Vec<String>) {
        debug_assert_eq!(cells.len(), self.columns.len(), "a row has a cell for each column");
        self.rows.push(cells.into_iter().map(|cell| cell.split_whitespace().collect::<Vec<_>>().join(" ")).collect());
    }

    /// The table without its headings.
    pub fn body(&self) -> String {
        let widths = self.widths();
        self.rows.iter().map(|row| format!("{}\n", line(row.iter().map(String::as_str), &widths))).collect()
    }

    /// The table with its headings.
    pub fn text(&self) -> String {
        format!("{}\n{}", line(self.columns.iter().copied(), &self.widths()), self.body())
    }

    fn widths(&self) -> Vec<usize> {
        let width = |at: usize| self.rows.iter().map(move |row| row[at].chars().count()).max().unwrap_or(0);
        self.columns.iter().enumerate().map(|(at, column)| width(at).max(column.len())).collect()
    }
}

fn line<'a>(cells: impl Iterator<Item = &'a str>, widths: &[usize]) -> String {
    let padded: Vec<String> = cells.zip(widths).map(|(cell, width)| format!("{cell:<width$}")).collect();
    padded.join("\t").trim_end().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_are_padded_and_parted_by_tabs() {
        let mut table = Table::new(vec!["NAME", "READY", "MESSAGE"]);
        table.push(vec!["web".into(), "True".into(), "Applied\nrevision".into()]);
        assert_eq!(table.text(), "NAME\tREADY\tMESSAGE\nweb \tTrue \tApplied revision\n");
        assert_eq!(table.body(), "web \tTrue \tApplied revision\n");
    }
}
