import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { promiseOfCapacities, promiseOfFlow } from '../../../src/domain/verdict/flow-promises.ts';
import { riskBand } from '../../../src/domain/signals.ts';
import { POLICY } from '../../../src/domain/verdict/policy.ts';
import {
  reasonMessage,
  VERDICT_REASON_CODES,
  type VerdictReasonCode,
} from '../../../src/domain/verdict/reasons.ts';
import { POLICY_VERSION } from '../../../src/domain/verdict/verdict.ts';
import { CONFIRMATIONS } from '../../../src/domain/verdict/confirmations.ts';
import { DECISIONS } from '../../../src/domain/verdict/decision.ts';
import {
  readInfo,
  readSignals as readIdcloud,
  readState as readIdcloudState,
} from '../../../src/upstream/unico/idcloud/to-signals.ts';
import { processResponse as idcloudAnswer } from '../../../src/upstream/unico/idcloud/response-schemas.ts';
import {
  readSignals as readV1,
  readState as readV1State,
} from '../../../src/upstream/unico/processes-v1/to-signals.ts';
import { processResponse as v1Answer } from '../../../src/upstream/unico/processes-v1/response-schemas.ts';
import { combinations, evidence, reasonsGiven } from '../../support/evidence.ts';

const DOC = readFileSync(new URL('../../../docs/verdict.md', import.meta.url), 'utf8');

/** The rows of the table below a heading, as cells; without its head. */
function table(heading: string): string[][] {
  const [, section = ''] = DOC.split(new RegExp(`^#+ ${heading}.*$`, 'm'));
  const [lines = ''] = /(^\|.*\n)+/m.exec(section) ?? [];
  return lines
    .trim()
    .split('\n')
    .slice(2)
    .map((line) => line.split('|').slice(1, -1))
    .map((cells) => cells.map((cell) => cell.trim()));
}

/** The texts in `code font` in a cell. */
const codes = (cell = ''): string[] => [...cell.matchAll(/`([^`]+)`/g)].map(([, code = '']) => code);

/** The reasons that each row of the policy gives when it decides. */
const GIVEN = new Map(POLICY.map((row) => [row, new Set<string>()]));
for (const known of combinations(3)) {
  const { promise = null } = known;
  const facts = evidence({ ...known, serpro: null });
  const row = POLICY.find(({ reasons }) => reasons(facts, promise).length > 0);
  if (row !== undefined) row.reasons(facts, promise).forEach((code) => GIVEN.get(row)?.add(code));
}

test('the policy table of verdict.md has the rows of the policy in order, with decisions and reasons', () => {
  const written = table('The policy').map(([row, , decision, reasons]) => [
    Number(row),
    ...codes(decision),
    codes(reasons).toSorted(),
  ]);
  const coded = POLICY.map((row) => [row.row, row.decision, [...(GIVEN.get(row) ?? [])].toSorted()]);
  expect(written).toEqual(coded);
});

test('verdict.md names the version of the policy', () => {
  expect(DOC).toContain(`Version \`${POLICY_VERSION}\``);
});

const REASONS = reasonsGiven();

/** The message of a reason, or one for each decision where it depends on the decision. */
function messages(wanted: VerdictReasonCode): string {
  const texts = DECISIONS.flatMap((decision) =>
    REASONS.filter((reason) => reason.code === wanted && reason.decision === decision),
  ).map((reason) => [reason.decision, reasonMessage(reason, 'EN')] as const);
  const [[, first = ''] = [], ...others] = texts;
  if (others.every(([, other]) => other === first)) return first;
  return texts.map(([decision, message]) => `\`${decision}\`: ${message}`).join(' ');
}

test('verdict.md explains every reason, with its message', () => {
  const written = table('The reasons').map(([code, meaning, message]) => [
    codes(code)[0],
    meaning !== '',
    message,
  ]);
  expect(written).toEqual(VERDICT_REASON_CODES.map((code) => [code, true, messages(code)]));
});

/** `{ a: { b: value } }` for the path `a.b`. */
function nested(path: string, value: unknown): object {
  return path.split('.').reduceRight<unknown>((inner, name) => ({ [name]: inner }), value) as object;
}

/** `yes` as text, but `1` and `true` as JSON values. */
const valueOf = (text: string): unknown => (/^(\d+|true|false)$/.test(text) ? JSON.parse(text) : text);

/** A table of values as `[signal, path, value, ours]`, one entry for each value of Unico. */
function enumValues(heading: string): [string, string, string, string][] {
  return table(heading).flatMap(([signal, path, list = '']) =>
    [...list.matchAll(/`([^`]+)` → (\w+)/g)].map(
      ([, value = '', ours = '']): [string, string, string, string] => [
        codes(signal)[0] ?? '',
        codes(path)[0] ?? '',
        value,
        ours,
      ],
    ),
  );
}

test.each(enumValues('idcloud'))(
  'idcloud reads the signal %s, in the field %s, from %s as %s',
  (signal, path, value, ours) => {
    const { process } = idcloudAnswer.parse({ process: { id: 'an id', ...nested(path, valueOf(value)) } });
    const state = readIdcloudState(process.state);
    const signals = readIdcloud({ state, result: process.result }, readInfo(process.authenticationInfo));
    expect({ ...signals, state }).toHaveProperty(signal, ours);
  },
);

test.each(enumValues('processes/v1'))(
  'processes/v1 reads the signal %s, in the field %s, from %s as %s',
  (signal, path, value, ours) => {
    const process = v1Answer.parse({ id: 'an id', ...nested(path, valueOf(value)) });
    expect({ ...readV1(process), state: readV1State(process.status) }).toHaveProperty(signal, ours);
  },
);

test('verdict.md has a table of values for each contract', () => {
  expect(enumValues('idcloud').length).toBe(23);
  expect(enumValues('processes/v1').length).toBe(35);
});

test('verdict.md lists every published flow with what it promises', () => {
  const promises = table('The flows').flatMap(([promise, flows]) =>
    codes(flows).map((flow): [string, string[]] => [flow, codes(promise).toSorted()]),
  );
  expect(promises).toEqual(promises.map(([flow]) => [flow, promiseOfFlow(flow)?.toSorted()]));
  expect(new Set(promises.map(([flow]) => flow)).size).toBe(29);
});

test('verdict.md lists every capacity that promises something', () => {
  const promises = table('Flows of a tenant').flatMap(([promise, capacities]) =>
    codes(capacities).map((capacity): [string, string[]] => [capacity, codes(promise)]),
  );
  expect(promises).toEqual(promises.map(([capacity]) => [capacity, promiseOfCapacities([capacity])]));
  expect(new Set(promises.map(([capacity]) => capacity)).size).toBe(6);
});

test('verdict.md explains everything that an approval can confirm', () => {
  expect(table('What an approval confirms').map(([value]) => codes(value)[0])).toEqual(CONFIRMATIONS);
});

test('the first and last score of each band in verdict.md belong to that band', () => {
  const bands = table('The risk score').flatMap(([band, numbers = '']) =>
    [...numbers.matchAll(/(above |below )?(-?\d+)/g)].map(([, side, number]) => {
      const step = { 'above ': 0.5, 'below ': -0.5 }[side ?? ''] ?? 0;
      return [codes(band)[0], Number(number) + step];
    }),
  );
  expect(bands).toEqual(bands.map(([, number]) => [riskBand(Number(number)), number]));
  expect(bands.length).toBe(9);
});
