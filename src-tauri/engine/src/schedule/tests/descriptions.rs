//! Descriptions of schedules as people say them.

use super::schedule;

#[test]
fn schedules_are_described_as_people_say_them() {
    let cases = [
        ("0 2 * * *", "every day at 02:00", "daily 02:00"),
        ("@daily", "every day at 00:00", "daily 00:00"),
        ("0 */6 * * *", "every 6 hours", "every 6 h"),
        ("30 */6 * * *", "every 6 hours at minute 30", "every 6 h :30"),
        ("*/15 * * * *", "every 15 minutes", "every 15 min"),
        ("* * * * *", "every minute", "every min"),
        ("0 3 * * SUN", "Sundays at 03:00", "Sundays 03:00"),
        ("30 22 * * 1-5", "weekdays at 22:30", "weekdays 22:30"),
        ("0 4 * * 6,7", "weekends at 04:00", "weekends 04:00"),
        ("0 4 1 * *", "on day 1 of the month at 04:00", "day 1 04:00"),
        ("0 4 1,15 * *", "on days 1 and 15 of the month at 04:00", "days 1 and 15 04:00"),
        ("0 4 L * *", "on the last day of the month at 04:00", "last day 04:00"),
        ("0 4 LW * *", "on the last weekday of the month at 04:00", "last weekday 04:00"),
        (
            "0 4 15W * *",
            "on the weekday nearest to day 15 of the month at 04:00",
            "weekday nearest to day 15 04:00",
        ),
        ("0 4 * * 5L", "on the last Friday of the month at 04:00", "last Friday 04:00"),
        ("0 4 * * MON#2", "on the 2nd Monday of the month at 04:00", "2nd Monday 04:00"),
        ("5 * * * *", "hourly at minute 5", "hourly :05"),
        ("0 * * * *", "hourly", "hourly"),
        ("0 9,17 * * *", "every day at 09:00 and 17:00", "daily 09:00, 17:00"),
        (
            "0 9,13,17 * * MON,WED",
            "Mondays and Wednesdays at 09:00, 13:00 and 17:00",
            "0 9,13,17 * * MON,WED",
        ),
        ("0 0 1 1 *", "on day 1 of January at 00:00", "0 0 1 1 *"),
        ("0 2 * 1-3 *", "every day in January to March at 02:00", "0 2 * 1-3 *"),
        ("0 2 13 * FRI", "on day 13 of the month or on Fridays at 02:00", "0 2 13 * FRI"),
        ("0 2 1-31 * FRI", "every day at 02:00", "daily 02:00"),
        ("30 0 2 * * *", "every day at 02:00:30", "daily 02:00:30"),
        ("*/10 * * * * *", "every 10 seconds", "every 10 s"),
        ("*/15 9-17 * * *", "every 15 minutes, from 09:00 to 17:59", "*/15 9-17 * * *"),
        ("0 8-20 * * 1-5", "at minute 0 of each hour, from 08:00 to 20:59 on weekdays", "0 8-20 * * 1-5"),
        ("*/7 * * * *", "every 7 minutes from the start of each hour", "*/7 * * * *"),
        ("0 2 */2 * *", "on every 2nd day from day 1 of the month at 02:00", "0 2 */2 * *"),
        ("0-10/5,30 * * * *", "at minutes 0, 5, 10 and 30 of each hour", "0-10/5,30 * * * *"),
        ("0 */6 1 * *", "every 6 hours on day 1 of the month", "0 */6 1 * *"),
    ];
    for (expression, words, short) in cases {
        let schedule = schedule(expression, "Europe/London");
        assert_eq!(schedule.describe(), words, "{expression} in words");
        assert_eq!(schedule.short(), short, "{expression} in narrow places");
    }
}
