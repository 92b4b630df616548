import { Type } from 'typebox';
import { count, documentSchema, fields, moment, target } from '../terminal/document.ts';

export const getDocument = documentSchema('get', 'An object that was written into a file.', {
  target,
  bucket: Type.String(),
  object: fields({
    key: Type.String(),
    versionId: Type.Optional(Type.String()),
    size: count('Bytes, all of which are in the file.'),
    etag: Type.String(),
    lastModified: moment,
  }),
  file: Type.String({ description: 'Path of the file.' }),
});
