//! What webhooks are sent, for the OpenAPI document: one entry under `webhooks` for each kind of news.

use crate::{
    app::events::{AlertNews, CapacityNews, PingNews, PlaceNews, PlanNews, RoundNews, SessionsNews, SwapNews},
    domain::{event::Event, webhook::PING},
};
use utoipa::{
    ToSchema,
    openapi::{
        Content, HttpMethod, OpenApi, PathItem, PathsBuilder, Ref, Required, ResponseBuilder,
        path::{OperationBuilder, Parameter, ParameterBuilder, ParameterIn},
        request_body::RequestBodyBuilder,
        schema::{KnownFormat, Object, ObjectBuilder, SchemaFormat, SchemaType, Type},
    },
};

const ID: &str = "Names the news: the same however often it is sent, so that whoever has it already can leave it.";
const TIMESTAMP: &str = "When this attempt was made, in seconds since 1970. Refuse what is older than five minutes.";
const SIGNATURE: &str = "`v1,` and the HMAC-SHA256, in base64, of identifier, timestamp and body with full stops between; \
    one for each secret, with a blank between two. The key is what follows `whsec_` in the secret, decoded from base64.";

/// Adds the kinds of news, with the schemas that they need.
pub fn describe(document: &mut OpenApi) {
    let mut paths = PathsBuilder::new();
    for event in Event::ALL {
        let (summary, schema) = match event {
            Event::RoundOpened => ("A round takes wishes", add::<RoundNews>(document)),
            Event::RoundClosing => ("A round closes within a day", add::<RoundNews>(document)),
            Event::RoundDeleted => ("A round is deleted, with the wishes in it", add::<RoundNews>(document)),
            Event::PlanPublished => ("A plan is published", add::<PlanNews>(document)),
            Event::SessionsChanged => ("Sessions are booked, moved or cancelled", add::<SessionsNews>(document)),
            Event::PlaceOffered => {
                ("A place is kept for a class that waits, or is not kept any more", add::<PlaceNews>(document))
            }
            Event::Swap => ("A swap is asked for or answered", add::<SwapNews>(document)),
            Event::CapacityCut => ("Sessions take more than a limit allows", add::<CapacityNews>(document)),
            Event::LoadAlert => {
                ("Load is above what was expected or near a limit, or is not any more", add::<AlertNews>(document))
            }
            // Nobody but who is meant hears of these.
            Event::SignIn | Event::Invitation => continue,
        };
        paths = paths.path(event.as_str(), item(event.as_str(), summary, schema));
    }
    let ping = add::<PingNews>(document);
    document.webhooks = Some(paths.path(PING, item(PING, "A test", ping)).build());
}

/// The schema among the document's, and where it stands.
fn add<T: ToSchema>(document: &mut OpenApi) -> Ref {
    let mut schemas = vec![(T::name().into_owned(), T::schema())];
    T::schemas(&mut schemas);
    let known = &mut document.components.get_or_insert_default().schemas;
    for (name, schema) in schemas {
        known.entry(name).or_insert(schema);
    }
    Ref::from_schema_name(T::name())
}

fn item(kind: &str, summary: &str, data: Ref) -> PathItem {
    let constant = text().enum_values(Some([kind])).description(Some("The kind of news."));
    let timestamp = text()
        .format(Some(SchemaFormat::KnownFormat(KnownFormat::DateTime)))
        .description(Some("When it happened, whenever it is sent."));
    let body = ObjectBuilder::new()
        .property("type", constant)
        .property("timestamp", timestamp)
        .property("data", data)
        .required("type")
        .required("timestamp")
        .required("data");
    let body = RequestBodyBuilder::new()
        .content("application/json", Content::new(Some(body)))
        .required(Some(Required::True))
        .build();
    let seconds = ObjectBuilder::new().schema_type(SchemaType::new(Type::Integer)).build();
    let operation = OperationBuilder::new()
        .tag("Webhooks")
        .operation_id(Some(format!("told_{}", kind.replace('-', "_"))))
        .summary(Some(summary))
        .parameter(header("webhook-id", ID, text().build()))
        .parameter(header("webhook-timestamp", TIMESTAMP, seconds))
        .parameter(header("webhook-signature", SIGNATURE, text().build()))
        .request_body(Some(body))
        .response("2XX", answer("The news is taken."))
        .response("410", answer("The receiver is gone: the webhook is disabled."))
        .response("default", answer("The news is sent again later; not before `Retry-After`, where that is given."));
    PathItem::new(HttpMethod::Post, operation)
}

fn text() -> ObjectBuilder {
    ObjectBuilder::new().schema_type(SchemaType::new(Type::String))
}

fn header(name: &str, description: &str, schema: Object) -> Parameter {
    ParameterBuilder::new()
        .name(name)
        .parameter_in(ParameterIn::Header)
        .required(Required::True)
        .description(Some(description))
        .schema(Some(schema))
        .build()
}

fn answer(description: &str) -> ResponseBuilder {
    ResponseBuilder::new().description(description)
}
