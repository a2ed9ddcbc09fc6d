//! A feed's addresses: they hold its secret, and are shown once.

use crate::{
    app::{AppError, AppResult, Settings},
    domain::feed::Feed,
};
use base64::{Engine, engine::general_purpose::STANDARD};
use qrcode::{QrCode, render::svg};
use serde::Serialize;
use utoipa::ToSchema;

/// A feed that got its secret, with the addresses that hold it. They are shown this once. It has no `Debug`, like all
/// that holds a secret.
#[derive(Clone, Serialize, ToSchema)]
pub struct IssuedFeed {
    /// The feed.
    #[serde(flatten)]
    pub feed: Feed,
    /// The calendar's path on this service.
    #[schema(example = "/feeds/5f…c1.ics")]
    pub path: String,
    /// The calendar's address: what a copy button copies, for programs that ask for an address.
    pub url: String,
    /// The same for programs that offer to subscribe when it is opened.
    pub webcal_url: String,
    /// The address of a page that shows the same sessions, with a button to subscribe.
    pub page_url: String,
    /// The page's address as a QR code, for a poster or a sheet of paper: an SVG image.
    #[schema(example = "<svg xmlns=…")]
    pub qr_svg: String,
    /// The same image as the address of an `<img>`.
    #[schema(example = "data:image/svg+xml;base64,PD94…")]
    pub qr_url: String,
}

impl IssuedFeed {
    /// The feed with the addresses that hold this secret.
    ///
    /// # Errors
    /// `Internal` for a service whose own address is longer than a QR code holds.
    pub(super) fn new(settings: &Settings, feed: Feed, secret: &str) -> AppResult<Self> {
        let path = format!("/feeds/{secret}.ics");
        let page_url = format!("{}/feeds/{secret}", settings.public_url);
        let url = format!("{page_url}.ics");
        let qr_svg = qr_svg(&page_url)?;
        Ok(Self { feed, path, webcal_url: webcal(&url), qr_url: image_url(&qr_svg), qr_svg, page_url, url })
    }
}

/// The address of a calendar for programs that offer to subscribe when it is opened.
pub fn webcal(url: &str) -> String {
    let (_, place) = url.split_once("://").unwrap_or(("", url));
    format!("webcal://{place}")
}

/// A text as a QR code, in an SVG image: black on white whatever surrounds it, with the margin that the standard asks for.
///
/// # Errors
/// `Internal` for more text than a QR code holds, about two thousand characters.
pub fn qr_svg(text: &str) -> AppResult<String> {
    let code = QrCode::new(text).map_err(|error| AppError::Internal(format!("a QR code: {error}")))?;
    Ok(code.render::<svg::Color<'_>>().min_dimensions(240, 240).build())
}

/// An SVG image as the address of an `<img>`.
pub fn image_url(svg: &str) -> String {
    format!("data:image/svg+xml;base64,{}", STANDARD.encode(svg))
}
