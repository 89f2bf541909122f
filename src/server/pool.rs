//! A bounded number of seats for work that takes the processor: recognising, speaking.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// Seats, and a queue of bounded length before them. First come, first served.
#[derive(Debug, Clone)]
pub(super) struct Pool {
    seats: Arc<Semaphore>,
    waiting: Arc<AtomicUsize>,
    longest: usize,
    all: usize,
}

/// The queue is full.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("too many are waiting already: try again in a few seconds")]
pub(super) struct Full;

/// A seat; it is free again when this is dropped.
#[derive(Debug)]
pub(super) struct Seat {
    _permit: OwnedSemaphorePermit,
}

/// Somebody in the queue, also when they give up waiting.
struct Waiter(Arc<AtomicUsize>);

impl Drop for Waiter {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Relaxed);
    }
}

impl Pool {
    /// So many seats, and at most so many waiting for one.
    pub fn new(seats: usize, longest: usize) -> Self {
        let all = seats.max(1);
        Self {
            seats: Arc::new(Semaphore::new(all)),
            waiting: Arc::default(),
            longest,
            all,
        }
    }

    /// Waits for a seat.
    pub async fn seat(&self) -> Result<Seat, Full> {
        if self.waiting.fetch_add(1, Relaxed) >= self.longest {
            self.waiting.fetch_sub(1, Relaxed);
            return Err(Full);
        }
        let _waiter = Waiter(Arc::clone(&self.waiting));
        let permit = Arc::clone(&self.seats).acquire_owned().await;
        // The semaphore is never closed.
        permit
            .map(|permit| Seat { _permit: permit })
            .map_err(|_| Full)
    }

    /// Waits for a seat and does `work` on a thread of its own. The seat stays taken until the
    /// work ends, also when nobody waits for it any more.
    pub async fn work<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, Full> {
        let seat = self.seat().await?;
        let done = tokio::task::spawn_blocking(move || {
            let _seat = seat;
            work()
        });
        match done.await {
            Ok(result) => Ok(result),
            Err(failed) => match failed.try_into_panic() {
                Ok(panic) => std::panic::resume_unwind(panic),
                // The program is stopping.
                Err(_) => Err(Full),
            },
        }
    }

    /// Whether every seat is free.
    pub fn is_free(&self) -> bool {
        self.seats.available_permits() == self.all
    }

    /// How many wait.
    pub fn waiting(&self) -> usize {
        self.waiting.load(Relaxed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn seats_are_bounded_and_so_is_the_queue() {
        let pool = Pool::new(1, 2);
        let seat = pool.seat().await.expect("free");
        let first = tokio::spawn({
            let pool = pool.clone();
            async move { pool.work(|| 1).await }
        });
        let gone = tokio::spawn({
            let pool = pool.clone();
            async move { pool.work(|| 2).await }
        });
        while pool.waiting() < 2 {
            tokio::task::yield_now().await;
        }
        assert!(!pool.is_free());
        assert_eq!(pool.work(|| 3).await, Err(Full));
        // Who gives up leaves the queue.
        gone.abort();
        let _ = gone.await;
        assert_eq!(pool.waiting(), 1);
        drop(seat);
        assert_eq!(first.await.expect("runs"), Ok(1));
        assert_eq!(pool.waiting(), 0);
        assert!(pool.is_free());
    }
}
