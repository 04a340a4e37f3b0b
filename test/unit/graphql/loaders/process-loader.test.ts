import { describe, expect, test } from 'vitest';
import { OperationBudget } from '../../../../src/services/operation-budget.ts';
import type { CacheEntry } from '../../../../src/services/processes/process-cache.ts';
import type { ProcessReader } from '../../../../src/services/processes/process-reader.ts';
import { covers, FETCH_LEVELS, type FetchLevel } from '../../../../src/domain/fetch-level.ts';
import { parseProcessId, type ProcessId } from '../../../../src/domain/process-id.ts';
import { emptyProcess, type Process, type ProcessSource } from '../../../../src/domain/process.ts';
import { ProcessLoader } from '../../../../src/graphql/loaders/process-loader.ts';
import { ABSENT_ID, ID, OTHER_ID } from '../../../support/bodies.ts';

function id(text: string): ProcessId {
  const parsed = parseProcessId(text);
  if (parsed === null) throw new Error('not an id');
  return parsed;
}

const [A, B, ABSENT] = [id(ID), id(OTHER_ID), id(ABSENT_ID)];

type Reader = Pick<ProcessReader, 'peek' | 'lookupSource' | 'lookup' | 'read'>;

/** A loader of a reader that has nothing in memory, unless `reader` says otherwise. */
function loaderOf(reader: Partial<Reader>): ProcessLoader {
  const budget = new OperationBudget(60_000, () => new AbortController().signal);
  const empty: Reader = {
    peek: () => null,
    lookupSource: async () => null,
    lookup: async () => new Map(),
    read: async () => null,
  };
  return new ProcessLoader({ ...empty, ...reader }, budget);
}

/** A loader of a reader that knows A of IDCLOUD and B of PROCESSES_V1, and records what it reads. */
function recorded(): { loader: ProcessLoader; reads: string[] } {
  const reads: string[] = [];
  const holders = new Map<ProcessId, ProcessSource>([
    [A, 'IDCLOUD'],
    [B, 'PROCESSES_V1'],
  ]);
  const loader = loaderOf({
    read: async ({ key }) => {
      reads.push(`${key.id} ${key.source}`);
      const holder = holders.get(key.id);
      if (holder === undefined || (key.source !== null && key.source !== holder)) return null;
      return emptyProcess(key.id, holder);
    },
  });
  return { loader, reads };
}

/** A loader of a reader that knows every process, and records up to which level it reads. */
function recordedLevels(): { loader: ProcessLoader; reads: string[] } {
  const reads: string[] = [];
  const loader = loaderOf({
    read: async ({ key: { id: one, source }, level }) => {
      reads.push(`${source} ${level}`);
      return emptyProcess(one, 'IDCLOUD');
    },
  });
  return { loader, reads };
}

/** A loader of a reader that has the summary of one process in memory, and records what it looks up and reads. */
function recordedMemory(known: Process): { loader: ProcessLoader; reads: string[] } {
  const reads: string[] = [];
  const loader = loaderOf({
    peek: ({ id: one }, level) => (one === known.id && covers('summary', level) ? known : null),
    lookupSource: async () => {
      reads.push('source');
      return 'PROCESSES_V1';
    },
    read: async ({ level }) => {
      reads.push(`read ${level}`);
      return known;
    },
  });
  return { loader, reads };
}

describe('ProcessLoader', () => {
  test('a process that is loaded with its source and without is read once, whichever comes first', async () => {
    for (const order of [
      [null, 'IDCLOUD'],
      ['IDCLOUD', null],
    ] as const) {
      const { loader, reads } = recorded();
      const answers = await Promise.all(order.map((source) => loader.load({ id: A, source }, 'summary')));
      expect(answers.map((process) => process?.source)).toEqual(['IDCLOUD', 'IDCLOUD']);
      expect(reads).toEqual([`${A} IDCLOUD`]);
    }
  });

  test('a process that was read is known under both keys for the rest of the request', async () => {
    const { loader, reads } = recorded();
    await loader.load({ id: A, source: null }, 'summary');
    await loader.load({ id: A, source: 'IDCLOUD' }, 'summary');
    await loader.load({ id: B, source: 'PROCESSES_V1' }, 'summary');
    await loader.load({ id: B, source: null }, 'summary');
    expect(reads).toEqual([`${A} null`, `${B} PROCESSES_V1`]);
  });

  test('a wrong source does not hide a process from a load without a source', async () => {
    const { loader, reads } = recorded();
    const [wrong, right] = await Promise.all([
      loader.load({ id: A, source: 'PROCESSES_V1' }, 'summary'),
      loader.load({ id: A, source: null }, 'summary'),
    ]);
    expect(wrong).toBeNull();
    expect(right?.source).toBe('IDCLOUD');
    expect(reads).toEqual([`${A} PROCESSES_V1`, `${A} null`]);
  });

  test('a process that no contract knows is read once and does not hide another process', async () => {
    const { loader, reads } = recorded();
    const answers = await Promise.all(
      [ABSENT, B, ABSENT].map((each) => loader.load({ id: each, source: null }, 'summary')),
    );
    expect(answers.map((process) => process?.id ?? null)).toEqual([null, B, null]);
    expect(reads).toEqual([`${ABSENT} null`, `${B} null`]);
  });

  test('a process that could not be read with its source is not read again without it', async () => {
    const reads: string[] = [];
    const loader = loaderOf({
      read: async ({ key: { id: one, source } }) => {
        reads.push(`${one} ${source}`);
        throw new Error('Unico is down');
      },
    });
    const both = ([null, 'IDCLOUD'] as const).map((source) => loader.load({ id: A, source }, 'summary'));
    await expect(Promise.all(both)).rejects.toThrow('Unico is down');
    expect((await Promise.allSettled(both)).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    expect(reads).toEqual([`${A} IDCLOUD`]);
  });

  test('a process that is loaded up to several levels at once is read once, up to the highest level', async () => {
    for (const levels of [
      FETCH_LEVELS,
      FETCH_LEVELS.toReversed(),
      ['summary', 'sdk-token', 'personal'] as FetchLevel[],
    ]) {
      const { loader, reads } = recordedLevels();
      await Promise.all(levels.map((level) => loader.load({ id: A, source: null }, level)));
      expect(reads).toEqual(['null sdk-token']);
    }
  });

  test('the level of a load without a source counts for the read with one, and the other way round', async () => {
    for (const [withSource, without] of [
      ['summary', 'signed-urls'],
      ['signed-urls', 'summary'],
    ] as const) {
      const { loader, reads } = recordedLevels();
      await Promise.all([
        loader.load({ id: A, source: null }, without),
        loader.load({ id: A, source: 'IDCLOUD' }, withSource),
      ]);
      expect(reads).toEqual(['IDCLOUD signed-urls']);
    }
  });

  test('a process is not read up to the level of another process', async () => {
    const { loader, reads } = recordedLevels();
    await Promise.all([
      loader.load({ id: A, source: null }, 'summary'),
      loader.load({ id: B, source: null }, 'personal'),
    ]);
    expect(reads).toEqual(['null summary', 'null personal']);
  });

  test('a process is read again in a request only for a level above those read before', async () => {
    const { loader, reads } = recordedLevels();
    for (const level of [
      'personal',
      'summary',
      'personal',
      'sdk-token',
      'signed-urls',
      'personal',
    ] as const) {
      await loader.load({ id: A, source: null }, level);
      await loader.load({ id: A, source: 'IDCLOUD' }, level);
    }
    expect(reads).toEqual(['null personal', 'null sdk-token']);
  });

  test('a read in flight is shared with loads up to its level, and not with loads above it', async () => {
    const { loader, reads } = recordedLevels();
    const first = loader.load({ id: A, source: null }, 'personal');
    // The next tick: the first batch has gone.
    await new Promise((resolve) => setImmediate(resolve));
    await Promise.all([
      first,
      loader.load({ id: A, source: null }, 'summary'),
      loader.load({ id: A, source: null }, 'signed-urls'),
    ]);
    expect(reads).toEqual(['null personal', 'null signed-urls']);
  });

  test('a process whose summary is in memory is loaded synchronously, without a read', () => {
    const known = emptyProcess(A, 'IDCLOUD');
    const { loader, reads } = recordedMemory(known);
    expect(loader.load({ id: A, source: null }, 'summary')).toBe(known);
    expect(loader.source({ id: A, source: null })).toBe('IDCLOUD');
    expect(reads).toEqual([]);
  });

  test('a process whose parts are loaded is read, also where its summary is in memory', async () => {
    const { loader, reads } = recordedMemory(emptyProcess(A, 'IDCLOUD'));
    await loader.load({ id: A, source: null }, 'personal');
    expect(reads).toEqual(['read personal']);
  });

  test('the source of a process that is not in memory is looked up, and the process is not read', async () => {
    const { loader, reads } = recordedMemory(emptyProcess(A, 'IDCLOUD'));
    expect(await loader.source({ id: B, source: null })).toBe('PROCESSES_V1');
    expect(reads).toEqual(['source']);
  });

  test('a list reads first the ids that one contract does not know, then new ones, then those that were read before', async () => {
    const reads: ProcessId[] = [];
    const absences = { IDCLOUD: { until: Date.now() + 60_000, count: 1 } };
    const entries = new Map<ProcessId, CacheEntry>([
      [A, { source: 'IDCLOUD', summary: null, until: 0 }],
      [ABSENT, { absences }],
    ]);
    const loader = loaderOf({
      lookup: async () => new Map(entries),
      read: async ({ key, entry }) => {
        expect(entry).toBe(entries.get(key.id) ?? null);
        reads.push(key.id);
        return emptyProcess(key.id, 'PROCESSES_V1');
      },
    });
    const loads = [A, B, ABSENT].map((each) => loader.load({ id: each, source: null }, 'summary'));
    const processes = await Promise.all(loads);
    expect(reads).toEqual([ABSENT, B, A]);
    expect(processes.map((process) => process?.id)).toEqual([A, B, ABSENT]);
  });

  test('a process that was changed is read again in the same request', async () => {
    const { loader, reads } = recorded();
    await loader.load({ id: A, source: 'IDCLOUD' }, 'summary');
    loader.clear(A);
    await loader.load({ id: A, source: null }, 'summary');
    await loader.load({ id: A, source: 'IDCLOUD' }, 'summary');
    expect(reads).toEqual([`${A} IDCLOUD`, `${A} null`]);
  });
});
