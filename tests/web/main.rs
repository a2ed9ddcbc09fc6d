//! The website, as people meet it: in a browser, in French and English, on a phone and at a desk; and by plain forms.
#![cfg(test)]

#[path = "../support/mod.rs"]
mod support;

mod accounts;
mod accounts_browser;
mod admin_browser;
mod admin_forms;
mod admin_strangers;
mod browser;
mod deletions;
mod forms;
mod live;
mod mails;
mod office;
mod operator;
mod painting;
mod pupil;
mod school;
mod screens;
mod shared_load;
mod teacher_browser;
mod teacher_forms;
mod together;
mod visitor;
mod waiting;
mod whole;
mod wishes_for_others;
