//! What takes long to work out for somebody who looks: off the async threads, and so much at a time as there are cores. More
//! would be slower for all of them, and for those who only book. What takes many seconds waits for places of its own: nobody's
//! page waits behind it.

use super::{App, AppError, AppResult};
use std::{num::NonZero, sync::Arc, thread::available_parallelism};
use tokio::sync::Semaphore;

/// The places of those who think; one set a process.
pub(super) struct Thinkers {
    /// For what takes up to a second or two.
    short: Places,
    /// For what takes many.
    long: Places,
}

impl Default for Thinkers {
    fn default() -> Self {
        let cores = available_parallelism().map_or(1, NonZero::get);
        Self { short: Places::of(cores), long: Places::of(cores.div_ceil(2)) }
    }
}

struct Places(Arc<Semaphore>);

impl Places {
    fn of(places: usize) -> Self {
        Self(Arc::new(Semaphore::new(places)))
    }

    /// Thinks when it is its turn. Whoever does not wait for the answer any more keeps the place until it is found: the thread
    /// cannot be stopped.
    async fn think<T: Send + 'static>(&self, body: impl FnOnce() -> T + Send + 'static) -> AppResult<T> {
        let stopped = |error: &dyn std::fmt::Display| AppError::Internal(format!("thinking stopped: {error}"));
        let place = Arc::clone(&self.0).acquire_owned().await.map_err(|error| stopped(&error))?;
        let thought = tokio::task::spawn_blocking(move || {
            let thought = body();
            drop(place);
            thought
        });
        thought.await.map_err(|error| stopped(&error))
    }
}

impl App {
    /// Works something out off the async threads, as soon as a core is free for it. It holds no connection to the database.
    ///
    /// # Errors
    /// `Internal` for a defect in it.
    pub(super) async fn think<T: Send + 'static>(&self, body: impl FnOnce() -> T + Send + 'static) -> AppResult<T> {
        self.thinkers.short.think(body).await
    }

    /// The same for what takes many seconds.
    ///
    /// # Errors
    /// those of [`App::think`].
    pub(super) async fn think_long<T: Send + 'static>(
        &self,
        body: impl FnOnce() -> T + Send + 'static,
    ) -> AppResult<T> {
        self.thinkers.long.think(body).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::{
        sync::atomic::{AtomicUsize, Ordering},
        thread::sleep,
        time::Duration,
    };

    #[tokio::test]
    async fn no_more_think_at_a_time_than_there_are_places() {
        let (places, now, most) =
            (Arc::new(Places::of(2)), Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
        let all = (0..6).map(|number| {
            let (places, now, most) = (Arc::clone(&places), Arc::clone(&now), Arc::clone(&most));
            tokio::spawn(async move {
                let body = move || {
                    most.fetch_max(now.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
                    sleep(Duration::from_millis(20));
                    now.fetch_sub(1, Ordering::SeqCst);
                    // What goes wrong with one gives its place back.
                    assert_ne!(number, 0, "a defect");
                };
                places.think(body).await.is_ok()
            })
        });
        let mut well = 0;
        for one in all.collect::<Vec<_>>() {
            well += usize::from(one.await.unwrap());
        }
        assert_eq!((well, most.load(Ordering::SeqCst)), (5, 2));
    }
}
