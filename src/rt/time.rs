//! Clocks and deadlines.

use std::future::{Future, poll_fn};
use std::pin::{Pin, pin};
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use async_io::Timer;
use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;

/// A deadline passed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Elapsed;

/// The clock for deadlines.
pub fn now() -> Instant {
    Instant::now()
}

/// The wall clock, UTC.
pub fn utc() -> DateTime {
    TimeZone::UTC.to_datetime(Timestamp::now())
}

/// Waits.
pub async fn sleep(duration: Duration) {
    Timer::after(duration).await;
}

/// Runs a future under a deadline. The timer is only made if the future has to wait.
pub async fn timeout<F: Future>(limit: Duration, future: F) -> Result<F::Output, Elapsed> {
    let mut future = pin!(future);
    let mut timer = None;
    poll_fn(|cx| {
        if let Poll::Ready(output) = future.as_mut().poll(cx) {
            return Poll::Ready(Ok(output));
        }
        let timer = timer.get_or_insert_with(|| Timer::after(limit));
        Pin::new(timer).poll(cx).map(|_| Err(Elapsed))
    })
    .await
}

/// A deadline that moves often: moving it costs nothing until it would have fired.
#[derive(Debug)]
pub struct Alarm {
    timer: Timer,
    /// When the timer fires; `None` once it has.
    armed: Option<Instant>,
    at: Instant,
}

impl Alarm {
    /// Fires at `at`.
    pub fn new(at: Instant) -> Self {
        Self {
            timer: Timer::at(at),
            armed: Some(at),
            at,
        }
    }

    /// Moves it.
    pub fn set(&mut self, at: Instant) {
        self.at = at;
        if self.armed.is_none_or(|armed| at < armed) {
            self.armed = Some(at);
            self.timer.set_at(at);
        }
    }

    /// Ready when the deadline has passed.
    pub fn poll(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        while Pin::new(&mut self.timer).poll(cx).is_ready() {
            self.armed = None;
            if now() >= self.at {
                return Poll::Ready(());
            }
            self.armed = Some(self.at);
            self.timer.set_at(self.at);
        }
        Poll::Pending
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rt::task::block_on;

    #[test]
    fn an_alarm_fires_at_its_last_deadline() {
        let start = now();
        let mut alarm = Alarm::new(start + Duration::from_millis(10));
        alarm.set(start + Duration::from_millis(60));
        block_on(poll_fn(|cx| alarm.poll(cx)));
        assert!(start.elapsed() >= Duration::from_millis(60));
        alarm.set(now());
        block_on(poll_fn(|cx| alarm.poll(cx)));
    }

    #[test]
    fn a_future_that_is_ready_beats_a_deadline_that_has_passed() {
        assert_eq!(block_on(timeout(Duration::ZERO, async { 7 })), Ok(7));
        let never = std::future::pending::<()>();
        assert_eq!(block_on(timeout(Duration::ZERO, never)), Err(Elapsed));
    }
}
