//! Polls: what many calendar programs ask at a time is asked of the database at once.
//!
//! Whoever comes while a statement is under way waits for the next one, which is for all who wait by then. So each answer
//! is from the database as it was after its program had asked, and a thousand programs a second cost no more statements
//! than there is time for one after another.

use crate::{
    app::{AppError, AppResult},
    store::{
        Store,
        feeds::{self, Polled},
    },
};
use std::{
    collections::BTreeSet,
    mem,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};
use tokio::sync::oneshot;

type Found = Result<Option<Polled>, String>;

/// Somebody who asks: the secret's hash, and where the answer goes.
type Poll = (String, oneshot::Sender<Found>);

/// Those who wait to be told of the feed with a secret.
#[derive(Default)]
pub(super) struct Line(Mutex<Waiting>);

#[derive(Default)]
struct Waiting {
    polls: Vec<Poll>,
    /// Whether somebody answers them already.
    is_served: bool,
}

impl Line {
    /// What the database says of the feed whose secret has this hash.
    ///
    /// # Errors
    /// `Unavailable` when the database does not answer.
    pub(super) async fn ask(self: &Arc<Self>, store: &Store, hash: String) -> AppResult<Option<Polled>> {
        let (tell, told) = oneshot::channel();
        let is_first = {
            let mut waiting = self.waiting();
            waiting.polls.push((hash, tell));
            !mem::replace(&mut waiting.is_served, true)
        };
        if is_first {
            let (service, store) = (Service { line: Arc::clone(self), is_over: false }, store.clone());
            drop(tokio::task::spawn_blocking(move || service.serve(&store)));
        }
        let found = told.await.unwrap_or_else(|_| Err("a database task panicked".to_owned()));
        found.map_err(AppError::Unavailable)
    }

    /// All who wait. When nobody does, the next who comes is served anew.
    fn next(&self) -> Option<Vec<Poll>> {
        let mut waiting = self.waiting();
        waiting.is_served = !waiting.polls.is_empty();
        waiting.is_served.then(|| mem::take(&mut waiting.polls))
    }

    fn waiting(&self) -> MutexGuard<'_, Waiting> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Answers those who wait. Should it end before its time, by a panic or with its runtime, nobody waits for ever: those who
/// wait are told that it failed, and the next who comes is served anew.
struct Service {
    line: Arc<Line>,
    is_over: bool,
}

impl Service {
    /// Answers until nobody waits.
    fn serve(mut self, store: &Store) {
        while let Some(polls) = self.line.next() {
            let hashes: BTreeSet<&str> = polls.iter().map(|(hash, _)| hash.as_str()).collect();
            let hashes: Vec<&str> = hashes.into_iter().collect();
            let found = store.look_up_now(|conn| feeds::polled(conn, &hashes)).map_err(|error| error.to_string());
            for (hash, tell) in polls {
                let of_hash = found.as_ref().map(|found| found.get(&hash).cloned());
                // Who has gone away needs no answer.
                let _ = tell.send(of_hash.map_err(Clone::clone));
            }
        }
        self.is_over = true;
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        if !self.is_over {
            *self.line.waiting() = Waiting::default();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tempfile::TempDir;

    #[test]
    fn who_waits_for_a_service_that_ended_is_told_and_the_next_is_served() {
        let (folder, line) = (TempDir::new().unwrap(), Arc::new(Line::default()));
        let store = Store::embedded(folder.path(), 1).unwrap();
        store.migrate().unwrap();
        let (tell, mut told) = oneshot::channel();
        *line.waiting() = Waiting { polls: vec![("hash".to_owned(), tell)], is_served: true };
        drop(Service { line: Arc::clone(&line), is_over: false });
        assert!(told.try_recv().is_err());
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        for _ in 0..2 {
            assert!(runtime.block_on(line.ask(&store, "hash".to_owned())).unwrap().is_none());
        }
        store.unmigrate().unwrap();
        let error = runtime.block_on(line.ask(&store, "hash".to_owned())).unwrap_err();
        assert!(matches!(error, AppError::Unavailable(_)), "{error:?}");
    }
}
