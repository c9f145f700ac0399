//! A store that gives each thing it takes a number, stable until the thing is taken out again.

/// A place in a [`Slab`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Id(u32);

impl Id {
    /// The number, to be kept where only an integer fits.
    pub fn number(self) -> u32 {
        self.0
    }
}

#[derive(Debug)]
pub struct Slab<T> {
    places: Vec<Option<T>>,
    free: Vec<u32>,
}

impl<T> Default for Slab<T> {
    fn default() -> Slab<T> {
        Slab { places: Vec::new(), free: Vec::new() }
    }
}

impl<T> Slab<T> {
    pub fn insert(&mut self, value: T) -> Id {
        if let Some(number) = self.free.pop() {
            self.places[number as usize] = Some(value);
            return Id(number);
        }
        self.places.push(Some(value));
        // A connection with 2^32 statements has run out of memory long before.
        Id((self.places.len() - 1) as u32)
    }

    pub fn get(&self, id: Id) -> Option<&T> {
        self.places.get(id.0 as usize)?.as_ref()
    }

    pub fn get_mut(&mut self, id: Id) -> Option<&mut T> {
        self.places.get_mut(id.0 as usize)?.as_mut()
    }

    pub fn remove(&mut self, id: Id) -> Option<T> {
        let value = self.places.get_mut(id.0 as usize)?.take()?;
        self.free.push(id.0);
        Some(value)
    }

    /// Moves a thing to another slab, under the same number: its place here is kept until [`Slab::take_back`].
    pub fn lend(&mut self, id: Id, to: &mut Slab<T>) {
        let place = id.0 as usize;
        let Some(value) = self.places.get_mut(place).and_then(Option::take) else { return };
        if to.places.len() <= place {
            to.places.resize_with(place + 1, || None);
        }
        to.places[place] = Some(value);
    }

    /// Takes back what was lent. What has been removed there is removed here.
    pub fn take_back(&mut self, lent: Slab<T>) {
        if self.places.len() < lent.places.len() {
            self.places.resize_with(lent.places.len(), || None);
        }
        for (place, value) in self.places.iter_mut().zip(lent.places).filter(|(_, value)| value.is_some()) {
            *place = value;
        }
        let vacant = self.places.iter().enumerate().filter(|(_, value)| value.is_none());
        self.free = vacant.map(|(number, _)| number as u32).collect();
    }

    /// The first thing that is wanted.
    pub fn find(&self, is_wanted: impl Fn(&T) -> bool) -> Option<Id> {
        let number = self.places.iter().position(|place| place.as_ref().is_some_and(&is_wanted))?;
        Some(Id(number as u32))
    }

    pub fn iter_mut(&mut self) -> impl Iterator<Item = &mut T> {
        self.places.iter_mut().flatten()
    }

    pub fn iter(&self) -> impl Iterator<Item = &T> {
        self.places.iter().flatten()
    }

    /// Takes everything out.
    pub fn drain(&mut self) -> impl Iterator<Item = T> + use<T> {
        self.free.clear();
        std::mem::take(&mut self.places).into_iter().flatten()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_stable_and_used_again() {
        let mut slab = Slab::default();
        let (a, b) = (slab.insert("a"), slab.insert("b"));
        assert_eq!(slab.remove(a), Some("a"));
        assert_eq!((slab.get(a), slab.get(b)), (None, Some(&"b")));
        assert_eq!(slab.remove(a), None);
        let c = slab.insert("c");
        assert_eq!((c, slab.get(c)), (a, Some(&"c")));
        assert_eq!(slab.drain().collect::<Vec<_>>(), ["c", "b"]);
        assert_eq!(slab.iter().count(), 0);
    }

    #[test]
    fn what_is_lent_keeps_its_number_and_its_place() {
        let mut slab = Slab::default();
        let (a, b, c) = (slab.insert("a"), slab.insert("b"), slab.insert("c"));
        let mut other = Slab::default();
        slab.lend(b, &mut other);
        slab.lend(c, &mut other);
        assert_eq!((slab.get(b), other.get(b), other.get(a)), (None, Some(&"b"), None));
        let d = slab.insert("d");
        assert!(![a, b, c].contains(&d), "the place of what is lent was given away");
        slab.remove(a);
        other.remove(c);
        slab.take_back(other);
        assert_eq!([a, b, c, d].map(|id| slab.get(id).copied()), [None, Some("b"), None, Some("d")]);
        let again = [slab.insert("e"), slab.insert("f")];
        assert!(again.contains(&a) && again.contains(&c), "places that are free are used again");
    }
}
