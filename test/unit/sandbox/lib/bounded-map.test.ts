import { expect, test } from 'vitest';
import { BoundedMap } from '../../../../sandbox/lib/bounded-map.ts';

test('a BoundedMap evicts its oldest entry above the limit', () => {
  const map = new BoundedMap<number>(2);
  map.set('one', 1);
  map.set('two', 2);
  map.set('three', 3);
  expect([map.get('one'), map.get('two'), map.get('three')]).toEqual([null, 2, 3]);
  expect([...map.values()]).toEqual([2, 3]);
});
