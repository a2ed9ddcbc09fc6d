//! A form that may bring a file along.

use std::{future::Future, pin::Pin};

use actix_multipart::Multipart;
use actix_web::{FromRequest, HttpRequest, dev::Payload, http::header::CONTENT_TYPE};
use futures_core::Stream;

use super::MOST_BYTES;
use crate::http::web::visitor::Form;

/// The most fields of such a form.
const MOST_FIELDS: usize = 50;

/// A form's fields, and the file's bytes; none where none was chosen.
#[derive(Debug, Default)]
pub struct Upload {
    /// The fields.
    pub form: Form,
    /// The file.
    pub file: Vec<u8>,
}

impl FromRequest for Upload {
    type Error = actix_web::Error;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Self::Error>>>>;

    /// A body that cannot be read, or is too large, is an empty form, which then lacks the proof that it came from us.
    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let kind = request.headers().get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
        if kind.starts_with("multipart/form-data") {
            let parts = Multipart::new(request.headers(), payload.take());
            return Box::pin(async move { Ok(read(parts).await.unwrap_or_default()) });
        }
        let form = Form::from_request(request, payload);
        Box::pin(async move { Ok(Self { form: form.await?, file: Vec::new() }) })
    }
}

/// Every part; nothing when one is broken or there is too much.
async fn read(mut parts: Multipart) -> Option<Upload> {
    let (mut out, mut left) = (Upload::default(), MOST_BYTES);
    while let Some(part) = next(&mut parts).await {
        let mut part = part.ok()?;
        let name = part.name()?.to_owned();
        let mut bytes = Vec::new();
        while let Some(piece) = next(&mut part).await {
            let piece = piece.ok()?;
            left = left.checked_sub(piece.len())?;
            bytes.extend_from_slice(&piece);
        }
        if name == "file" {
            out.file = bytes;
        } else {
            out.form.0.push((name, String::from_utf8(bytes).ok()?));
        }
        if out.form.0.len() > MOST_FIELDS {
            return None;
        }
    }
    Some(out)
}

async fn next<S: Stream + Unpin>(stream: &mut S) -> Option<S::Item> {
    std::future::poll_fn(|context| Pin::new(&mut *stream).poll_next(context)).await
}

#[cfg(test)]
mod tests {
    use super::*;
    use actix_web::test::TestRequest;

    async fn upload(kind: &str, body: &str) -> Upload {
        let (request, mut payload) =
            TestRequest::post().insert_header((CONTENT_TYPE, kind)).set_payload(body.to_owned()).to_http_parts();
        Upload::from_request(&request, &mut payload).await.unwrap()
    }

    #[actix_web::test]
    async fn a_file_comes_beside_the_fields() {
        let body = "--x\r\nContent-Disposition: form-data; name=\"csrf\"\r\n\r\nabc\r\n\
                    --x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.csv\"\r\n\r\nname\nA\r\n--x--\r\n";
        let sent = upload("multipart/form-data; boundary=x", body).await;
        assert_eq!((sent.form.get("csrf"), sent.file.as_slice()), ("abc", b"name\nA".as_slice()));
        let sent = upload("application/x-www-form-urlencoded", "csrf=abc&table=1").await;
        assert_eq!((sent.form.get("csrf"), sent.form.get("table"), sent.file.len()), ("abc", "1", 0));
    }

    #[actix_web::test]
    async fn a_broken_or_too_large_body_is_an_empty_form() {
        let sent = upload("multipart/form-data; boundary=x", "--x\r\nContent-Disposition: form-data").await;
        assert!(sent.form.0.is_empty());
        let large = format!(
            "--x\r\nContent-Disposition: form-data; name=\"csrf\"\r\n\r\n{}\r\n--x--\r\n",
            "a".repeat(MOST_BYTES + 1)
        );
        assert!(upload("multipart/form-data; boundary=x", &large).await.form.0.is_empty());
    }
}
