//! What happens at addresses, with methods, or with parameters of the query, that no route knows.

use super::{
    problem::Problem,
    schema::{clip, unknown as unknown_name},
    web::{entrance, visitor::Visitor},
};
use crate::domain::finding::Finding;
use actix_web::{FromRequest, HttpRequest, HttpResponse, ResponseError, dev::ResourceDef, web};
use std::collections::{BTreeSet, HashMap};
use utoipa::openapi::{
    OpenApi, RefOr,
    path::{Operation, Parameter, ParameterIn, PathItem},
};

/// Unknown parameters that are listed.
const MOST: usize = 20;

/// The methods of each address of the API, from its document.
pub struct Methods(Vec<(ResourceDef, String)>);

impl Methods {
    /// Reads the document.
    pub fn of(document: &OpenApi) -> Self {
        let methods = |(path, item): (&String, &PathItem)| (ResourceDef::new(path.as_str()), allowed(item));
        Self(document.paths.paths.iter().map(methods).collect())
    }

    fn at(&self, path: &str) -> Option<&str> {
        self.0.iter().find(|(address, _)| address.is_match(path)).map(|(_, methods)| methods.as_str())
    }
}

fn allowed(item: &PathItem) -> String {
    operations(item).map(|(method, _)| method).collect::<Vec<_>>().join(", ")
}

fn operations(item: &PathItem) -> impl Iterator<Item = (&'static str, &Operation)> {
    let all = [
        ("GET", &item.get),
        ("POST", &item.post),
        ("PUT", &item.put),
        ("PATCH", &item.patch),
        ("DELETE", &item.delete),
    ];
    all.into_iter().filter_map(|(method, operation)| Some((method, operation.as_ref()?)))
}

/// What each operation of the API takes in its query, from its document: there, no handler can forget to look.
pub struct Parameters(HashMap<String, Vec<String>>);

impl Parameters {
    /// Reads the document.
    pub fn of(document: &OpenApi) -> Self {
        let of_query = |one: &RefOr<Parameter>| match one {
            RefOr::T(one) => matches!(one.parameter_in, ParameterIn::Query).then(|| one.name.clone()),
            RefOr::Ref(_) => None,
        };
        let all = document.paths.paths.iter().flat_map(|(path, item)| {
            operations(item).map(move |(method, operation)| {
                let names = operation.parameters.iter().flatten().filter_map(of_query);
                (format!("{method} {path}"), names.collect())
            })
        });
        Self(all.collect())
    }

    /// A finding for each parameter that the operation does not take. Of what is no operation of the API, nothing is
    /// known.
    fn unknown(&self, request: &HttpRequest) -> Vec<Finding> {
        let operation = format!("{} {}", request.method(), request.match_pattern().unwrap_or_default());
        let Some(known) = self.0.get(&operation) else { return Vec::new() };
        let known: Vec<&str> = known.iter().map(String::as_str).collect();
        let given: BTreeSet<_> =
            url::form_urlencoded::parse(request.query_string().as_bytes()).map(|(name, _)| name).collect();
        let others = given.iter().filter(|name| !known.contains(&&***name)).take(MOST);
        others.map(|name| unknown_name("parameter", clip(name), name, &known)).collect()
    }
}

/// Parameters of the query that the operation does not take, one finding each.
pub fn unknown_parameters(request: &HttpRequest) -> Vec<Finding> {
    let known = request.app_data::<web::Data<Parameters>>();
    known.map(|known| known.unknown(request)).unwrap_or_default()
}

/// 405 where another method is known, else 404: as a page to people, as a problem to programs.
pub async fn unknown(request: HttpRequest, methods: web::Data<Methods>) -> HttpResponse {
    if !request.path().starts_with("/api/")
        && let Ok(visitor) = Visitor::extract(&request).await
    {
        return entrance::not_found(&visitor);
    }
    let problem = match methods.at(request.path()) {
        Some(allow) => Problem::method_not_allowed(allow.to_owned()),
        None => Problem::unknown_address(),
    };
    problem.error_response()
}
