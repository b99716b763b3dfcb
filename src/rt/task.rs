//! Tasks.

use std::future::Future;

/// Runs a future to its end on this thread, with the others beside it.
pub fn block_on<F: Future>(future: F) -> F::Output {
    async_std::task::block_on(future)
}

/// Starts a task that nobody waits for.
pub fn spawn(future: impl Future<Output = ()> + Send + 'static) {
    drop(async_std::task::spawn(future));
}

/// Lets the other tasks run first.
pub async fn yield_now() {
    async_std::task::yield_now().await;
}
