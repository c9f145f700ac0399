//! The token table: what a handle that an application holds stands for.
//!
//! A handle is a slot number and that slot's generation, not an address: a freed, foreign or made-up handle finds no
//! object (SQL_INVALID_HANDLE) and is never a read of freed memory. Generations make a token unique for as long as
//! 2^32 handles have not passed through its slot.
//!
//! Every call begins with a look-up, so each thread keeps the objects that it has used last: as long as no token has
//! been taken out of use anywhere, what it keeps is what the table has, and a look-up touches nothing shared.

use std::cell::RefCell;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, PoisonError, RwLock};

use once_cell::sync::Lazy;

use super::connection::Connection;
use super::descriptor::DescriptorPlace;
use super::environment::Environment;
use super::slab::Id;

/// A handle as the application holds it (SQLHANDLE), never zero.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Token(usize);

/// What a token stands for.
#[derive(Clone, Debug)]
pub enum Object {
    Environment(Arc<Environment>),
    Connection(Arc<Connection>),
    /// A statement is a place in its connection, behind the connection's lock.
    Statement(Arc<Connection>, Id),
    /// So is a descriptor.
    Descriptor(Arc<Connection>, DescriptorPlace),
}

#[derive(Debug, Default)]
struct Slot {
    generation: u32,
    object: Option<Object>,
}

#[derive(Debug, Default)]
struct Table {
    slots: Vec<Slot>,
    free: Vec<usize>,
}

static TABLE: Lazy<RwLock<Table>> = Lazy::new(RwLock::default);

/// Half of a token's bits number the slot (from 1, so that no token is zero), half its generation.
const SLOT_BITS: u32 = usize::BITS / 2;
const SLOT_MASK: usize = (1 << SLOT_BITS) - 1;

impl Token {
    pub fn from_raw(handle: usize) -> Token {
        Token(handle)
    }

    pub fn as_raw(self) -> usize {
        self.0
    }

    fn new(slot: usize, generation: u32) -> Token {
        Token(((generation as usize) << SLOT_BITS) | (slot + 1))
    }

    fn slot(self) -> Option<usize> {
        (self.0 & SLOT_MASK).checked_sub(1)
    }

    fn is_of_generation(self, generation: u32) -> bool {
        (self.0 >> SLOT_BITS) == (generation as usize) & SLOT_MASK
    }
}

/// Gives an object a token.
pub fn insert(object: Object) -> Token {
    let mut table = TABLE.write().unwrap_or_else(PoisonError::into_inner);
    let slot = match table.free.pop() {
        Some(slot) => slot,
        None => {
            table.slots.push(Slot::default());
            table.slots.len() - 1
        }
    };
    let place = &mut table.slots[slot];
    place.object = Some(object);
    Token::new(slot, place.generation)
}

/// Counts removals: what a thread keeps from before one is not to be relied on.
static REMOVALS: AtomicU64 = AtomicU64::new(0);

/// Objects that a thread keeps. A connection and a few of its statements.
const KEPT: usize = 4;

thread_local! {
    static RECENT: [RefCell<Option<Kept>>; KEPT] = const { [const { RefCell::new(None) }; KEPT] };
}

#[derive(Debug)]
struct Kept {
    token: Token,
    /// Removals when it was looked up in the table.
    removals: u64,
    object: Object,
}

impl Kept {
    fn find(token: Token, removals: u64) -> Option<Kept> {
        Some(Kept { token, removals, object: find(token)? })
    }
}

/// Runs `body` on the object that a token stands for; `None` for a token that was freed or never given out.
#[inline]
pub fn with<R>(token: Token, body: impl FnOnce(&Object) -> R) -> Option<R> {
    let mut body = Some(body);
    let mut outcome = None;
    let mut run = |object: &Object| outcome = body.take().map(|body| body(object));
    let kept = RECENT.try_with(|recent| match recent[token.0 % KEPT].try_borrow_mut() {
        Ok(mut place) => with_kept(&mut place, token, &mut run),
        Err(_) => false,
    });
    // A thread that is ending keeps nothing any more.
    if kept != Ok(true)
        && let Some(object) = find(token)
    {
        run(&object);
    }
    outcome
}

/// Runs `body` on the object that is kept in this place, after it has been looked up if it is another. `false`: there is
/// no such object, and `body` has not run.
#[inline]
fn with_kept(place: &mut Option<Kept>, token: Token, body: &mut impl FnMut(&Object)) -> bool {
    let removals = REMOVALS.load(Ordering::Acquire);
    if !place.as_ref().is_some_and(|kept| kept.token == token && kept.removals == removals) {
        *place = Kept::find(token, removals);
    }
    let Some(kept) = place else { return false };
    body(&kept.object);
    if removals != REMOVALS.load(Ordering::Acquire) {
        *place = None;
    }
    true
}

/// The object that a token stands for, as the table has it.
pub fn find(token: Token) -> Option<Object> {
    let table = TABLE.read().unwrap_or_else(PoisonError::into_inner);
    let place = table.slots.get(token.slot()?)?;
    if token.is_of_generation(place.generation) { place.object.clone() } else { None }
}

/// Takes a token out of use.
pub fn remove(token: Token) -> Option<Object> {
    let mut table = TABLE.write().unwrap_or_else(PoisonError::into_inner);
    let slot = token.slot()?;
    let place = table.slots.get_mut(slot)?;
    if !token.is_of_generation(place.generation) {
        return None;
    }
    let object = place.object.take()?;
    REMOVALS.fetch_add(1, Ordering::AcqRel);
    place.generation = place.generation.wrapping_add(1);
    table.free.push(slot);
    Some(object)
}

/// All connections there are.
pub fn connections() -> Vec<Arc<Connection>> {
    let table = TABLE.read().unwrap_or_else(PoisonError::into_inner);
    let objects = table.slots.iter().filter_map(|slot| slot.object.as_ref());
    objects.filter_map(|object| if let Object::Connection(each) = object { Some(each.clone()) } else { None }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn environment() -> Object {
        Object::Environment(Arc::new(Environment::new()))
    }

    #[test]
    fn a_token_finds_its_object_until_it_is_removed() {
        let token = insert(environment());
        assert!(matches!(find(token), Some(Object::Environment(_))));
        assert!(remove(token).is_some());
        assert!(find(token).is_none() && remove(token).is_none());
    }

    #[test]
    fn a_slot_used_again_does_not_answer_to_its_old_token() {
        let old = insert(environment());
        remove(old);
        let new: Vec<Token> = (0..64).map(|_| insert(environment())).collect();
        assert!(find(old).is_none() && !new.contains(&old));
        for token in new {
            assert!(remove(token).is_some());
        }
    }

    #[test]
    fn what_a_thread_keeps_ends_with_the_token() {
        let token = insert(environment());
        assert!(with(token, |object| matches!(object, Object::Environment(_))).is_some_and(|is| is));
        assert!(with(token, |_| ()).is_some(), "from what the thread keeps");
        let other = std::thread::spawn(move || remove(token).is_some()).join();
        assert!(matches!(other, Ok(true)));
        assert!(with(token, |_| ()).is_none());
    }

    #[test]
    fn made_up_handles_find_nothing() {
        for raw in [0, 1 << SLOT_BITS, SLOT_MASK, usize::MAX, 0x7fff_dead_beef] {
            assert!(find(Token::from_raw(raw)).is_none(), "{raw:#x}");
        }
    }
}
