import { archiveDocument } from '../archive/archive-document.ts';
import { backfillDocument } from '../backfill/backfill-document.ts';
import { capacityDocument } from '../capacity/capacity-document.ts';
import { pauseDocument, resumeDocument } from '../consumers/switch-documents.ts';
import { consoleDocument } from '../console/console-document.ts';
import { connectBucketDocument } from '../connect/connect-document.ts';
import { costDocument } from '../cost/cost-document.ts';
import { deadListDocument, deadPurgeDocument, deadShowDocument } from '../dead-letters/dead-documents.ts';
import { redriveDocument } from '../dead-letters/redrive-document.ts';
import { doctorDocument } from '../doctor/doctor-document.ts';
import { envDocument } from '../env/env-document.ts';
import { explainArchiveDocument, explainDocument } from '../explain/explain-document.ts';
import { flowDocument } from '../flow/flow-document.ts';
import { statusObjectDocument } from '../fate/fate-document.ts';
import { logsDocument, logsLineDocument } from '../logs/logs-documents.ts';
import { metricsDocument } from '../metrics/metrics-document.ts';
import { emptyDocument } from '../objects/empty-document.ts';
import { getDocument } from '../objects/get-document.ts';
import { lsDocument } from '../objects/ls-document.ts';
import { lsNewestDocument } from '../objects/ls-newest-document.ts';
import { lsStatusDocument } from '../objects/ls-status-document.ts';
import { putDocument } from '../objects/put-document.ts';
import { rmDocument } from '../objects/rm-document.ts';
import {
  replayCancelDocument,
  replayDocument,
  replayListDocument,
  replayShowDocument,
} from '../replay/replay-documents.ts';
import { routesDocument } from '../routes/routes-document.ts';
import { samplesDocument } from '../samples/samples-document.ts';
import { statusPrefixDocument } from '../status/prefix-status-document.ts';
import { statusDocument } from '../status/status-document.ts';
import { wouldSendDocument } from '../status/would-send-document.ts';
import { testPatternDocument } from '../test-pattern/test-pattern-document.ts';
import { verifyDocument } from '../verify/verify-document.ts';

/** The schema of every document that a verb prints with `--json`, in the order of the help. */
export const DOCUMENTS = [
  consoleDocument,
  putDocument,
  lsDocument,
  lsNewestDocument,
  lsStatusDocument,
  getDocument,
  rmDocument,
  statusDocument,
  statusObjectDocument,
  statusPrefixDocument,
  wouldSendDocument,
  flowDocument,
  metricsDocument,
  replayDocument,
  replayListDocument,
  replayShowDocument,
  replayCancelDocument,
  archiveDocument,
  redriveDocument,
  deadListDocument,
  deadShowDocument,
  deadPurgeDocument,
  pauseDocument,
  resumeDocument,
  backfillDocument,
  verifyDocument,
  explainDocument,
  explainArchiveDocument,
  testPatternDocument,
  samplesDocument,
  routesDocument,
  logsDocument,
  logsLineDocument,
  doctorDocument,
  envDocument,
  costDocument,
  capacityDocument,
  connectBucketDocument,
  emptyDocument,
] as const;
