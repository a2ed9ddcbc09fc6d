//! Passwords: hashed by Argon2id, off the async threads, and only so many at a time.

use super::{AppError, AppResult};
use argon2::{
    Algorithm, Argon2, Params, Version,
    password_hash::{PasswordHash, PasswordHasher, PasswordVerifier, SaltString},
};
use std::sync::{Arc, OnceLock};
use tokio::sync::Semaphore;

/// OWASP's recommendation for Argon2id: 19 MiB, two passes, one lane.
const MEMORY_KIB: u32 = 19 * 1024;
const PASSES: u32 = 2;
const LANES: u32 = 1;
/// Hashes at a time, so that a flood of sign-ins takes neither all memory nor all cores.
const AT_A_TIME: usize = 4;

/// What hashes passwords; one a process.
pub struct Passwords {
    places: Arc<Semaphore>,
}

impl Default for Passwords {
    fn default() -> Self {
        Self { places: Arc::new(Semaphore::new(AT_A_TIME)) }
    }
}

impl Passwords {
    /// The hash of a password, with its salt and parameters, as the database keeps it.
    ///
    /// # Errors
    /// `Internal`.
    pub async fn hash(&self, password: String) -> AppResult<String> {
        self.off_thread(move || hashed(&password)).await?
    }

    /// Whether a password is the one with this hash. Without a hash it takes as long and is not.
    ///
    /// # Errors
    /// `Internal`.
    pub async fn is_right(&self, password: String, hash: Option<String>) -> AppResult<bool> {
        self.off_thread(move || {
            let is_known = hash.is_some();
            let hash = hash.map_or_else(decoy, Ok)?;
            let hash = PasswordHash::new(&hash).map_err(|error| AppError::Internal(error.to_string()))?;
            let is_right = argon2()?.verify_password(password.as_bytes(), &hash).is_ok();
            Ok(is_right && is_known)
        })
        .await?
    }

    async fn off_thread<T: Send + 'static>(&self, body: impl FnOnce() -> T + Send + 'static) -> AppResult<T> {
        let stopped = |error: &dyn std::fmt::Display| AppError::Internal(error.to_string());
        let place = Arc::clone(&self.places).acquire_owned().await.map_err(|error| stopped(&error))?;
        let done = tokio::task::spawn_blocking(move || {
            let done = body();
            drop(place);
            done
        });
        done.await.map_err(|error| stopped(&error))
    }
}

fn argon2() -> AppResult<Argon2<'static>> {
    let params = Params::new(MEMORY_KIB, PASSES, LANES, None);
    let params = params.map_err(|error| AppError::Internal(error.to_string()))?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

fn hashed(password: &str) -> AppResult<String> {
    let internal = |error: argon2::password_hash::Error| AppError::Internal(error.to_string());
    let salt = SaltString::encode_b64(&rand::random::<[u8; 16]>()).map_err(internal)?;
    Ok(argon2()?.hash_password(password.as_bytes(), &salt).map_err(internal)?.to_string())
}

/// The hash of a password that nobody has.
fn decoy() -> AppResult<String> {
    static DECOY: OnceLock<String> = OnceLock::new();
    match DECOY.get() {
        Some(decoy) => Ok(decoy.clone()),
        None => {
            let decoy = hashed(&super::access::new_secret())?;
            Ok(DECOY.get_or_init(|| decoy).clone())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_password_is_known_again_and_no_other() {
        let passwords = Passwords::default();
        let hash = passwords.hash("correct horse battery".to_owned()).await.unwrap();
        assert!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{hash}");
        assert_ne!(hash, passwords.hash("correct horse battery".to_owned()).await.unwrap(), "each has its salt");
        let is_right = |password: &'static str, hash: Option<&String>| {
            let (passwords, hash) = (&passwords, hash.cloned());
            async move { passwords.is_right(password.to_owned(), hash).await.unwrap() }
        };
        assert!(is_right("correct horse battery", Some(&hash)).await);
        assert!(!is_right("correct horse batterY", Some(&hash)).await);
        assert!(!is_right("", None).await);
    }
}
