//! Values that occur many times are kept once: how rounds and plans of a million requests stay small while they are read.

use std::collections::HashSet;
use std::fmt;
use std::hash::Hash;
use std::marker::PhantomData;
use std::sync::Arc;

use serde::de::{Deserialize, Deserializer, SeqAccess, Visitor};

/// The values met so far.
pub(crate) struct Shared<T: ?Sized>(HashSet<Arc<T>>);

impl<T: ?Sized> Default for Shared<T> {
    fn default() -> Self {
        Self(HashSet::new())
    }
}

impl<T: ?Sized + Eq + Hash> Shared<T> {
    /// The first value met that equals `value`; `value` itself, if it is the first.
    pub fn get(&mut self, value: Arc<T>) -> Arc<T> {
        if let Some(known) = self.0.get(&value) {
            return known.clone();
        }
        self.0.insert(value.clone());
        value
    }
}

/// Reads a list whose items pass through `share` one by one, before the next is read.
pub(crate) fn each<'de, D: Deserializer<'de>, T: Deserialize<'de>, U>(
    deserializer: D,
    share: impl FnMut(T) -> U,
) -> Result<Vec<U>, D::Error> {
    struct Items<T, F>(F, PhantomData<T>);

    impl<'de, T: Deserialize<'de>, U, F: FnMut(T) -> U> Visitor<'de> for Items<T, F> {
        type Value = Vec<U>;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("a sequence")
        }

        fn visit_seq<A: SeqAccess<'de>>(mut self, mut items: A) -> Result<Vec<U>, A::Error> {
            let mut list = Vec::new();
            while let Some(item) = items.next_element()? {
                list.push((self.0)(item));
            }
            list.shrink_to_fit();
            Ok(list)
        }
    }

    deserializer.deserialize_seq(Items(share, PhantomData))
}
