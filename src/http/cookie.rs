//! The cookie of a browser that is signed in.

use crate::{app::App, domain::account::SESSION_DAYS};
use actix_web::cookie::{Cookie, SameSite, time::Duration};

/// Its name. It holds the secret of a session, which is worth nothing but as this cookie.
pub const NAME: &str = "creneau_session";

/// What a browser is given that has signed in.
pub fn begun(app: &App, secret: String) -> Cookie<'static> {
    cookie(app, secret, SESSION_DAYS)
}

/// What a browser is given that has signed out.
pub fn ended(app: &App) -> Cookie<'static> {
    cookie(app, String::new(), 0)
}

/// No script reads it, other sites' requests that change something do not bring it, and it goes over HTTPS only
/// where the service is reached so.
fn cookie(app: &App, value: String, days: i64) -> Cookie<'static> {
    Cookie::build(NAME, value)
        .path("/")
        .http_only(true)
        .same_site(SameSite::Lax)
        .secure(app.settings.public_url.starts_with("https://"))
        .max_age(Duration::days(days))
        .finish()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{app::Settings, store::Store};

    fn app(public_url: &str) -> App {
        let folder = tempfile::TempDir::new().unwrap();
        let store = Store::embedded(folder.path(), 1).unwrap();
        App::new(store, Settings { public_url: public_url.to_owned(), domain: "creneau.example".to_owned() })
    }

    #[test]
    fn it_is_kept_from_scripts_and_from_other_sites() {
        let text = begun(&app("https://creneau.example"), "abc".to_owned()).to_string();
        for part in ["creneau_session=abc", "HttpOnly", "SameSite=Lax", "Secure", "Path=/", "Max-Age=2592000"] {
            assert!(text.contains(part), "{part} is not in {text}");
        }
        let plain = ended(&app("http://127.0.0.1:8080")).to_string();
        assert!(!plain.contains("Secure") && plain.contains("Max-Age=0"), "{plain}");
    }
}
