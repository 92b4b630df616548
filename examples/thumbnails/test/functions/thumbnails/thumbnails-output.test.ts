import sharp from 'sharp';
import { describe, expect, test } from 'vitest';
import { thumbnailsOutput } from '../../../functions/thumbnails/thumbnails-output.ts';

const imageOf = (width: number, height: number) =>
  sharp({ create: { width, height, channels: 3, background: 'teal' } })
    .png()
    .toBuffer();

describe('what thumbnails keeps', () => {
  test('is an image of 320 pixels, and what the original was', async () => {
    const [thumbnail, facts] = await thumbnailsOutput(await imageOf(640, 400));

    expect(await sharp(thumbnail!.body as Uint8Array).metadata()).toMatchObject({
      format: 'webp',
      width: 320,
      height: 200,
    });
    expect(JSON.parse(facts!.body as string)).toEqual({
      format: 'png',
      width: 640,
      height: 400,
      space: 'srgb',
      hasAlpha: false,
      orientation: 1,
    });
  });

  test('is no larger than a small original', async () => {
    const [thumbnail] = await thumbnailsOutput(await imageOf(20, 10));

    expect(await sharp(thumbnail!.body as Uint8Array).metadata()).toMatchObject({ width: 20, height: 10 });
  });

  test('is nothing of what is no image', async () => {
    await expect(thumbnailsOutput(Buffer.from('no image'))).rejects.toMatchObject({ status: 'not-an-image' });
  });
});
