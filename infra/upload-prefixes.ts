/**
 * Where whoever has the uploader's policy may put objects (context `uploadPrefixes`): `csv/,scans/2026/`, or a list of the same in cdk.json.
 *
 * @returns undefined where the context does not say: anywhere
 * @throws Error naming the prefix that is none
 */
export function parseUploadPrefixes(context: unknown): readonly string[] | undefined {
  if (context === undefined) return undefined;
  const prefixes = typeof context === 'string' ? context.split(',').map((one) => one.trim()) : context;
  if (!Array.isArray(prefixes) || prefixes.length === 0) {
    throw refusal(context, 'it must be prefixes with commas between them, such as csv/,scans/');
  }
  for (const prefix of prefixes) {
    const why = whyNoPrefix(prefix);
    if (why !== undefined) throw refusal(prefix, why);
  }
  return [...new Set(prefixes as string[])];
}

function whyNoPrefix(prefix: unknown): string | undefined {
  if (typeof prefix !== 'string' || !/^[^/].*\/$/.test(prefix)) {
    return 'it must begin without a slash and end with one, such as csv/: csv alone would be the beginning of csv-of-others/ too';
  }
  // a policy takes the first two for wildcards, and the third for the beginning of a variable
  if (/[*?$]/.test(prefix)) return 'a policy cannot name a prefix with *, ? or $ in it';
  return undefined;
}

function refusal(value: unknown, why: string): Error {
  return new Error(`context uploadPrefixes is ${JSON.stringify(value)}: ${why}`);
}
