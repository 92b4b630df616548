import { App } from 'aws-cdk-lib';
import { complete } from '../../infra/consumer-kinds.ts';
import { csvRowCounter } from '../../infra/consumers/csv-row-counter.ts';
import { stageFromContext } from '../../infra/stage.ts';

const DEV = stageFromContext(new App().node);

/** What the row counter is deployed with: its memory and its timeout are the same in each stage. */
export const DEPLOYED_COUNTER = complete(csvRowCounter(DEV), DEV);
