//! Parts that pages are made of. Each has a macro of the same name under `templates/web/parts/`, which turns it into
//! HTML; the style page shows them all.

use super::words::sort_key;
use crate::domain::id::Id;

/// Something to choose from a list.
#[derive(Clone, Debug, Default)]
pub struct Choice {
    /// What is sent.
    pub value: String,
    /// What is read.
    pub name: String,
    /// Whether it is chosen.
    pub chosen: bool,
}

impl Choice {
    /// One that is chosen when its value is the chosen one.
    pub fn new(value: impl ToString, name: impl Into<String>, chosen: &str) -> Self {
        let value = value.to_string();
        Self { chosen: value == chosen, value, name: name.into() }
    }
}

/// A list to choose from, in the order in which people look for names.
pub fn choices<'a>(named: impl Iterator<Item = (&'a Id, &'a str)>, chosen: impl Fn(&Id) -> bool) -> Vec<Choice> {
    let choice = |(id, name): (&Id, &str)| Choice { value: id.to_string(), name: name.to_owned(), chosen: chosen(id) };
    let mut out: Vec<Choice> = named.map(choice).collect();
    out.sort_by_cached_key(|choice| sort_key(&choice.name));
    out
}

/// What is wrong with a form, and with which field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldError {
    /// The field's id in the page; empty, or `form`, for the form as a whole.
    pub field: String,
    /// What to do about it.
    pub text: String,
}

impl FieldError {
    /// Something wrong with a field.
    pub fn at(field: &str, text: String) -> Self {
        Self { field: field.to_owned(), text }
    }
}

/// A field of a form: `parts/forms.html` has `input`, `select`, `checks` and `radios` for it.
#[derive(Clone, Debug, Default)]
pub struct Field {
    /// Its name, and its id in the page.
    pub name: String,
    /// What it asks for.
    pub label: String,
    /// A word of help.
    pub hint: Option<String>,
    /// What is wrong with it.
    pub error: Option<String>,
    /// What stands in it.
    pub value: String,
    /// `text`, `email`, `number`, `date`, `time`, `url`, `password`, …
    pub kind: &'static str,
    /// What the browser may fill in by itself.
    pub autocomplete: &'static str,
    /// Whether it must be filled in.
    pub required: bool,
    /// What there is to choose from.
    pub options: Vec<Choice>,
}

impl Field {
    /// A field for a text.
    pub fn text(name: impl Into<String>, label: impl Into<String>) -> Self {
        let (name, label) = (name.into(), label.into());
        Self { name, label, kind: "text", autocomplete: "off", ..Self::default() }
    }

    /// A choice.
    pub fn choice(name: impl Into<String>, label: impl Into<String>, options: Vec<Choice>) -> Self {
        Self { options, ..Self::text(name, label) }
    }

    /// With a word of help.
    #[must_use]
    pub fn hint(self, hint: impl Into<String>) -> Self {
        Self { hint: Some(hint.into()), ..self }
    }

    /// With what stands in it.
    #[must_use]
    pub fn value(self, value: impl Into<String>) -> Self {
        Self { value: value.into(), ..self }
    }

    /// With what is wrong with it.
    #[must_use]
    pub fn error(self, error: Option<String>) -> Self {
        Self { error, ..self }
    }

    /// Of another kind than text.
    #[must_use]
    pub fn kind(self, kind: &'static str) -> Self {
        Self { kind, ..self }
    }

    /// With what the browser may fill in.
    #[must_use]
    pub fn autocomplete(self, autocomplete: &'static str) -> Self {
        Self { autocomplete, ..self }
    }

    /// One that must be filled in.
    #[must_use]
    pub fn required(self) -> Self {
        Self { required: true, ..self }
    }

    /// The ids of what describes it, for `aria-describedby`; empty when nothing does.
    pub fn described_by(&self) -> String {
        let hint = self.hint.as_ref().map(|_| format!("{}-hint", self.name));
        let error = self.error.as_ref().map(|_| format!("{}-error", self.name));
        hint.into_iter().chain(error).collect::<Vec<_>>().join(" ")
    }
}

/// What is wrong with a form, above it, each with a link to its field.
#[derive(Clone, Debug, Default)]
pub struct Mistakes {
    /// How many there are, in words.
    pub heading: String,
    /// That nothing is lost.
    pub text: String,
    /// The field's id and what to do.
    pub list: Vec<(String, String)>,
}

/// A table: on a phone each row is a card, with the heads as labels.
#[derive(Clone, Debug, Default)]
pub struct Table {
    /// What it shows.
    pub caption: String,
    /// Its columns; the first names the row.
    pub heads: Vec<Head>,
    /// Its rows, each as long as the heads.
    pub rows: Vec<Vec<Cell>>,
}

/// A column of a table.
#[derive(Clone, Debug, Default)]
pub struct Head {
    /// What stands above it.
    pub name: String,
    /// Whether it holds numbers, which stand at the right.
    pub is_number: bool,
}

/// A cell of a table.
#[derive(Clone, Debug, Default)]
pub struct Cell {
    /// What it says.
    pub text: String,
    /// Where it leads.
    pub href: Option<String>,
    /// As which tag it is drawn: `plain`, `quiet`, `warn`.
    pub tag: Option<&'static str>,
}

impl Head {
    /// A column of words.
    pub fn new(name: impl Into<String>) -> Self {
        Self { name: name.into(), is_number: false }
    }

    /// A column of numbers.
    pub fn number(name: impl Into<String>) -> Self {
        Self { name: name.into(), is_number: true }
    }
}

impl Cell {
    /// Plain words.
    pub fn new(text: impl Into<String>) -> Self {
        Self { text: text.into(), ..Self::default() }
    }

    /// A link.
    pub fn link(text: impl Into<String>, href: impl Into<String>) -> Self {
        Self { href: Some(href.into()), ..Self::new(text) }
    }

    /// A tag.
    pub fn tag(text: impl Into<String>, tag: &'static str) -> Self {
        Self { tag: Some(tag), ..Self::new(text) }
    }
}

/// One of several views of the same thing.
#[derive(Clone, Debug, Default)]
pub struct Tab {
    /// What it says.
    pub name: String,
    /// Where it leads.
    pub href: String,
    /// Whether it is the one that is shown.
    pub current: bool,
}

/// How far something is.
#[derive(Clone, Debug, Default)]
pub struct Progress {
    /// What is under way.
    pub label: String,
    /// How much is done.
    pub value: u64,
    /// How much there is; 0 when nobody knows.
    pub most: u64,
    /// That in words.
    pub words: String,
}

/// A step that cannot be undone: a summary that opens to what will happen and the button that does it. It needs no
/// script and no dialog.
#[derive(Clone, Debug, Default)]
pub struct Confirm {
    /// What opens it.
    pub summary: String,
    /// What will happen.
    pub text: String,
    /// Where the form is sent.
    pub action: String,
    /// What the button says.
    pub button: String,
    /// Names and values that the form brings along.
    pub fields: Vec<(String, String)>,
}

impl Confirm {
    /// One without further fields.
    pub fn new(
        action: impl Into<String>,
        summary: impl Into<String>,
        text: impl Into<String>,
        button: impl Into<String>,
    ) -> Self {
        let (action, summary, text, button) = (action.into(), summary.into(), text.into(), button.into());
        Self { summary, text, action, button, fields: Vec::new() }
    }
}

/// A week to paint: each cell is a group of radio buttons of which one is chosen; rows and columns can be filled.
#[derive(Clone, Debug, Default)]
pub struct Grid {
    /// Its id.
    pub id: String,
    /// What it is for.
    pub caption: String,
    /// What the brush is called.
    pub brush: String,
    /// The values of a cell, in the order in which a tap goes through them; the first is the usual one. Four at most.
    pub levels: Vec<Level>,
    /// The value on the brush.
    pub chosen: String,
    /// The columns.
    pub days: Vec<GridDay>,
    /// The rows.
    pub rows: Vec<GridRow>,
}

/// A value of a grid's cell.
#[derive(Clone, Debug, Default)]
pub struct Level {
    /// What is sent.
    pub value: String,
    /// What it is called.
    pub name: String,
    /// A sign for it, so that nobody needs the colour.
    pub sign: &'static str,
    /// How it is drawn: `wish`, `fine`, `need`, `never`.
    pub look: &'static str,
}

/// A column of a grid.
#[derive(Clone, Debug, Default)]
pub struct GridDay {
    /// What names it in addresses and fields.
    pub key: String,
    /// `lun.`
    pub short: String,
    /// `lundi`
    pub name: String,
    /// What the button that fills it says to those who cannot see it.
    pub fill: String,
}

/// A row of a grid.
#[derive(Clone, Debug, Default)]
pub struct GridRow {
    /// What names it in addresses and fields.
    pub key: String,
    /// `9 h`
    pub name: String,
    /// What the button that fills it says to those who cannot see it.
    pub fill: String,
    /// One cell a day; nothing where there is none.
    pub cells: Vec<Option<GridCell>>,
}

/// A cell of a grid.
#[derive(Clone, Debug, Default)]
pub struct GridCell {
    /// The name of its radio buttons.
    pub name: String,
    /// What it is, for those who cannot see where it stands: `lundi 9 h, rempli à 80 %`.
    pub label: String,
    /// The value that is chosen.
    pub chosen: String,
    /// A small text in it, such as how full the hour is.
    pub note: String,
    /// How full the hour is: 0 to 4.
    pub full: usize,
}

impl Grid {
    /// The key that comes with the button of a row or column: `row:9`, `day:1`.
    pub fn fill(kind: &str, key: &str) -> String {
        format!("{kind}:{key}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_field_names_what_describes_it() {
        let field = Field::text("title", "Titre").hint("court");
        assert_eq!(field.described_by(), "title-hint");
        assert_eq!(field.error(Some("vide".to_owned())).described_by(), "title-hint title-error");
    }
}
