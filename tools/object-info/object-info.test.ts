import { type JsonObject, parseLossless } from '@snug/protocol';
import { describe, expect, it } from 'vitest';
import { compareObjectInfo } from './compare-object-info.ts';
import { goldenObjectInfo } from './golden-object-info.ts';
import { reasonMissing } from './missing-nodes.ts';
import { ownObjectInfo } from './own-object-info.ts';
import { reportObjectInfo } from './report-object-info.ts';

const parse = (text: string): JsonObject => parseLossless(text) as JsonObject;

describe('the built-in nodes', () => {
  it('are described as recorded', async () => {
    expect(compareObjectInfo(await goldenObjectInfo(), ownObjectInfo())).toEqual([]);
  });

  it('are all that the reference has, but for those with a reason', async () => {
    expect(reportObjectInfo(await goldenObjectInfo(), ownObjectInfo()).unexplained).toEqual([]);
  });

  it('are not among those that are said to be missing', () => {
    const entries = Object.entries(ownObjectInfo()) as [string, JsonObject][];
    const excused = entries.filter(([name, { category }]) => reasonMissing(name, String(category)) !== undefined);
    expect(excused.map(([name]) => name)).toEqual([]);
  });
});

describe('comparing descriptions', () => {
  const recorded = parse(
    '{"A": {"input": {"required": {"x": ["INT", {"default": 1.0, "tooltip": "<text>"}], "y": ["MASK"]}}}}',
  );

  it('tells a float from an integer', () => {
    const ours = parse(
      '{"A": {"input": {"required": {"x": ["INT", {"default": 1, "tooltip": "ours"}], "y": ["MASK"]}}}}',
    );
    expect(compareObjectInfo(recorded, ours)).toEqual([
      { place: 'A.input.required.x[1].default', recorded: '1.0', ours: '1' },
    ]);
  });

  it('wants a text where there is one', () => {
    const ours = parse(
      '{"A": {"input": {"required": {"x": ["INT", {"default": 1.0, "tooltip": ""}], "y": ["MASK"]}}}}',
    );
    expect(compareObjectInfo(recorded, ours).map(({ place }) => place)).toEqual(['A.input.required.x[1].tooltip']);
  });

  it('sees another order of inputs, missing and additional members', () => {
    const ours = parse(
      '{"A": {"input": {"required": {"y": ["MASK"], "x": ["INT", {"default": 1.0, "tooltip": "t", "min": 0}]}}, "is_input_list": false}}',
    );
    expect(compareObjectInfo(recorded, ours)).toEqual([
      { place: 'A.input.required.x[1].min', recorded: undefined, ours: '0' },
      { place: 'order of A.input.required', recorded: 'x, y', ours: 'y, x' },
    ]);
  });

  it('counts by category and asks for a reason when a class is missing', () => {
    const golden = parse('{"A": {"category": "image"}, "B": {"category": "image"}, "C": {"category": "training"}}');
    const report = reportObjectInfo(golden, parse('{"A": {"category": "image"}}'));
    expect(report.categories).toEqual([
      { category: 'image', implemented: 1, total: 2 },
      { category: 'training', implemented: 0, total: 1 },
    ]);
    expect(report.unexplained).toEqual(['B']);
    expect([...report.missing.values()]).toEqual([['C']]);
  });
});
