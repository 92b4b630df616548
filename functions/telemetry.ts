import { Logger } from '@aws-lambda-powertools/logger';
import { Metrics } from '@aws-lambda-powertools/metrics';

/** The function's logger and metrics; both take the service name and the namespace from the environment. */
export const logger = new Logger();
export const metrics = new Metrics();
