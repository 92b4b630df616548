/**
 * How much there is to see of a pipeline in AWS, which is paid for by the month and by the event:
 * `full` everything · `usual` what rings, and what a verb asks for · `least` letters and rules alone. docs/cost.md tells them apart.
 */
export const OBSERVABILITIES = ['full', 'usual', 'least'] as const;

export type Observability = (typeof OBSERVABILITIES)[number];

/** What is set for the smallest bill, as the CDK's command line takes it. */
export const CHEAPEST_SETTING = '-c observability=least -c logSuccesses=0';

/** The alarms that `least` leaves, by the ends of their ids: an event that nobody will work on unless somebody does something. */
export const LEAST_ALARMS: readonly string[] = ['UndeliveredEvents', 'RuleFailures', 'DeadLetters'];
