//! Tables by number that are cheap to clone: parts are shared until they are changed.
//!
//! The open hour is placed into a copy of all that is remembered whenever somebody asks; what the hour leaves alone must
//! cost next to nothing.

use serde::{Deserialize, Deserializer, Serialize, Serializer, ser::SerializeMap as _};
use std::{collections::BTreeMap, sync::Arc};

/// Numbers of a part share all but so many bits: copying a part is as cheap as looking a few things up.
const PART_BITS: u32 = 6;

/// Things by number, ascending.
#[derive(Clone, Debug)]
pub(crate) struct Table<T> {
    parts: BTreeMap<u64, Arc<BTreeMap<u64, T>>>,
    length: usize,
}

impl<T> Default for Table<T> {
    fn default() -> Self {
        Self { parts: BTreeMap::new(), length: 0 }
    }
}

impl<T: Clone> Table<T> {
    pub(crate) fn len(&self) -> usize {
        self.length
    }

    pub(crate) fn get(&self, number: &u64) -> Option<&T> {
        self.parts.get(&(number >> PART_BITS))?.get(number)
    }

    pub(crate) fn get_mut(&mut self, number: &u64) -> Option<&mut T> {
        let part = self.parts.get_mut(&(number >> PART_BITS)).filter(|part| part.contains_key(number))?;
        Arc::make_mut(part).get_mut(number)
    }

    pub(crate) fn contains_key(&self, number: &u64) -> bool {
        self.get(number).is_some()
    }

    pub(crate) fn insert(&mut self, number: u64, thing: T) {
        let part = Arc::make_mut(self.parts.entry(number >> PART_BITS).or_default());
        self.length += usize::from(part.insert(number, thing).is_none());
    }

    /// What is under a number, made where there is nothing.
    pub(crate) fn or_default(&mut self, number: u64) -> &mut T
    where
        T: Default,
    {
        let part = Arc::make_mut(self.parts.entry(number >> PART_BITS).or_default());
        let length = &mut self.length;
        part.entry(number).or_insert_with(|| {
            *length += 1;
            T::default()
        })
    }

    pub(crate) fn remove(&mut self, number: &u64) -> Option<T> {
        let part = self.parts.get_mut(&(number >> PART_BITS)).filter(|part| part.contains_key(number))?;
        let (thing, is_empty) = {
            let part = Arc::make_mut(part);
            (part.remove(number), part.is_empty())
        };
        if is_empty {
            self.parts.remove(&(number >> PART_BITS));
        }
        self.length -= usize::from(thing.is_some());
        thing
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = (&u64, &T)> {
        self.parts.values().flat_map(|part| part.iter())
    }

    pub(crate) fn keys(&self) -> impl Iterator<Item = &u64> {
        self.iter().map(|(number, _)| number)
    }
}

impl<T: Clone> std::ops::Index<&u64> for Table<T> {
    type Output = T;

    fn index(&self, number: &u64) -> &T {
        self.get(number).expect("only what is there is looked at")
    }
}

impl<T: Clone> FromIterator<(u64, T)> for Table<T> {
    fn from_iter<I: IntoIterator<Item = (u64, T)>>(things: I) -> Self {
        let mut table = Self::default();
        things.into_iter().for_each(|(number, thing)| table.insert(number, thing));
        table
    }
}

impl<T: Clone + Serialize> Serialize for Table<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.length))?;
        for (number, thing) in self.iter() {
            map.serialize_entry(number, thing)?;
        }
        map.end()
    }
}

impl<'de, T: Clone + Deserialize<'de>> Deserialize<'de> for Table<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(BTreeMap::<u64, T>::deserialize(deserializer)?.into_iter().collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_copy_stays_as_it_was() {
        let mut table: Table<u32> = (0..200).map(|number| (number, 1)).collect();
        let copy = table.clone();
        *table.get_mut(&3).unwrap() = 2;
        *table.or_default(500) += 7;
        assert_eq!((table.remove(&199), table.remove(&199), table.get_mut(&900)), (Some(1), None, None));
        assert_eq!((copy[&3], copy.len(), copy.contains_key(&199)), (1, 200, true));
        assert_eq!((table[&3], table[&500], table.len()), (2, 7, 200));
        assert!(table.keys().is_sorted() && table.iter().count() == 200);
    }
}
