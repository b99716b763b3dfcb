//! Which processes a server is made of, from the `stat` files of /proc.

use std::fs;

use rustix::process::Pid;

/// The living members of the group that `leader` leads, and all that they started since, be it in
/// groups of their own.
pub(super) fn family(leader: u32) -> Vec<u32> {
    let mut family = vec![leader];
    let all = processes();
    loop {
        let known = family.len();
        for process in &all {
            let is_ours = process.group == leader || family.contains(&process.parent);
            if is_ours && !family.contains(&process.id) {
                family.push(process.id);
            }
        }
        if family.len() == known {
            return family;
        }
    }
}

struct Process {
    id: u32,
    parent: u32,
    group: u32,
}

/// All that live, from the `stat` files of /proc. A dead one that nobody has asked about does not:
/// it holds no file and no port, and some machines have no init to ask.
fn processes() -> Vec<Process> {
    let entries = fs::read_dir("/proc").into_iter().flatten().flatten();
    let stats = entries.flat_map(|entry| fs::read_to_string(entry.path().join("stat")));
    stats.filter_map(|stat| process(&stat)).collect()
}

fn process(stat: &str) -> Option<Process> {
    // The command's name is in brackets and may hold anything.
    let (head, fields) = stat.rsplit_once(") ")?;
    let mut fields = fields.split(' ');
    let is_alive = !matches!(fields.next()?, "Z" | "X");
    is_alive.then_some(Process {
        id: head.split(' ').next()?.parse().ok()?,
        parent: fields.next()?.parse().ok()?,
        group: fields.next()?.parse().ok()?,
    })
}

/// Whether a process with this id lives.
pub fn is_alive(id: u32) -> bool {
    fs::read_to_string(format!("/proc/{id}/stat")).is_ok_and(|stat| process(&stat).is_some())
}

pub(super) fn as_pid(id: u32) -> Option<Pid> {
    i32::try_from(id).ok().and_then(Pid::from_raw)
}
