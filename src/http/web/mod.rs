//! The website: pages rendered on the server, in French and English, which all work without JavaScript.
//!
//! A page is a handler of about ten lines, a view model in plain words and numbers, and a template of the same name
//! under `templates/web/`. What the pages say stands in `src/locales/*/web.ftl`, how they look in `static/css/`.
//!
//! - [`entrance`]: the first page, signing in and out
//! - [`journal`]: what was done, in words
//! - [`alerts`]: warnings of load
//! - [`limits`]: limits by weekday and hour, painted on a grid
//! - [`links`]: one-time links that came by e-mail
//! - [`unsubscribe`]: mails that somebody does not want any more
//! - [`visitor`]: who looks at a page, and whether a form is ours
//! - [`page`]: the frame around every page, and the pages that say no
//! - [`nav`]: what each role finds where
//! - [`flash`]: what is said once, after a redirect
//! - [`parts`]: fields, tables, grids and other parts that pages are made of
//! - [`style`]: all tokens and parts on one page
//! - [`week`]: the school's week
//! - [`feed`]: the page of a calendar, for pupils and parents
//! - [`wishes`]: a teacher's wishes, and the form for one more
//! - [`start`]: where a school's admin begins until the first week is published
//! - [`operator`]: the operator's pages: all schools, what they share, who may do what
//! - [`plan`]: what a teacher got, why, and what can be done about it
//! - [`book`]: free starts, and a place that is held
//! - [`browser`]: what a browser is called
//! - [`preferences`]: calendar, mails, language, role, password
//! - [`deed`]: what the buttons of pages do
//! - [`said`]: what stands against a class, in words
//! - [`admin`]: everything for those who run a school
//! - [`version`]: forms that somebody else overtook
//! - [`words`]: texts, dates and numbers
//! - [`assets`]: the style sheet, the script and the pictures

pub mod admin;
pub mod alerts;
pub mod assets;
pub mod book;
mod browser;
pub mod deed;
pub mod entrance;
pub mod feed;
pub mod flash;
pub mod journal;
pub mod limits;
pub mod links;
pub mod nav;
pub mod operator;
pub mod page;
pub mod parts;
pub mod plan;
pub mod preferences;
pub mod said;
#[cfg(test)]
mod samples;
pub mod start;
pub mod style;
pub mod unsubscribe;
pub mod version;
pub mod visitor;
pub mod week;
pub mod wishes;
pub mod words;

use actix_web::web::{ServiceConfig, get, post, resource, scope};

/// The website's routes.
pub fn routes(config: &mut ServiceConfig) {
    config
        .route("/", get().to(entrance::home))
        .service(resource("/sign-in").route(get().to(entrance::sign_in)).route(post().to(entrance::enter_by_form)))
        .route("/sign-out", post().to(entrance::sign_out))
        .route("/enter/{secret}", get().to(entrance::enter))
        .service(resource("/link/{secret}").route(get().to(links::show)).route(post().to(links::sign_in)))
        .service(resource("/invitation/{secret}").route(get().to(links::invitation)).route(post().to(links::accept)))
        .service(
            resource("/unsubscribe/{secret}/{kind}")
                .route(get().to(unsubscribe::show))
                .route(post().to(unsubscribe::off)),
        )
        .route("/unsubscribe/{secret}/{kind}/undo", post().to(unsubscribe::on))
        .route("/week", get().to(week::show))
        .service(scope("/wishes").configure(wishes::routes))
        .route("/plan", get().to(plan::show))
        .route("/plan/wish/{id}", get().to(plan::wish))
        .route("/plan/swaps/{id}/{deed}", post().to(plan::answer_swap))
        .route("/plan/waiting/{id}/leave", post().to(plan::leave))
        .route("/plan/{id}", get().to(plan::class))
        .route("/plan/{id}/move", post().to(plan::move_class))
        .route("/plan/{id}/cancel", post().to(plan::cancel))
        .route("/plan/{id}/link", post().to(plan::link))
        .route("/plan/{id}/swap", post().to(plan::swap))
        .service(resource("/book").route(get().to(book::show)).route(post().to(book::hold)))
        .route("/book/wait", post().to(book::wait))
        .route("/book/{id}", get().to(book::held))
        .route("/book/{id}/confirm", post().to(book::confirm))
        .route("/book/{id}/cancel", post().to(book::cancel))
        .configure(preferences_routes)
        // Hexadecimal digits alone: with `.ics` behind them, it is the calendar itself.
        .route("/feeds/{secret:[0-9a-f]+}", get().to(feed::show))
        .route(start::PLACE, get().to(start::show))
        .configure(operator::routes)
        .configure(admin::routes)
        .route("/style", get().to(style::show))
        .route("/static/{file}", get().to(assets::serve));
}

fn preferences_routes(config: &mut ServiceConfig) {
    config
        .route("/preferences", get().to(preferences::show))
        .route("/preferences/feeds", post().to(preferences::make_feed))
        .route("/preferences/feeds/{id}/replace", post().to(preferences::replace_feed))
        .route("/preferences/feeds/{id}/revoke", post().to(preferences::revoke_feed))
        .route("/preferences/mails", post().to(preferences::mails))
        .route("/preferences/link", post().to(preferences::link))
        .route("/preferences/language", post().to(preferences::language))
        .route("/preferences/role", post().to(preferences::role))
        .route("/preferences/password", post().to(preferences::password))
        .route("/preferences/sessions/end", post().to(preferences::end_all))
        .route("/preferences/sessions/{id}/end", post().to(preferences::end_session));
}
