//! Laws over any input: what is printed reads back, what is recorded stays bounded and ordered.

use api::{Condition, ConditionStatus, Conditions, Duration, Revision, Time};
use proptest::prelude::*;

proptest! {
    #[test]
    fn a_printed_duration_reads_back(nanoseconds in 0..=i64::MAX as u64) {
        let duration = Duration::from(std::time::Duration::from_nanos(nanoseconds));
        prop_assert_eq!(duration.to_string().parse::<Duration>(), Ok(duration));
    }

    #[test]
    fn no_text_breaks_the_duration_reader(text in "[0-9.+hmsuµn-]{0,24}") {
        drop(text.parse::<Duration>());
    }

    #[test]
    fn a_revision_prints_as_it_was_written(text in "[a-z0-9/.@:-]{0,40}") {
        let printed = Revision::parse(&text).to_string();
        prop_assert_eq!(Revision::parse(&printed), Revision::parse(&text));
    }

    #[test]
    fn setting_a_condition_twice_is_setting_it_once(steps in prop::collection::vec((0..5_usize, 0..3_i64), 0..20)) {
        let types = ["Ready", "Stalled", "Healthy", "ArtifactInStorage", "Released"];
        let mut conditions = Conditions::default();
        for (place, generation) in steps {
            let condition = Condition::new(types[place], ConditionStatus::True, "Sample", "");
            conditions.set(condition.clone(), generation, Time::default());
            let once = conditions.clone();
            conditions.set(condition, generation, Time::default());
            prop_assert_eq!(&conditions, &once);
        }
        let mut seen: Vec<&str> = conditions.iter().map(|condition| condition.r#type.as_str()).collect();
        seen.sort_unstable();
        seen.dedup();
        prop_assert_eq!(seen.len(), conditions.iter().count());
    }
}
