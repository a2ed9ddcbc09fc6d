//! A table that is read while it comes, so that it may be longer than memory.

use super::{
    caller::known_caller,
    input::{CSV, LINGER, Limits, check, drain, next},
    problem::Problem,
};
use crate::app::call::note_body_hash;
use actix_web::{FromRequest, HttpRequest, dev::Payload, web::Bytes};
use sha2::{Digest, Sha256};
use std::{
    future::Future,
    io::{self, Read},
    pin::Pin,
};
use tokio::sync::mpsc::{Receiver, Sender, channel};

/// Parts of a body that wait to be read.
const WAITING: usize = 16;

/// A table that is on its way.
pub struct Upload {
    payload: Payload,
    limit: u64,
}

impl FromRequest for Upload {
    type Error = Problem;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Problem>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let limit = request.app_data::<Limits>().copied().unwrap_or_default().table_bytes;
        let (request, payload) = (request.clone(), payload.take());
        Box::pin(async move {
            known_caller(&request).await;
            check(&request, &CSV, limit).map(|()| Self { payload, limit })
        })
    }
}

impl Upload {
    /// What reads it, on another thread; and what brings it there, to be awaited on this one meanwhile.
    pub fn open(self) -> (Arriving, impl Future<Output = ()>) {
        let (parts, arriving) = channel(WAITING);
        (Arriving { parts: arriving, part: Bytes::new() }, self.send(parts))
    }

    async fn send(mut self, parts: Sender<io::Result<Bytes>>) {
        let (mut hash, mut length) = (Sha256::new(), 0);
        while let Some(part) = next(&mut self.payload).await {
            let part = part.map_err(io::Error::other).and_then(|part| {
                length += part.len() as u64;
                let limit = self.limit;
                let too_long = || io::Error::other(format!("the table is larger than {limit} bytes"));
                if length > limit { Err(too_long()) } else { Ok(part) }
            });
            let is_over = part.is_err();
            if let Ok(part) = &part {
                hash.update(part);
            }
            if parts.send(part).await.is_err() || is_over {
                // A client that is cut off while it sends would not see the answer that tells it why.
                let _ = tokio::time::timeout(LINGER, drain(&mut self.payload)).await;
                break;
            }
        }
        // Before its end is seen: the write that follows stands for the whole body.
        note_body_hash(&hash.finalize());
    }
}

/// A table that is read while it comes.
pub struct Arriving {
    parts: Receiver<io::Result<Bytes>>,
    part: Bytes,
}

impl Read for Arriving {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while self.part.is_empty() {
            match self.parts.blocking_recv() {
                Some(part) => self.part = part?,
                None => return Ok(0),
            }
        }
        let count = buffer.len().min(self.part.len());
        buffer[..count].copy_from_slice(&self.part.split_to(count));
        Ok(count)
    }
}
