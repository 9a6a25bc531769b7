import { describe, expect, it } from 'vitest';
import type { Tensor } from '../tensor/tensor.ts';
import { compositeImages, compositeLatents } from './composite.ts';
import { channelMask, colorMask, combineMasks, cropMask, featherMask, maskBatch, maskToImage } from './masks.ts';
import { porterDuff, porterDuffModes } from './porter-duff.ts';

const tensor = (dims: readonly number[], ...values: number[]): Tensor => ({ data: Float32Array.from(values), dims });
const filled = (value: number, ...dims: number[]): Tensor => ({
  data: new Float32Array(dims.reduce((a, b) => a * b)).fill(value),
  dims,
});

describe('masks', () => {
  it('are batches, whatever axes they came with', () => {
    expect(maskBatch(filled(1, 4, 5)).dims).toEqual([1, 4, 5]);
    expect(maskBatch(filled(1, 2, 1, 4, 5)).dims).toEqual([2, 4, 5]);
  });

  it('become grey pictures and back', () => {
    const mask = tensor([1, 1, 2], 0.25, 1);
    expect(channelMask(maskToImage(mask), 'green')).toEqual(mask);
  });

  it('name the channel that a picture does not have', () => {
    expect(() => channelMask(filled(0, 1, 2, 2, 3), 'alpha')).toThrow('this one has 3 channels');
  });

  it('find a colour in 8-bit values', () => {
    const image = tensor([1, 1, 2, 3], 1, 0.5, 0, 1, 0.51, 0);
    expect(colorMask(image, 0xff8000).data).toEqual(Float32Array.of(1, 0));
  });

  it('are cut at their edges and refuse corners outside', () => {
    const mask = tensor([1, 2, 3], 1, 2, 3, 4, 5, 6);
    expect(cropMask(mask, { x: 1, y: 1, width: 9, height: 9 })).toEqual(tensor([1, 1, 2], 5, 6));
    expect(() => cropMask(mask, { x: 3, y: 0, width: 1, height: 1 })).toThrow('inside the mask of 3 x 2');
  });

  it('combine where they overlap and stay between 0 and 1', () => {
    const destination = tensor([1, 2, 2], 0.5, 0.5, 0.5, 0.75);
    const combined = combineMasks(destination, filled(0.5, 1, 4, 4), { x: 1, y: 1, operation: 'add' });
    expect(combined.data).toEqual(Float32Array.of(0.5, 0.5, 0.5, 1));
    const untouched = combineMasks(destination, filled(1, 1, 1, 1), { x: 9, y: 9, operation: 'multiply' });
    expect(untouched.data).toEqual(destination.data);
  });

  it('refuse batches that do not go together', () => {
    const combine = () => combineMasks(filled(0, 3, 1, 1), filled(0, 2, 1, 1), { x: 0, y: 0, operation: 'or' });
    expect(combine).toThrow('must be 1 or 3');
  });

  it('fade out no further than they are wide', () => {
    const faded = featherMask(filled(1, 1, 1, 2), { left: 100, top: 0, right: 0, bottom: 0 });
    expect(faded.data).toEqual(Float32Array.of(0.5, 1));
  });
});

describe('pasting', () => {
  it('cuts off what lies outside and repeats a single source', () => {
    const result = compositeImages(filled(0, 2, 2, 2, 1), filled(1, 1, 2, 2, 1), { x: 1, y: 1 });
    expect(result.data).toEqual(Float32Array.of(0, 0, 0, 1, 0, 0, 0, 1));
  });

  it('weighs by a mask of any size', () => {
    const options = { x: 0, y: 0, mask: filled(0.25, 1, 8, 8) };
    expect(compositeImages(filled(0, 1, 2, 2, 1), filled(1, 1, 2, 2, 1), options).data).toEqual(
      new Float32Array(4).fill(0.25),
    );
  });

  it('keeps what it does not touch exactly', () => {
    const destination = tensor([1, 1, 2, 1], 0.1, 0.2);
    expect(compositeImages(destination, filled(1, 1, 1, 1, 1), { x: 1, y: 0 }).data[0]).toBe(destination.data[0]);
  });

  it('drops channels that the destination does not have, and asks for those that it has', () => {
    expect(compositeImages(filled(0, 1, 1, 1, 3), filled(1, 1, 1, 1, 4), { x: 0, y: 0 }).dims).toEqual([1, 1, 1, 3]);
    expect(() => compositeImages(filled(0, 1, 1, 1, 4), filled(1, 1, 1, 1, 3), { x: 0, y: 0 })).toThrow('at least 4');
  });

  it('goes by batch item in latents, with one mask for all channels', () => {
    const mask = tensor([2, 1, 1], 0, 1);
    const result = compositeLatents(filled(0, 2, 2, 1, 1), filled(1, 1, 2, 1, 1), { x: 0, y: 0, mask });
    expect(result.data).toEqual(Float32Array.of(0, 0, 1, 1));
    expect(() => compositeLatents(filled(0, 1, 4, 1, 1), filled(1, 1, 16, 1, 1), { x: 0, y: 0 })).toThrow('must be 4');
  });
});

describe('Porter-Duff', () => {
  const inputs = (sourceAlpha: number, destinationAlpha: number) => ({
    source: filled(0.75, 1, 1, 1, 3),
    sourceAlpha: filled(sourceAlpha, 1, 1, 1),
    destination: filled(0.25, 1, 1, 1, 3),
    destinationAlpha: filled(destinationAlpha, 1, 1, 1),
  });

  it('shows an opaque source over anything', () => {
    const { image, alpha } = porterDuff(inputs(1, 0.5), 'SRC_OVER');
    expect([image.data[0], alpha.data[0]]).toEqual([0.75, 1]);
  });

  it.each(porterDuffModes)('%s is transparent black where nothing is', mode => {
    const { image, alpha } = porterDuff(inputs(0, 0), mode);
    expect([image.data[0], alpha.data[0]]).toEqual([0, 0]);
  });
});
