//! What would be: a use case's transaction that is done and taken back, so that what it tells is what it would do.

use super::{App, AppError, AppResult};
use crate::store::{Conn, LostRace, StoreError};

/// How such a transaction ends, which is never kept.
enum Ended<T> {
    Told(T),
    Failed(AppError),
}

impl<T> From<StoreError> for Ended<T> {
    fn from(error: StoreError) -> Self {
        Self::Failed(error.into())
    }
}

impl<T> LostRace for Ended<T> {
    fn lost_race(&self) -> bool {
        matches!(self, Self::Failed(error) if error.lost_race())
    }
}

impl App {
    /// What `body` would do; nothing stays done.
    ///
    /// # Errors
    /// those of `body` and of the database.
    pub(super) fn try_out_now<T>(&self, mut body: impl FnMut(&mut Conn) -> AppResult<T>) -> AppResult<T> {
        let ended = self.store.write_now(|conn| match body(conn) {
            Ok(told) => Err::<(), _>(Ended::Told(told)),
            Err(error) => Err(Ended::Failed(error)),
        });
        match ended {
            Err(Ended::Told(told)) => Ok(told),
            Err(Ended::Failed(error)) => Err(error),
            Ok(()) => Err(AppError::Internal("a trial was kept".to_owned())),
        }
    }

    /// The same, off the async threads.
    ///
    /// # Errors
    /// those of `body` and of the database.
    pub(super) async fn try_out<T: Send + 'static>(
        &self,
        body: impl FnMut(&mut Conn) -> AppResult<T> + Send + 'static,
    ) -> AppResult<T> {
        let app = self.clone();
        let told = tokio::task::spawn_blocking(move || app.try_out_now(body)).await;
        told.map_err(|stopped| AppError::Internal(stopped.to_string()))?
    }
}
