import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { SAMPLE as S0 } from '../../../fixtures/s0-get-idcloud-process.ts';
import { summaryOf, withoutParts, type Process } from '../../../../src/domain/process.ts';
import { PERSONAL_KIND, SUMMARY_KIND } from '../../../../src/services/processes/process-cache.ts';
import { idcloudProcess, v1Process } from '../../../support/verdicts.ts';

/** Every property of a value, and the type of each, such as `.signals.riskScore.value:number`. */
function shapeOf(value: unknown, path = ''): string[] {
  if (Array.isArray(value)) return value.flatMap((item) => shapeOf(item, `${path}[]`));
  if (typeof value !== 'object' || value === null) {
    return [`${path}:${value === null ? 'null' : typeof value}`];
  }
  return Object.entries(value).flatMap(([name, item]) => shapeOf(item, `${path}.${name}`));
}

const PROCESSES: Process[] = [
  idcloudProcess(S0.process),
  idcloudProcess({ ...S0.process, authenticationInfo: undefined }),
  v1Process(
    {
      status: 3,
      unicoId: { result: 'inconclusive' },
      idAge: { result: 'yes' },
      idCloud: { result: 'approved' },
      riskLevel: { result: 'approved' },
      authenticated: true,
      liveness: 1,
      score: 28,
      document: { id: 'd', type: 't', cpfMatch: true, faceMatch: false, content: { a: 1 }, fileUrls: ['u'] },
    },
    ['identity'],
  ),
];

function digestOf(processes: readonly object[]): string {
  const shape = [...new Set(processes.flatMap((process) => shapeOf(process)))].toSorted();
  return createHash('sha256').update(shape.join('\n')).digest('hex').slice(0, 16);
}

// A cached process of another shape would be answered with missing properties for up to a week. Where this test fails,
// raise the number of the kind in process-cache.ts, add the former kind to RETIRED_KINDS, and put the new digest here.
test('a cached process has the shape that belongs to the kind of its entry', () => {
  expect({
    [SUMMARY_KIND]: digestOf(PROCESSES.map(summaryOf)),
    [PERSONAL_KIND]: digestOf(PROCESSES.map((process) => withoutParts(process, 'sdk-token', null))),
  }).toEqual({ 'process.5': 'da8f87b8e7ec9b83', 'personal.3': '2c1341cf7bfe6c4d' });
});
