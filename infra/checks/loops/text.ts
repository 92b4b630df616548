/**
 * What stands in a template as a text, with what nobody knows before a deployment held in marks:
 *
 *     arn:aws:s3:::⟨Files/IngestBucket⟩/in/*
 *
 * `⟨…⟩` is the name that CloudFormation makes up for a resource: no literal text equals it. `⟪…⟫` is what may be anything: a parameter, a
 * policy variable. `*` and `?` are IAM's. A star that is meant as a star is `STAR`.
 */
export type Text = string;

/** The name that CloudFormation makes up for this resource. */
export const madeUp = (resource: string): Text => `⟨${resource}⟩`;

/** What may be anything. Two with the same words are the same thing. */
export const unknown = (words: string): Text => `⟪${words}⟫`;

/** A star of a key, which is no wildcard. */
export const STAR = '✶';

/** A question mark of a key, which is no wildcard. */
export const QUESTION = '⸮';

/** As somebody reads it, and writes it in an entry: `arn:aws:s3:::IngestBucket/in/*` */
export const readable = (text: Text): string =>
  text
    .replaceAll(/⟨(?:[^⟩/]*\/)?([^⟩]*)⟩/g, '$1')
    .replaceAll(/⟪([^⟫]*)⟫/g, (_, words: string) => (words.startsWith('$') ? words : `\${${words}}`))
    .replaceAll(STAR, '*')
    .replaceAll(QUESTION, '?');

/** What the text begins with for certain. */
export const literalStart = (text: Text): string => /^[^*?⟪]*/.exec(text)![0];

/** An atom is one character, or one mark with what it holds. */
export const atomsOf = (text: Text): readonly string[] => text.match(/⟨[^⟩]*⟩|⟪[^⟫]*⟫|[^]/gu) ?? [];
