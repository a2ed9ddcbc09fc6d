//! What the admin's pages are put together from: a page, and the parts that stand on it.

use askama::Template;

use crate::{
    app::AppError,
    http::web::{
        page::{Refusal, Shell},
        visitor::Visitor,
        words::Words,
    },
};

/// A page: its head, its parts one below the other, and some beside them.
#[derive(Template)]
#[template(path = "web/admin/page.html")]
pub struct Page {
    w: Words,
    shell: Shell,
    over: String,
    heading: String,
    lead: String,
    warning: Option<String>,
    tabs: Vec<Tab>,
    actions: Vec<Action>,
    parts: Vec<String>,
    aside: Vec<String>,
    refresh: Option<u32>,
}

/// A page beside this one.
pub struct Tab {
    /// Where to.
    pub href: String,
    /// What it says.
    pub label: String,
    /// Whether it is this one.
    pub current: bool,
}

impl Page {
    /// A page of a school.
    pub fn new(visitor: &Visitor, over: &str, heading: impl Into<String>) -> Self {
        let heading = heading.into();
        Self {
            w: visitor.w,
            shell: visitor.shell(&heading),
            over: over.to_owned(),
            heading,
            lead: String::new(),
            warning: None,
            tabs: Vec::new(),
            actions: Vec::new(),
            parts: Vec::new(),
            aside: Vec::new(),
            refresh: None,
        }
    }

    /// The same with a sentence that says what it is for.
    #[must_use]
    pub fn lead(self, lead: String) -> Self {
        Self { lead, ..self }
    }

    /// The same with something that must be looked at.
    #[must_use]
    pub fn warning(self, warning: Option<String>) -> Self {
        Self { warning, ..self }
    }

    /// The same with the pages beside it; `place` is where we are.
    #[must_use]
    pub fn tabs(self, place: &str, tabs: &[(&str, &str)]) -> Self {
        let path = place.split('?').next().unwrap_or_default();
        let tab = |(href, key): &(&str, &str)| Tab {
            href: (*href).to_owned(),
            label: self.w.t(key),
            current: path == href.split('?').next().unwrap_or_default(),
        };
        Self { tabs: tabs.iter().map(tab).collect(), ..self }
    }

    /// The same with views to choose from.
    #[must_use]
    pub fn views(self, tabs: Vec<Tab>) -> Self {
        Self { tabs, ..self }
    }

    /// The same with something to do.
    #[must_use]
    pub fn action(mut self, action: Action) -> Self {
        self.actions.push(action);
        self
    }

    /// The same, looked at again after so many seconds where there is no JavaScript.
    #[must_use]
    pub fn refresh(self, seconds: u32) -> Self {
        Self { refresh: Some(seconds), ..self }
    }

    /// The same with one more part.
    ///
    /// # Errors
    /// when the part cannot be rendered.
    pub fn part(mut self, part: &impl Template) -> Result<Self, Refusal> {
        self.parts.push(rendered(part)?);
        Ok(self)
    }

    /// The same with one more part beside the others.
    ///
    /// # Errors
    /// when the part cannot be rendered.
    pub fn beside(mut self, part: &impl Template) -> Result<Self, Refusal> {
        self.aside.push(rendered(part)?);
        Ok(self)
    }
}

fn rendered(part: &impl Template) -> Result<String, Refusal> {
    part.render().map_err(|error| AppError::Internal(error.to_string()).into())
}

/// Something to do: a link, or a form that is one button.
pub struct Action {
    /// Where to.
    pub href: String,
    /// What it says.
    pub label: String,
    /// What it says to those who do not see where it stands; empty when the label is enough.
    pub about: String,
    /// How it looks: classes of the style sheet.
    pub look: &'static str,
    /// What a form brings along; nothing for a link.
    pub csrf: Option<String>,
    /// What it sends besides.
    pub hidden: Vec<(String, String)>,
    /// What will happen, which is shown before the button is, and what that says; nothing where a press is enough.
    pub sure: Option<(String, String)>,
}

impl Action {
    /// A link.
    pub fn link(href: impl Into<String>, label: String) -> Self {
        let (href, about, sure) = (href.into(), String::new(), None);
        Self { href, label, about, look: "button plain slight", csrf: None, hidden: Vec::new(), sure }
    }

    /// A button that changes something.
    pub fn post(visitor: &Visitor, href: impl Into<String>, label: String) -> Self {
        Self { csrf: Some(visitor.csrf.clone()), ..Self::link(href, label) }
    }

    /// The same as what is to be done next.
    #[must_use]
    pub fn first(self) -> Self {
        Self { look: "button", ..self }
    }

    /// The same, as quiet as a link.
    #[must_use]
    pub fn quiet(self) -> Self {
        Self { look: "link small", ..self }
    }

    /// The same, saying to those who do not see its place what it is about.
    #[must_use]
    pub fn about(mut self, name: &str) -> Self {
        self.about = format!("{} : {name}", self.label);
        self
    }

    /// The same, which tells what will happen before it can be pressed.
    #[must_use]
    pub fn sure(self, text: String, button: String) -> Self {
        Self { sure: Some((text, button)), ..self }
    }

    /// The same with something that is sent and not seen.
    #[must_use]
    pub fn sending(mut self, name: &str, value: impl Into<String>) -> Self {
        self.hidden.push((name.to_owned(), value.into()));
        self
    }
}

/// A table that becomes a list of cards where it is narrow.
#[derive(Template)]
#[template(path = "web/admin/table.html")]
pub struct Table {
    /// The heading's id.
    pub id: &'static str,
    /// What it lists.
    pub heading: String,
    /// How many.
    pub count: String,
    /// The columns.
    pub columns: Vec<String>,
    /// The rows.
    pub rows: Vec<Row>,
    /// What the column of buttons is called, where there is one.
    pub deeds: Option<String>,
}

/// A row.
#[derive(Default)]
pub struct Row {
    /// Its cells.
    pub cells: Vec<Cell>,
    /// What can be done with it.
    pub actions: Vec<Action>,
}

/// A cell.
#[derive(Default)]
pub struct Cell {
    /// What it says.
    pub text: String,
    /// What it says besides, in small letters.
    pub small: String,
    /// Where it leads; empty for nowhere.
    pub href: String,
    /// How it is marked: `quiet` or `warn`, as the style sheet's tags; `plain`; nothing for plain text.
    pub tag: &'static str,
}

impl Cell {
    /// Plain text.
    pub fn text(text: impl Into<String>) -> Self {
        Self { text: text.into(), ..Self::default() }
    }

    /// A link.
    pub fn link(text: impl Into<String>, href: impl Into<String>) -> Self {
        Self { text: text.into(), href: href.into(), ..Self::default() }
    }

    /// A mark.
    pub fn tag(text: impl Into<String>, tag: &'static str) -> Self {
        Self { text: text.into(), tag, ..Self::default() }
    }

    /// The same with small words below.
    #[must_use]
    pub fn small(self, small: impl Into<String>) -> Self {
        Self { small: small.into(), ..self }
    }
}

/// What stands where there is nothing yet, and what to do next.
#[derive(Template)]
#[template(path = "web/admin/empty.html")]
pub struct Empty {
    /// What is not there.
    pub heading: String,
    /// What to do.
    pub text: String,
    /// Ways to do it.
    pub actions: Vec<Action>,
}

/// A few numbers with their names.
#[derive(Template)]
#[template(path = "web/admin/facts.html")]
pub struct Facts(pub Vec<(String, String, String)>);

/// A heading with sentences, and something to do.
#[derive(Template, Default)]
#[template(path = "web/admin/card.html")]
pub struct Card {
    /// The heading's id.
    pub id: &'static str,
    /// The heading.
    pub heading: String,
    /// Sentences.
    pub lines: Vec<String>,
    /// A list.
    pub items: Vec<String>,
    /// What can be done.
    pub actions: Vec<Action>,
    /// Whether it warns.
    pub is_warning: bool,
}
