import { upload, ServerError } from '../server.ts';
import { noteChange } from '../live.ts';
import { UploadQueue } from './upload-queue.ts';

/** What is uploaded from this page, and goes on while another one is open. */
export const uploads = new UploadQueue<Blob>(async (key, blob, options) => {
  const { trouble, exitCode } = await upload(key, blob, options);
  // put says of trouble that came after the first byte by its exit code
  if (trouble !== undefined || exitCode !== 0) {
    throw new ServerError(trouble ?? { message: `the upload ended with exit code ${exitCode}` });
  }
  noteChange();
});

addEventListener('beforeunload', (event) => {
  if (uploads.isBusy) event.preventDefault();
});
