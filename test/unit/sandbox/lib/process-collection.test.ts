import { expect, test } from 'vitest';
import { ProcessCollection } from '../../../../sandbox/lib/process-collection.ts';

test('a ProcessCollection evicts the oldest created process above the limit, and never a seeded one', () => {
  const processes = new ProcessCollection([{ id: 'seeded' }], 1);
  processes.add({ id: 'first' });
  processes.add({ id: 'second' });
  expect(processes.get('first')).toBeNull();
  expect([...processes.values()]).toEqual([{ id: 'seeded' }, { id: 'second' }]);
});
