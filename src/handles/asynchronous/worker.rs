//! A thread that does one job after the other, and ends with what it belongs to.

use std::fmt;
use std::sync::mpsc::{Sender, channel};
use std::thread::{self, JoinHandle};

use crate::diag::sqlstate::HY001_MEMORY_ALLOCATION;
use crate::diag::{Diagnostic, Result};

/// What a worker is given to do. Panics are its own affair: it contains them.
pub type Job = Box<dyn FnOnce() + Send>;

/// Dropping it waits for the jobs that it has been given and ends the thread.
pub struct Worker {
    /// `None` once it is to end.
    jobs: Option<Sender<Job>>,
    thread: Option<JoinHandle<()>>,
}

impl Worker {
    /// Starts the thread; it calls `prepare` before its first job. HY001 where the system has no thread to give.
    pub fn start(prepare: fn()) -> Result<Worker> {
        let (jobs, given) = channel::<Job>();
        let work = move || {
            prepare();
            given.into_iter().for_each(|job| job());
        };
        match thread::Builder::new().name("pgodbc".to_owned()).spawn(work) {
            Ok(thread) => Ok(Worker { jobs: Some(jobs), thread: Some(thread) }),
            Err(error) => Err(Diagnostic::new(
                HY001_MEMORY_ALLOCATION,
                format!("the thread for asynchronous execution could not be started: {error}"),
            )),
        }
    }

    /// Hands a job over. The thread is there for as long as the worker is.
    pub fn give(&self, job: Job) {
        if let Some(jobs) = &self.jobs {
            let _ = jobs.send(job);
        }
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        self.jobs = None;
        let Some(thread) = self.thread.take() else { return };
        // The last to let go of a connection may be its own worker: it cannot wait for itself, and is about to end.
        if thread.thread().id() != thread::current().id() {
            let _ = thread.join();
        }
    }
}

impl fmt::Debug for Worker {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Worker").finish_non_exhaustive()
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering};

    #[test]
    fn jobs_are_done_in_their_order_and_all_before_the_end() {
        let worker = Worker::start(|| {}).unwrap();
        let done = Arc::new(AtomicUsize::new(0));
        for number in 0..100 {
            let done = done.clone();
            worker.give(Box::new(move || {
                assert_eq!(done.fetch_add(1, Ordering::AcqRel), number);
            }));
        }
        drop(worker);
        assert_eq!(done.load(Ordering::Acquire), 100);
    }
}
