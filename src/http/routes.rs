//! What happens at addresses, or with methods, that no route knows.

use super::{
    problem::Problem,
    web::{entrance::not_found, visitor::Visitor},
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

/// 405 where another method is known, else 404: for programs a problem, for everybody else a page.
pub async fn unknown(request: HttpRequest, methods: web::Data<Methods>) -> HttpResponse {
    if let Some(allow) = methods.at(request.path()) {
        return Problem::method_not_allowed(allow.to_owned()).error_response();
    }
    if request.path().starts_with("/api") {
        return Problem::unknown_address().error_response();
    }
    match Visitor::extract(&request).await {
        Ok(visitor) => not_found(visitor).await,
        Err(_) => Problem::unknown_address().error_response(),
    }
}
