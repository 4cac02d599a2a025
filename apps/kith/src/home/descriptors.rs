//! File descriptors: as many as the system lets this process have, and how many of them may be
//! connections.

/// Descriptors kept back for the files, for whoever is told that there is no place, and for what
/// the system's libraries open.
const KEPT_BACK: u64 = 256;

/// Raises the soft limit on open files to the hard one, and says how many connections it leaves
/// room for, `wanted` at most.
#[cfg(unix)]
pub(super) fn places(wanted: usize) -> usize {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
    let before = getrlimit(Resource::Nofile);
    let raised = Rlimit {
        current: before.maximum,
        maximum: before.maximum,
    };
    // Some systems name a hard limit that they do not give; the soft one stays then.
    let limit = match setrlimit(Resource::Nofile, raised) {
        Ok(()) => before.maximum,
        Err(_) => before.current,
    };
    limit.map_or(wanted, |limit| wanted.min(connections_among(limit)))
}

/// How many connections there is room for, `wanted` at most.
#[cfg(not(unix))]
pub(super) fn places(wanted: usize) -> usize {
    wanted
}

#[cfg(any(unix, test))]
fn connections_among(limit: u64) -> usize {
    let kept_back = KEPT_BACK.min(limit / 2);
    usize::try_from(limit - kept_back).unwrap_or(usize::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn some_descriptors_are_never_connections() {
        for (limit, expected) in [
            (0, 0),
            (64, 32),
            (1_024, 768),
            (20_000, 19_744),
            (1 << 20, 1_048_320),
        ] {
            assert_eq!(connections_among(limit), expected, "of {limit}");
        }
    }

    #[test]
    fn no_more_places_than_wanted() {
        assert_eq!(places(3), 3);
    }
}
