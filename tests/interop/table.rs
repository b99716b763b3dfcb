//! The results as a table, rewritten with each of them at the path that `MATRIX_TABLE` names.
//!
//! Each test file has a section of its own there and leaves those of others as they are.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::fs;
use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};

const HEADING: &str = concat!("## ", env!("CARGO_CRATE_NAME"), "\n");

static TABLE: Mutex<Table> = Mutex::new(Table {
    rows: Vec::new(),
    columns: Vec::new(),
    cells: BTreeMap::new(),
});

struct Table {
    rows: Vec<String>,
    columns: Vec<String>,
    cells: BTreeMap<(String, String), String>,
}

/// Says in which order rows are to stand. Those that stand already stay where they are.
pub fn rows(rows: impl IntoIterator<Item = String>) {
    let mut table = TABLE.lock().unwrap_or_else(PoisonError::into_inner);
    for row in rows {
        table.add_row(&row);
    }
}

/// Notes a result.
pub fn record(row: &str, column: &str, result: &str) {
    let Some(path) = std::env::var_os("MATRIX_TABLE").map(PathBuf::from) else {
        return;
    };
    let mut table = TABLE.lock().unwrap_or_else(PoisonError::into_inner);
    table.add_row(row);
    if !table.columns.iter().any(|one| one == column) {
        table.columns.push(column.to_owned());
        table.columns.sort();
    }
    let cell = (row.to_owned(), column.to_owned());
    table.cells.insert(cell, result.replace('|', "\\|"));
    let before = fs::read_to_string(&path).unwrap_or_default();
    if let Err(error) = fs::write(&path, table.placed_in(&before)) {
        println!("{}: {error}", path.display());
    }
}

impl Table {
    fn add_row(&mut self, row: &str) {
        if !self.rows.iter().any(|one| one == row) {
            self.rows.push(row.to_owned());
        }
    }

    fn placed_in(&self, text: &str) -> String {
        let (before, after) = match text.split_once(HEADING) {
            Some((before, rest)) => (before, rest.find("## ").map_or("", |at| &rest[at..])),
            None => (text, ""),
        };
        format!("{before}{HEADING}\n{}\n{after}", self.markdown())
    }

    fn markdown(&self) -> String {
        let mut out = format!("| case | {} |\n", self.columns.join(" | "));
        writeln!(out, "|{}", " --- |".repeat(self.columns.len() + 1)).unwrap();
        for row in &self.rows {
            let cell = |column: &String| {
                let cell = self.cells.get(&(row.clone(), column.clone()));
                cell.map_or("not run", String::as_str)
            };
            let cells: Vec<&str> = self.columns.iter().map(cell).collect();
            writeln!(out, "| {row} | {} |", cells.join(" | ")).unwrap();
        }
        out
    }
}

#[test]
fn a_section_replaces_itself_and_no_other() {
    let mut table = Table {
        rows: Vec::new(),
        columns: vec!["a".to_owned()],
        cells: BTreeMap::new(),
    };
    table.add_row("one");
    let first = table.placed_in("## other\n\nkept\n");
    let heading = format!("## other\n\nkept\n{HEADING}\n| case | a |\n| --- | --- |\n");
    assert_eq!(first, format!("{heading}| one | not run |\n\n"));
    let cell = ("one".to_owned(), "a".to_owned());
    table.cells.insert(cell, "ok".to_owned());
    let second = table.placed_in(&format!("{first}## last\n"));
    assert_eq!(second, format!("{heading}| one | ok |\n\n## last\n"));
}
