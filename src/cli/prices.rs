//! `--prices FILE`: how hard each hour is wanted, as a table or as a map.

use std::path::Path;

use creneau_solver::{Certificate, Plan, Round, prices};

use super::failure::Failure;
use super::output::Target;
use crate::planning::chart::{Lang, off_peak_map};
use crate::planning::prices::csv;

/// A file that will hold the prices; its name says how.
pub struct PriceFile {
    target: Target,
    form: Form,
}

enum Form {
    Table,
    Map,
}

impl PriceFile {
    /// Finds out now whether the file can be written, and as what.
    pub fn new(path: &Path) -> Result<Self, Failure> {
        let form = match path.extension().and_then(|ending| ending.to_str()) {
            Some("csv") => Form::Table,
            Some("svg") => Form::Map,
            _ => {
                let message = format!("{} does not say how", path.display());
                let action = "give a name that ends in .csv (a table) or .svg (a map)";
                return Err(Failure::usage("--prices", message, action));
            }
        };
        Ok(Self { target: Target::new(path)?, form })
    }

    /// Writes the prices of the plan's certificate.
    pub fn write(&self, round: &Round, plan: &Plan, lang: Lang) -> Result<(), Failure> {
        // Every plan that was solved has one, if without any price.
        let prices = prices(round, plan.certificate.as_ref().unwrap_or(&Certificate::default()));
        let text = match self.form {
            Form::Table => csv(round, plan, &prices),
            Form::Map => off_peak_map(round, plan, &prices, lang),
        };
        self.target.write(text.as_bytes())
    }
}
