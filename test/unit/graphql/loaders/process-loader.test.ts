import { expect, test } from 'vitest';
import { createOperationBudget } from '../../../../src/services/operation-budget.ts';
import type { ProcessReader } from '../../../../src/services/processes/process-reader.ts';
import { FETCH_LEVELS, type FetchLevel } from '../../../../src/domain/fetch-level.ts';
import { parseProcessId, type ProcessId } from '../../../../src/domain/process-id.ts';
import { emptyProcess, type ProcessKey, type ProcessSource } from '../../../../src/domain/process.ts';
import { createProcessLoader, type ProcessLoader } from '../../../../src/graphql/loaders/process-loader.ts';
import { ABSENT_ID, ID, OTHER_ID } from '../../../support/bodies.ts';

function id(text: string): ProcessId {
  const parsed = parseProcessId(text);
  if (parsed === null) throw new Error('not an id');
  return parsed;
}

const [A, B, ABSENT] = [id(ID), id(OTHER_ID), id(ABSENT_ID)];

/** A loader of a reader that knows A of IDCLOUD and B of PROCESSES_V1, and records what it is asked. */
function recorded(): { loader: ProcessLoader; asked: string[] } {
  const asked: string[] = [];
  const holders = new Map<ProcessId, ProcessSource>([
    [A, 'IDCLOUD'],
    [B, 'PROCESSES_V1'],
  ]);
  const reader: Pick<ProcessReader, 'read'> = {
    read: async (key: ProcessKey) => {
      asked.push(`${key.id} ${key.source}`);
      const holder = holders.get(key.id);
      if (holder === undefined || (key.source !== null && key.source !== holder)) return null;
      return emptyProcess(key.id, holder);
    },
  };
  return {
    loader: createProcessLoader(
      reader,
      createOperationBudget(60_000, () => new AbortController().signal),
    ),
    asked,
  };
}

test('a process that is asked for with its source and without is read once, whichever comes first', async () => {
  for (const order of [
    [null, 'IDCLOUD'],
    ['IDCLOUD', null],
  ] as const) {
    const { loader, asked } = recorded();
    const answers = await Promise.all(order.map((source) => loader.load({ id: A, source }, 'summary')));
    expect(answers.map((reading) => reading?.source)).toEqual(['IDCLOUD', 'IDCLOUD']);
    expect(asked).toEqual([`${A} IDCLOUD`]);
  }
});

test('a process that was read is known under both keys for the rest of the request', async () => {
  const { loader, asked } = recorded();
  await loader.load({ id: A, source: null }, 'summary');
  await loader.load({ id: A, source: 'IDCLOUD' }, 'summary');
  await loader.load({ id: B, source: 'PROCESSES_V1' }, 'summary');
  await loader.load({ id: B, source: null }, 'summary');
  expect(asked).toEqual([`${A} null`, `${B} PROCESSES_V1`]);
});

test('a wrong source does not hide a process from the question without one', async () => {
  const { loader, asked } = recorded();
  const [wrong, right] = await Promise.all([
    loader.load({ id: A, source: 'PROCESSES_V1' }, 'summary'),
    loader.load({ id: A, source: null }, 'summary'),
  ]);
  expect(wrong).toBeNull();
  expect(right?.source).toBe('IDCLOUD');
  expect(asked).toEqual([`${A} PROCESSES_V1`, `${A} null`]);
});

test('an absent process is asked for once and hides nobody', async () => {
  const { loader, asked } = recorded();
  const answers = await Promise.all(
    [ABSENT, B, ABSENT].map((each) => loader.load({ id: each, source: null }, 'summary')),
  );
  expect(answers.map((reading) => reading?.id ?? null)).toEqual([null, B, null]);
  expect(asked).toEqual([`${ABSENT} null`, `${B} null`]);
});

test('a process that could not be read with its source is not asked for again without', async () => {
  const asked: string[] = [];
  const failing: Pick<ProcessReader, 'read'> = {
    read: async ({ id: one, source }) => {
      asked.push(`${one} ${source}`);
      throw new Error('Unico is down');
    },
  };
  const loader = createProcessLoader(
    failing,
    createOperationBudget(60_000, () => new AbortController().signal),
  );
  const both = ([null, 'IDCLOUD'] as const).map((source) => loader.load({ id: A, source }, 'summary'));
  await expect(Promise.all(both)).rejects.toThrow('Unico is down');
  expect((await Promise.allSettled(both)).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  expect(asked).toEqual([`${A} IDCLOUD`]);
});

/** A loader of a reader that knows everything, and records how far it is asked to read. */
function recordedNeeds(): { loader: ProcessLoader; asked: string[] } {
  const asked: string[] = [];
  const reader: Pick<ProcessReader, 'read'> = {
    read: async ({ id: one, source }, level) => {
      asked.push(`${source} ${level}`);
      return emptyProcess(one, 'IDCLOUD');
    },
  };
  return {
    loader: createProcessLoader(
      reader,
      createOperationBudget(60_000, () => new AbortController().signal),
    ),
    asked,
  };
}

test('a process that is needed in different degrees at once is read once, for the most that is needed', async () => {
  for (const needs of [
    FETCH_LEVELS,
    FETCH_LEVELS.toReversed(),
    ['summary', 'sdk-token', 'personal'] as FetchLevel[],
  ]) {
    const { loader, asked } = recordedNeeds();
    await Promise.all(needs.map((level) => loader.load({ id: A, source: null }, level)));
    expect(asked).toEqual(['null sdk-token']);
  }
});

test('what is needed without a source counts for the reading with one, and the other way round', async () => {
  for (const [withSource, without] of [
    ['summary', 'signed-urls'],
    ['signed-urls', 'summary'],
  ] as const) {
    const { loader, asked } = recordedNeeds();
    await Promise.all([
      loader.load({ id: A, source: null }, without),
      loader.load({ id: A, source: 'IDCLOUD' }, withSource),
    ]);
    expect(asked).toEqual(['IDCLOUD signed-urls']);
  }
});

test('one process is not read for what is needed of another', async () => {
  const { loader, asked } = recordedNeeds();
  await Promise.all([
    loader.load({ id: A, source: null }, 'summary'),
    loader.load({ id: B, source: null }, 'personal'),
  ]);
  expect(asked).toEqual(['null summary', 'null personal']);
});

test('a process is read again in a request only when more is needed than was read before', async () => {
  const { loader, asked } = recordedNeeds();
  for (const level of ['personal', 'summary', 'personal', 'sdk-token', 'signed-urls', 'personal'] as const) {
    await loader.load({ id: A, source: null }, level);
    await loader.load({ id: A, source: 'IDCLOUD' }, level);
  }
  expect(asked).toEqual(['null personal', 'null sdk-token']);
});

test('a reading that is still under way is shared with who needs no more, and not with who needs more', async () => {
  const { loader, asked } = recordedNeeds();
  const first = loader.load({ id: A, source: null }, 'personal');
  // The next tick: the first batch has gone.
  await new Promise((resolve) => setImmediate(resolve));
  await Promise.all([
    first,
    loader.load({ id: A, source: null }, 'summary'),
    loader.load({ id: A, source: null }, 'signed-urls'),
  ]);
  expect(asked).toEqual(['null personal', 'null signed-urls']);
});
