import { Type } from 'typebox';
import { fields } from '../terminal/document.ts';

/** What a document has no numbers of though it was asked for: `{ "what": "CloudWatch", "why": "access denied: …" }`. */
export const unavailable = Type.Array(fields({ what: Type.String(), why: Type.String() }), {
  description: 'What could not be asked, or is told by nobody, and why. The numbers about it are null.',
});
