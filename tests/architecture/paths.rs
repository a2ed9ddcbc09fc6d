//! Finds the paths (`crate::store::Pool`) that a source names.

use proc_macro2::{Delimiter, TokenStream, TokenTree};

/// The module that a file holds: `src/app/rounds.rs` is crate, app, rounds.
pub fn module_path(path: &str) -> Vec<String> {
    let inside = path.split_once("src/").map_or(path, |(_, inside)| inside);
    let inside = inside.trim_end_matches(".rs").trim_end_matches("/mod");
    let parts = inside.split('/').filter(|part| !["lib", "main", "mod"].contains(part));
    std::iter::once("crate").chain(parts).map(str::to_owned).collect()
}

/// Adds each path that `tokens` name, `a::{b, c::d}` as two; those by `super` and `self` as seen from the crate.
pub fn collect_paths(tokens: TokenStream, module: &[String], names: &mut Vec<Vec<String>>) {
    let tokens: Vec<TokenTree> = tokens.into_iter().collect();
    let mut at = 0;
    while let Some(token) = tokens.get(at) {
        match token {
            TokenTree::Ident(name) if name == "mod" && is_inline_module(&tokens[at..]) => {
                let [_, TokenTree::Ident(name), TokenTree::Group(body), ..] = &tokens[at..] else {
                    unreachable!("is_inline_module has looked");
                };
                let inner = [module, &[name.to_string()]].concat();
                collect_paths(body.stream(), &inner, names);
                at += 3;
            }
            TokenTree::Ident(_) => at = collect_path(&tokens, at, &[], module, names),
            TokenTree::Group(group) => {
                collect_paths(group.stream(), module, names);
                at += 1;
            }
            _ => at += 1,
        }
    }
}

fn is_inline_module(tokens: &[TokenTree]) -> bool {
    matches!(tokens, [_, TokenTree::Ident(_), TokenTree::Group(body), ..]
        if body.delimiter() == Delimiter::Brace)
}

/// Adds the path that begins at `at`, which continues `before`; where it ends.
fn collect_path(
    tokens: &[TokenTree],
    mut at: usize,
    before: &[String],
    module: &[String],
    names: &mut Vec<Vec<String>>,
) -> usize {
    let mut path = before.to_vec();
    loop {
        match tokens.get(at) {
            Some(TokenTree::Ident(name)) => path.push(name.to_string()),
            Some(TokenTree::Group(group)) if !path.is_empty() && group.delimiter() == Delimiter::Brace => {
                collect_use_list(group.stream(), &path, module, names);
                return at + 1;
            }
            _ => break,
        }
        at += 1;
        let colons = tokens.get(at..at + 2).is_some_and(|two| {
            two.iter().all(|token| matches!(token, TokenTree::Punct(punct) if punct.as_char() == ':'))
        });
        if !colons {
            break;
        }
        at += 2;
    }
    names.push(from_crate(&path, module));
    at
}

/// Adds each path of `{b, c::d}` after `before::`.
fn collect_use_list(tokens: TokenStream, before: &[String], module: &[String], names: &mut Vec<Vec<String>>) {
    let tokens: Vec<TokenTree> = tokens.into_iter().collect();
    let mut at = 0;
    while let Some(token) = tokens.get(at) {
        let is_name = matches!(token, TokenTree::Ident(_));
        let first_of_its_part = at == 0 || matches!(&tokens[at - 1], TokenTree::Punct(punct) if punct.as_char() == ',');
        if is_name && first_of_its_part {
            at = collect_path(&tokens, at, before, module, names);
        } else {
            at += 1;
        }
    }
}

/// A path as seen from the crate: `super::b` in crate::a::c is crate::a::b.
fn from_crate(path: &[String], module: &[String]) -> Vec<String> {
    let mut place = module.to_vec();
    let mut rest = path;
    while let [first, after @ ..] = rest {
        match first.as_str() {
            "super" => {
                place.pop();
            }
            "self" if rest.len() == path.len() => {}
            _ => break,
        }
        rest = after;
    }
    if rest.len() == path.len() {
        return path.to_vec();
    }
    [&place, rest].concat()
}
