//! Who may come in: numbers of connections and of requests, by address.

use std::collections::HashMap;
use std::net::{IpAddr, Ipv6Addr};
use std::num::NonZeroU32;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};

use crate::config;
use crate::sharing::Code;

/// Requests may come in a burst of so many seconds' worth.
const BURST: u32 = 10;

/// Codes that may be tried at once.
const CODE_TRIES: NonZeroU32 = NonZeroU32::new(6).expect("more than none");
/// How long it is remembered that a code was right.
const RIGHT_FOR: Duration = Duration::from_secs(24 * 60 * 60);

/// The limits, and how far they are used up.
pub(super) struct Gate {
    light: DefaultKeyedRateLimiter<IpAddr>,
    heavy: DefaultKeyedRateLimiter<IpAddr>,
    codes: DefaultKeyedRateLimiter<IpAddr>,
    /// Codes that were right, by who typed them.
    right: Mutex<HashMap<(IpAddr, Code), Instant>>,
    most: usize,
    most_per_address: usize,
    open: Arc<Mutex<Open>>,
}

#[derive(Debug, Default)]
struct Open {
    all: usize,
    by_address: HashMap<IpAddr, usize>,
}

/// A connection that was let in; its place is free again when this is dropped.
#[derive(Debug)]
pub(super) struct Pass {
    address: IpAddr,
    open: Arc<Mutex<Open>>,
}

impl Drop for Pass {
    fn drop(&mut self) {
        let mut open = lock(&self.open);
        open.all -= 1;
        if let Some(count) = open.by_address.get_mut(&self.address) {
            *count -= 1;
            if *count == 0 {
                open.by_address.remove(&self.address);
            }
        }
    }
}

fn lock(open: &Mutex<Open>) -> MutexGuard<'_, Open> {
    open.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Gate {
    pub fn new(settings: &config::Server) -> Self {
        Self {
            light: RateLimiter::keyed(quota(settings.requests_per_second)),
            heavy: RateLimiter::keyed(quota(settings.heavy_requests_per_second)),
            codes: RateLimiter::keyed(Quota::per_minute(NonZeroU32::MIN).allow_burst(CODE_TRIES)),
            right: Mutex::default(),
            most: settings.connections,
            most_per_address: settings.connections_per_address,
            open: Arc::default(),
        }
    }

    /// Lets a connection in, if there is room.
    pub fn connect(&self, address: IpAddr) -> Option<Pass> {
        let address = network(address);
        let mut open = lock(&self.open);
        let here = open.by_address.get(&address).copied().unwrap_or(0);
        if open.all >= self.most || here >= self.most_per_address {
            return None;
        }
        open.all += 1;
        open.by_address.insert(address, here + 1);
        Some(Pass {
            address,
            open: Arc::clone(&self.open),
        })
    }

    /// Whether this address may make a request now.
    pub fn admits(&self, address: IpAddr) -> bool {
        self.light.check_key(&network(address)).is_ok()
    }

    /// Whether this address may make a request now that takes the processor.
    pub fn admits_heavy(&self, address: IpAddr) -> bool {
        self.heavy.check_key(&network(address)).is_ok()
    }

    /// Whether this address may try this code now: a few tries, then one a minute. At that
    /// pace an address finds one of a thousand valid codes in about two months. Codes that
    /// were right cost no further tries.
    pub fn admits_code(&self, address: IpAddr, code: &Code) -> bool {
        let address = network(address);
        let mut right = self.right.lock().unwrap_or_else(PoisonError::into_inner);
        right.retain(|_, since| since.elapsed() < RIGHT_FOR);
        right.contains_key(&(address, code.clone())) || self.codes.check_key(&address).is_ok()
    }

    /// This code was right.
    pub fn was_right(&self, address: IpAddr, code: &Code) {
        let mut right = self.right.lock().unwrap_or_else(PoisonError::into_inner);
        right.insert((network(address), code.clone()), Instant::now());
    }

    /// Forgets addresses that have been quiet.
    pub fn tidy(&self) {
        self.codes.retain_recent();
        self.light.retain_recent();
        self.heavy.retain_recent();
    }
}

fn quota(per_second: u32) -> Quota {
    let per_second = NonZeroU32::new(per_second).unwrap_or(NonZeroU32::MIN);
    let burst = per_second.saturating_mul(NonZeroU32::new(BURST).unwrap_or(NonZeroU32::MIN));
    Quota::per_second(per_second).allow_burst(burst)
}

/// The address that limits count by: of IPv6 the /64 network, which is one household's.
fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V4(v4) => IpAddr::V4(v4),
        IpAddr::V6(v6) => {
            let [a, b, c, d, ..] = v6.segments();
            IpAddr::V6(Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn gate() -> Gate {
        Gate::new(&config::Server {
            connections: 3,
            connections_per_address: 2,
            requests_per_second: 1,
            heavy_requests_per_second: 1,
            ..config::Server::default()
        })
    }

    fn address(text: &str) -> IpAddr {
        text.parse().expect("an address")
    }

    #[test]
    fn connections_are_counted_by_address_and_together() {
        let gate = gate();
        let (one, two) = (address("10.0.0.1"), address("10.0.0.2"));
        let passes = [gate.connect(one), gate.connect(one)];
        assert!(passes.iter().all(Option::is_some));
        assert!(gate.connect(one).is_none(), "two from one address");
        let other = gate.connect(two);
        assert!(other.is_some());
        assert!(gate.connect(two).is_none(), "three together");
        drop(passes);
        assert!(gate.connect(two).is_some(), "places become free");
    }

    #[test]
    fn codes_cannot_be_tried_out() {
        let gate = gate();
        let (one, two) = (address("10.0.0.1"), address("10.0.0.2"));
        let code = |n: u32| format!("{n:08}").parse::<Code>().expect("eight digits");
        gate.was_right(one, &code(7));
        for n in 0..CODE_TRIES.get() {
            assert!(gate.admits_code(one, &code(100 + n)));
        }
        assert!(!gate.admits_code(one, &code(200)));
        assert!(gate.admits_code(one, &code(7)), "the right one goes on");
        assert!(gate.admits_code(two, &code(200)), "others are not held up");
    }

    #[test]
    fn requests_are_counted_by_network() {
        let gate = gate();
        let one = address("2001:db8:1:2:aaaa::1");
        for _ in 0..BURST {
            assert!(gate.admits(one));
        }
        assert!(!gate.admits(one));
        assert!(!gate.admits(address("2001:db8:1:2:bbbb::9")), "same /64");
        assert!(gate.admits(address("2001:db8:1:3::1")), "another /64");
        assert!(gate.admits_heavy(one), "counted apart");
    }
}
