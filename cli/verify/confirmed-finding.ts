import { currentObject } from '../objects/current-object.ts';
import type { Pipeline } from '../pipeline/pipeline.ts';
import { reachOf, type Route } from '../pipeline/routing.ts';
import { rowTableOf } from '../pipeline/row-table.ts';
import { classOf, isAgreement, type Finding } from './finding.ts';
import { rowsOf } from './object-rows.ts';

/**
 * What a finding against an old inventory comes to by the bucket and the row as they are now; undefined where they agree, or where
 * one of them is younger than what is judged.
 */
export async function confirmedFinding(
  pipeline: Pipeline,
  route: Route,
  finding: Finding,
  judgedBefore: Date,
): Promise<Finding | undefined> {
  const { key } = finding;
  const table = rowTableOf(pipeline, route.consumer);
  if (table === undefined) return finding;
  const marker = await currentObject(pipeline, key);
  const row = (await rowsOf(pipeline, table, [key])).get(key);
  const object = marker?.isDeleteMarker === false ? marker : undefined;
  const reach = reachOf([route], pipeline, object ?? { key, isDeleted: true });
  const found = classOf(object, row, reach, table.lack);
  if (isAgreement(found)) return undefined;
  const changedAt = [marker?.lastModified, row?.eventTime].map((time) => Date.parse(time ?? '1970-01-01'));
  if (Math.max(...changedAt) > judgedBefore.getTime()) return undefined;
  // what waits, or is a letter, stays so
  const isOfQueue = finding.class === 'waiting' || finding.class === 'dead-lettered';
  return { ...finding, class: isOfQueue ? finding.class : found, object: marker ?? null, row: row ?? null };
}
