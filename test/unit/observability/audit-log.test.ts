import { expect, test } from 'vitest';
import { ANONYMOUS } from '../../../src/domain/caller.ts';
import { createAuditLog } from '../../../src/observability/audit-log.ts';
import { ID } from '../../support/bodies.ts';
import { startLog } from '../../support/log.ts';

test('the audit log records which caller read which fields of which process, and no value', async () => {
  const { output, lines } = startLog('info');
  const caller = { ...ANONYMOUS, name: 'caller-1' };
  const audit = createAuditLog(output);
  const { signal } = new AbortController();
  await audit.write(caller, { event: 'personal-read', process: ID, fields: ['Person.duiValue'] }, signal);
  await audit.write(caller, { event: 'forgotten', process: ID }, signal);
  const common = { level: 30, time: expect.any(String), caller: 'caller-1', process: ID, msg: 'audit' };
  expect(lines()).toEqual([
    { ...common, event: 'personal-read', fields: ['Person.duiValue'] },
    { ...common, event: 'forgotten' },
  ]);
});
