import { currentObject } from '../objects/current-object.ts';
import type { Pipeline } from '../pipeline/pipeline.ts';
import { reachOf, type Route } from '../pipeline/routing.ts';
import { rowTableOf } from '../pipeline/row-table.ts';
import { agreementOf, classOf, isAgreement, lastChange, type Finding } from './finding.ts';
import { rowsOf } from './object-rows.ts';

/**
 * What a finding against an old inventory comes to by the bucket and the row as they are now; undefined where they agree, or where
 * one of them is younger than what is judged.
 */
export async function confirmedFinding(
  pipeline: Pipeline,
  route: Route,
  finding: Finding,
  { judgedBefore, now }: { readonly judgedBefore: Date; readonly now: Date },
): Promise<Finding | undefined> {
  const { key } = finding;
  const table = rowTableOf(pipeline, route.consumer);
  if (table === undefined) return finding;
  const marker = await currentObject(pipeline, key);
  const row = (await rowsOf(pipeline, table, [key])).get(key);
  const object = marker?.isDeleteMarker === false ? marker : undefined;
  const reach = reachOf([route], pipeline, object ?? { key, isDeleted: true });
  const seen = { object: marker ?? null, row: row ?? null };
  const found = agreementOf(classOf(object, row, reach, table.lack), seen, now);
  if (isAgreement(found)) return undefined;
  if (lastChange(marker, row, now) > judgedBefore.getTime()) return undefined;
  // what waits, or is a letter, stays so
  const isOfQueue = finding.class === 'waiting' || finding.class === 'dead-lettered';
  return { ...finding, class: isOfQueue ? finding.class : found, ...seen };
}
