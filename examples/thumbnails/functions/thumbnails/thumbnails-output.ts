import { ObjectError } from '@sluice-pipeline/sluice/functions';
import sharp from 'sharp';

/** Raise it when the same image gives other objects: a replay then writes every one anew. */
export const REVISION = 1;

export interface Kept {
  readonly ending: string;
  readonly body: string | Uint8Array;
}

const WIDTH = 320;
/** A small file may unfold to any number of pixels. */
const MOST_PIXELS = 100_000_000;

/**
 * What is kept of an image: a thumbnail, and what it is, as JSON. Of the same it must say the same: events are delivered, and
 * replayed, more than once.
 *
 * @throws ObjectError on what is no image
 */
export async function thumbnailsOutput(content: Uint8Array): Promise<readonly Kept[]> {
  const image = sharp(content, { limitInputPixels: MOST_PIXELS });
  try {
    const { format, width, height, space, hasAlpha, orientation = 1 } = await image.metadata();
    // turned as the camera says, and never made larger
    const thumbnail = await image
      .autoOrient()
      .resize({ width: WIDTH, withoutEnlargement: true })
      .webp()
      .toBuffer();
    return [
      { ending: '.webp', body: thumbnail },
      { ending: '.json', body: JSON.stringify({ format, width, height, space, hasAlpha, orientation }) },
    ];
  } catch (cause) {
    throw new ObjectError(
      'not-an-image',
      `${(cause as Error).message}: look at the file, and upload it again`,
      { cause },
    );
  }
}
