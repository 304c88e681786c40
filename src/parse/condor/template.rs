//! The templates of `use CATEGORY : TEMPLATE`, and the settings in them that certok needs.

/// The templates of 23.9.6; 25.14.1 has them all.
const TEMPLATES: &[(&str, &str)] = &[
    ("experimental", "CollectorNode HAD HADFixedPort HADReplication HADSharedPort"),
    (
        "feature",
        "ADSTASH AssignAccountingGroup ChildCollector CommonCloudAttributesAWS \
         CommonCloudAttributesGoogle ContinuousCronHook GANGLIA GPUs GPUsMonitor HPC_ANNEX \
         JobsHaveInstanceIDs KRB Monitor OAUTH OneShotCronHook PartitionableSlot PelicanCache \
         PeriodicCronHook POLICY_EXPR_FRAGMENTS REMOTE_CONFIG REMOTE_RUNTIME_CONFIG \
         ScheddCronContinuous ScheddCronOneShot ScheddCronPeriodic ScheddUsermapFile \
         SetJobAttrFromUsermap StartdCronContinuous StartdCronOneShot StartdCronPeriodic \
         StaticSlots TESTINGMODE_POLICY_VALUES UWCS_DESKTOP_POLICY_VALUES",
    ),
    (
        "policy",
        "ALWAYS_RUN_JOBS DESKTOP HOLD_IF_CPUS_EXCEEDED HOLD_IF_DISK_EXCEEDED \
         HOLD_IF_MEMORY_EXCEEDED HOLD_IF_RUNTIME_EXCEEDS LIMIT_JOB_RUNTIMES \
         OnlyRegisteredCheckpointDestinations PREEMPT_IF PREEMPT_IF_CPUS_EXCEEDED \
         PREEMPT_IF_DISK_EXCEEDED PREEMPT_IF_MEMORY_EXCEEDED PREEMPT_IF_RUNTIME_EXCEEDS \
         STARTD_PUBLISH_CpusUsage UWCS_DESKTOP WANT_HOLD_IF",
    ),
    (
        "role",
        "CentralManager Execute get_htcondor_central_manager get_htcondor_execute \
         get_htcondor_submit Personal Submit",
    ),
    (
        "security",
        "FIPS get_htcondor_idtokens HOST_BASED recommended_v9_0 STRONG USER_BASED \
         WITH_AUTHENTICATION",
    ),
    ("upgrade", "DISCARD DISCARDIF DISCARDIFX DISCARDX DISCARD_VMWARE"),
];

/// Templates that were added between 23.9.6 and 25.14.1.
const NEWER: &[(&str, &str)] = &[
    (
        "feature",
        "AssignProjectName DefaultCheckpointDestination librarian METRICD PelicanRetryPolicy \
         POLICY_HOURS_TO_START",
    ),
    ("policy", "DESKTOP_HOURS DESKTOP_IDLE"),
    ("security", "recommended"),
];

/// Templates that HTCondor refuses if the argument of that number is missing or empty (`$(3?)`), in both
/// versions.
const ARGUMENTS: &[(usize, &str)] = &[
    (1, "AssignAccountingGroup DISCARD HADSharedPort PREEMPT_IF"),
    (
        2,
        "ScheddCronContinuous ScheddCronOneShot ScheddUsermapFile StartdCronContinuous \
         StartdCronOneShot",
    ),
    (
        3,
        "ContinuousCronHook OneShotCronHook ScheddCronPeriodic SetJobAttrFromUsermap \
         StartdCronPeriodic WANT_HOLD_IF",
    ),
    (4, "PeriodicCronHook"),
    (5, "Monitor"),
];

/// Whether the template has the arguments without which HTCondor refuses it; `arguments` is what stands
/// in the parentheses.
pub fn has_arguments(template: &str, arguments: &str) -> bool {
    let is_meant = |all: &str| all.split_whitespace().any(|one| one.eq_ignore_ascii_case(template));
    let row = ARGUMENTS.iter().find(|(_, all)| is_meant(all));
    row.is_none_or(|(number, _)| {
        arguments.split(',').nth(number - 1).is_some_and(|argument| !argument.trim().is_empty())
    })
}

/// Whether the category exists.
pub fn is_category(category: &str) -> bool {
    TEMPLATES.iter().any(|(name, _)| name.eq_ignore_ascii_case(category))
}

/// Whether the template exists. None if only newer versions have it.
pub fn is_template(category: &str, template: &str) -> Option<bool> {
    let is_in = |table: &[(&str, &str)]| {
        let mut own = table.iter().filter(|(name, _)| name.eq_ignore_ascii_case(category));
        own.any(|(_, all)| all.split_whitespace().any(|one| one.eq_ignore_ascii_case(template)))
    };
    match is_in(NEWER) {
        true => None,
        false => Some(is_in(TEMPLATES)),
    }
}

/// The names in the list of templates, each with the arguments that follow in parentheses.
pub fn names(list: &str) -> Vec<(&str, &str)> {
    let mut out = Vec::new();
    let mut rest = list;
    loop {
        rest = rest.trim_start_matches(|c: char| c.is_whitespace() || c == ',');
        let end = rest.find(|c: char| c.is_whitespace() || matches!(c, ',' | '('));
        let (name, behind) = rest.split_at(end.unwrap_or(rest.len()));
        if name.is_empty() {
            return out;
        }
        rest = behind.trim_start();
        let mut arguments = "";
        if let Some(inside) = rest.strip_prefix('(') {
            let close = super::macros::closing(inside);
            arguments = close.and_then(|at| inside.get(..at)).unwrap_or(inside);
            rest = close.and_then(|at| inside.get(at + 1..)).unwrap_or(inside);
        }
        out.push((name, arguments));
    }
}

/// The settings of a template that certok needs.
pub fn settings(category: &str, template: &str) -> &'static [(&'static str, &'static str)] {
    const TRUST: &[(&str, &str)] = &[("TRUST_DOMAIN", "$(CONDOR_HOST)")];
    let template = template.to_ascii_lowercase();
    match (&*category.to_ascii_lowercase(), &*template) {
        ("role", "personal") => &[("CONDOR_HOST", "127.0.0.1")],
        ("role", name) if name.starts_with("get_htcondor_") => TRUST,
        ("security", "get_htcondor_idtokens") => TRUST,
        _ => &[],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_and_tables() {
        let all = [("GPUs", ""), ("Slot", "1, (2)"), ("Monitor", "")];
        assert_eq!(names(" GPUs, Slot(1, (2)) Monitor,,"), all);
        assert_eq!(names(" , "), []);
        assert_eq!(names("A (b"), [("A", "b"), ("b", "")]);
        for (template, arguments, enough) in [
            ("GPUs", "", true),
            ("Preempt_If", "", false),
            ("PREEMPT_IF", "A", true),
            ("Want_Hold_If", "a,b", false),
            ("Want_Hold_If", "a,b, ", false),
            ("Want_Hold_If", "a,b,c", true),
            ("PeriodicCronHook", "STARTD_CRON", false),
            ("PeriodicCronHook", "STARTD_CRON,a,1m,/x", true),
            ("StartdCronPeriodic", "a,1m,/x", true),
            ("monitor", "A", false),
            ("monitor", "a,b,c,d,e", true),
        ] {
            assert_eq!(has_arguments(template, arguments), enough, "{template}({arguments})");
        }
        for (category, template, known) in [
            ("ROLE", "personal", Some(true)),
            ("role", "Nosuch", Some(false)),
            ("Security", "recommended_v9_0", Some(true)),
            ("security", "recommended", None),
            ("feature", "Personal", Some(false)),
        ] {
            assert_eq!(is_template(category, template), known, "{category}:{template}");
        }
        assert!(is_category("Upgrade") && !is_category("nosuch"));
    }
}
