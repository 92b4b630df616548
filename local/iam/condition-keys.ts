/**
 * What a request tells the conditions of policies: condition key in lower case → its value, or the list of its values. A key that
 * the request does not have is absent.
 *
 *     { "aws:securetransport": "true", "dynamodb:leadingkeys": ["uploads"] }
 */
export type RequestContext = Readonly<Record<string, string | readonly string[]>>;

/** Keys that can be evaluated here: some part of the runtime says of every request whether it has them, and what they are. */
const KNOWN_KEYS: ReadonlySet<string> = new Set([
  // who asks
  'aws:principalarn',
  'aws:principalaccount',
  'aws:principalisawsservice',
  'aws:multifactorauthpresent',
  'lambda:sourcefunctionarn',
  // on whose behalf a service asks
  'aws:sourcearn',
  'aws:sourceaccount',
  'aws:viaawsservice',
  // over what
  'aws:securetransport',
  's3:tlsversion',
  // for what
  's3:if-match',
  's3:if-none-match',
  's3:objectcreationoperation',
  's3:prefix',
  's3:object-lock-mode',
  's3:object-lock-legal-hold',
  's3:object-lock-remaining-retention-days',
  'dynamodb:leadingkeys',
  // with what key; grants are made by nobody here, so that no request is for one
  'kms:viaservice',
  'kms:calleraccount',
  'kms:encryptioncontextkeys',
  'kms:resourcealiases',
  'kms:grantisforawsresource',
]);

/** A key of KMS is used in a context of names and values, each of which is a condition key. */
const ENCRYPTION_CONTEXT = /^kms:encryptioncontext:./;

/** Keys with a list of values: a condition on one must say by a set operator whether each or any is meant. */
const LISTS: ReadonlySet<string> = new Set([
  'dynamodb:leadingkeys',
  'kms:encryptioncontextkeys',
  'kms:resourcealiases',
]);

export const isKnownKey = (key: string): boolean =>
  KNOWN_KEYS.has(key.toLowerCase()) || ENCRYPTION_CONTEXT.test(key.toLowerCase());

export const isListKey = (key: string): boolean => LISTS.has(key.toLowerCase());

/** The loopback interface stands for TLS, and for the newest one: nothing else can listen in. */
export const OVER_LOOPBACK: RequestContext = { 'aws:securetransport': 'true', 's3:tlsversion': '1.3' };
