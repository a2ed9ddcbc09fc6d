//! What happens at addresses, or with methods, that no route knows.

use super::{
    problem::Problem,
    web::{entrance, visitor::Visitor},
};
use actix_web::{FromRequest, HttpRequest, HttpResponse, ResponseError, dev::ResourceDef, web};
use utoipa::openapi::{OpenApi, path::PathItem};

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
    let operations = [
        ("GET", &item.get),
        ("POST", &item.post),
        ("PUT", &item.put),
        ("PATCH", &item.patch),
        ("DELETE", &item.delete),
    ];
    let known: Vec<&str> =
        operations.into_iter().filter(|(_, operation)| operation.is_some()).map(|(name, _)| name).collect();
    known.join(", ")
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
