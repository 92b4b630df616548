import { codesOf, sampleShape, type SampleShape } from './sample-shape.ts';

/** In the order in which they win among themselves, all else being equal; the usual one goes before. */
const CANDIDATES = [',', ';', '\t', '|', '\x01'];

export interface DetectionOptions {
  /** What the delimiter is as long as no other is clearly right. */
  readonly usual: string;
  /** One ASCII character, or none. */
  readonly quote: string;
  readonly escape?: 'backslash' | undefined;
  /** Else the last record of the sample may be cut, and is not asked. */
  readonly sampleIsWhole: boolean;
}

/**
 * The delimiter that the sample is clearly written with, if that is not the usual one.
 *
 * A delimiter is *consistent* when the first record has at least two fields by it, and nearly all others have as many. A
 * quote is *stray* when it stands bare in the middle of a field. Another delimiter takes the usual one's place when it is
 * consistent, and leaves fewer quotes stray, or as few where the usual one is not consistent. So a text whose quotes are
 * all in place by the usual delimiter keeps its rows, whatever else is in it.
 *
 *     name;price, net          by the comma, two fields in each record, and a stray quote
 *     "Müller; Söhne";1,50     by the semicolon too, and none: it is right
 *
 * Takes time in proportion to the sample, whatever is in it.
 */
export function detectDelimiter(sample: Uint8Array, options: DetectionOptions): string | undefined {
  const { usual, quote, escape, sampleIsWhole } = options;
  const shapeBy = (delimiter: string): SampleShape =>
    sampleShape(sample, codesOf({ delimiter, quote, escape }), sampleIsWhole);
  const usualShape = shapeBy(usual);
  // one less than it has, or as many
  const mostStray = usualShape.strayQuotes - (isConsistent(usualShape) ? 1 : 0);
  if (mostStray < 0) return undefined;
  let found: { readonly delimiter: string; readonly shape: SampleShape } | undefined;
  for (const delimiter of CANDIDATES) {
    if (delimiter === usual || delimiter === quote || !sample.includes(delimiter.charCodeAt(0))) continue;
    const shape = shapeBy(delimiter);
    if (!isConsistent(shape) || shape.strayQuotes > mostStray) continue;
    if (found === undefined || isClearer(shape, found.shape)) found = { delimiter, shape };
  }
  return found?.delimiter;
}

/** One in ten may differ; of a few, one, if at least two agree against it: a trailer, a line cut by hand. */
function isConsistent({ fields, records, alike }: SampleShape): boolean {
  const others = records - alike;
  return fields >= 2 && others <= Math.max(1, records / 10) && alike >= 2 * others;
}

const isClearer = (left: SampleShape, right: SampleShape): boolean =>
  left.strayQuotes === right.strayQuotes ? left.fields > right.fields : left.strayQuotes < right.strayQuotes;
