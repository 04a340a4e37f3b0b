import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isUuid, parseJourneyId, parseProcessId } from '../../../src/domain/process-id.ts';
import { path } from '../../../src/upstream/http/http-client.ts';

const UUID = '53060f52-f146-4c12-a234-5bb5031f6f5b';

/** No address of a process, by either rule. */
const NO_IDS = [
  '',
  ' ',
  '.',
  '..',
  '../admin',
  `${UUID}/document`,
  `${UUID}?x=y`,
  `${UUID}#x`,
  `${UUID}\n`,
  ` ${UUID}`,
  `{${UUID}}`,
  `%2e%2e`,
  'abc 123',
  'abc.123',
  'é',
  '\0',
  '//evil.example',
  'http://evil.example',
  'abc\r\nx: y',
  '12345678909',
  'HEGG560427MVZRRL04',
  'hegg560427mvzrrl04',
];

describe('parseProcessId', () => {
  test.each([UUID, '00000000-0000-0000-0000-000000000000', 'FFFFFFFF-FFFF-FFFF-FFFF-FFFFFFFFFFFF'])(
    'a UUID of any version is a process id: %s',
    (id) => {
      expect(isUuid(id)).toBe(true);
      expect(parseProcessId(id)).toBe(id.toLowerCase());
    },
  );

  test('a process id in capital letters is the same id', () => {
    expect(parseProcessId(UUID.toUpperCase())).toBe(UUID);
  });

  test.each([
    ...NO_IDS,
    'abc-123',
    UUID.slice(1),
    `${UUID}0`,
    UUID.replaceAll('-', ''),
    UUID.replace('5', 'g'),
  ])('%j is not a process id', (id) => {
    expect(parseProcessId(id)).toBeNull();
  });

  test('a value that is not text is no process id', () => {
    for (const value of [undefined, null, 7, true, {}, [UUID], { toString: () => UUID }]) {
      expect(parseProcessId(value)).toBeNull();
    }
  });

  test('every UUID is a process id', () => {
    fc.assert(
      fc.property(fc.uuid(), (id) => {
        expect(parseProcessId(id.toUpperCase())).toBe(id);
      }),
    );
  });
});

describe('parseJourneyId', () => {
  test.each(['abc-123', 'A_b-9', 'a', 'a'.repeat(320)])(
    'an id of letters, digits, - and _ is a journey id: %s',
    (id) => {
      expect(parseJourneyId(id)).toBe(id);
    },
  );

  test('a journey id that is a UUID is the same id in capital letters', () => {
    expect(parseJourneyId(UUID.toUpperCase())).toBe(UUID);
  });

  test.each([...NO_IDS, 'a'.repeat(321)])('%j is not a journey id', (id) => {
    expect(parseJourneyId(id)).toBeNull();
  });

  test('a value that is not text is no journey id', () => {
    for (const value of [undefined, null, 7, true, {}, ['abc-123']]) expect(parseJourneyId(value)).toBeNull();
  });

  test('no journey id becomes another path, whatever text it was', () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.string({ unit: 'binary' }), fc.webUrl(), fc.constantFrom(...NO_IDS)),
        (text) => {
          const id = parseJourneyId(text);
          if (id === null) return;
          const { pathname, search, host } = new URL(path`/client/v1/process/${id}/document`, 'http://unico');
          expect([host, search, pathname]).toEqual(['unico', '', `/client/v1/process/${id}/document`]);
        },
      ),
    );
  });
});

test.each(['', '.', '..'])('a path rejects the segment %j', (segment) => {
  expect(() => path`/client/v1/process/${segment}`).toThrow('empty or made of dots');
});
